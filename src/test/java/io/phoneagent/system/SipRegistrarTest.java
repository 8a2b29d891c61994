// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.Transport;
import io.phoneagent.lab.BaresipPhone;
import io.phoneagent.lab.Event;
import io.phoneagent.lab.InLab;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.RegistrarBed;
import io.phoneagent.lab.SideBySide;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The phone with Kamailio as its registrar, and baresip as the other end of its calls. */
@InLab
@SideBySide
@ParameterizedClass
@EnumSource(Transport.class)
final class SipRegistrarTest {
  private static final String ANN = "+15551230001";
  private static final String BEN = "+15551230002";
  private static final Duration TALK = Duration.ofSeconds(4);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static RegistrarBed bed;
  private static Path sounds;

  private final Transport transport;

  SipRegistrarTest(Transport transport) {
    this.transport = transport;
  }

  @BeforeAll
  static void build() throws IOException {
    bed = RegistrarBed.up("MD5");
    sounds = Files.createDirectories(bed.lab().state().resolve("sounds"));
  }

  @AfterAll
  static void end() {
    bed.close();
  }

  @AfterEach
  void endPhones() {
    bed.endPrograms();
  }

  @Test
  void itCallsAndIsHeard() {
    Voice bens = Voice.of(sounds, 2);
    Voice anns = Voice.of(sounds, 1);
    BaresipPhone ben = bed.baresip(BEN, bens.played(), true);
    PhoneProcess ann = bed.phone("phone1", ANN, transport, anns.options("--call", BEN));
    Event established = ann.await("call-established");
    wait(established, TALK);
    ann.say("hangup");
    ann.await("call-ended");
    ben.awaitLine("terminated");
    ann.close();
    ben.close();
    Voice.heardWell(anns, bens);
    Voice.heardWell(bens.heardIn(ben.heard()), anns);
  }

  @Test
  void itIsCalledAndIsHeard() {
    Voice bens = Voice.of(sounds, 2);
    Voice anns = Voice.of(sounds, 1);
    PhoneProcess ann = bed.phone("phone1", ANN, transport, anns.options("--answer", "auto"));
    ann.awaitReachable();
    BaresipPhone ben = bed.baresip(BEN, bens.played(), true);
    ben.say("/dial " + ANN);
    Event established = ann.await("call-established");
    assertThat(ann.await("call-incoming").text("from")).isEqualTo(BEN);
    wait(established, TALK);
    ben.say("/hangup");
    ann.await("call-ended");
    ann.close();
    ben.close();
    Voice.heardWell(anns, bens);
    Voice.heardWell(bens.heardIn(ben.heard()), anns);
  }

  @Test
  void extensionsCallEachOther() {
    PhoneProcess two = bed.phone("phone2", "1002", transport, "--answer", "auto");
    two.awaitReachable();
    PhoneProcess one = bed.phone("phone1", "1001", transport, "--call", "1002");
    one.await("call-established");
    assertThat(two.await("call-incoming").text("from")).isEqualTo("1001");
    int mark = one.events().mark();
    two.say("hangup");
    one.await("call-ended");
    two.say("call sip:1001@203.0.113.100");
    assertThat(one.await(mark, "call-incoming").text("from")).isEqualTo("1002");
  }

  @Test
  void aCallerWhoGivesUpIsNotRungForAnyMore() {
    PhoneProcess ann = bed.phone("phone1", ANN, transport).awaitReachable();
    BaresipPhone ben = bed.baresip(BEN, silence(), false);
    ben.say("/dial " + ANN);
    ann.await("call-incoming");
    ben.awaitLine("180 Ringing");
    ben.say("/hangup");
    assertThat(ann.await("call-ended").text("reason")).isEqualTo("given up there");
  }

  @Test
  void aBusyPhoneSaysSo() {
    PhoneProcess ann = bed.phone("phone1", ANN, transport).awaitReachable();
    BaresipPhone ben = bed.baresip(BEN, silence(), false);
    ben.say("/dial " + ANN);
    ann.await("call-incoming");
    ann.say("hangup");
    ben.awaitLine("486");
  }

  @Test
  void aCalleeWhoRefusesIsHeardAndOneWhoIsNobodyToo() {
    BaresipPhone ben = bed.baresip(BEN, silence(), false);
    PhoneProcess ann = bed.phone("phone1", ANN, transport, "--call", BEN);
    ann.await("call-ringing");
    ben.say("/hangup");
    assertThat(ann.await("call-ended").body().path("status").asInt()).isEqualTo(486);
    int mark = ann.events().mark();
    ann.say("call +15551230077");
    assertThat(ann.await(mark, "call-ended").body().path("status").asInt()).isEqualTo(404);
  }

  @Test
  void anEndTakesTheContactBackAndARestartLeavesOne() {
    PhoneProcess ann = bed.phone("phone1", ANN, transport).awaitReachable();
    bed.awaitContacts(ANN, 1);
    ann.say("quit");
    ann.await("stopped");
    bed.awaitContacts(ANN, 0);

    ann = bed.phone("phone1", ANN, transport).awaitReachable();
    bed.awaitContacts(ANN, 1);
    ann.program().kill();
    bed.phone("phone1", ANN, transport).awaitReachable();
    bed.awaitContacts(ANN, 1);
  }

  @Test
  void aChangedAddressIsRegisteredAtOnceAndACallGoesOn() {
    Voice bens = Voice.of(sounds, 2, 20); // baresip hangs up at its end
    Voice anns = Voice.of(sounds, 1);
    PhoneProcess ann = bed.phone("phone1", ANN, transport, anns.options("--answer", "auto"));
    ann.awaitReachable();
    BaresipPhone ben = bed.baresip(BEN, bens.played(), true);
    ben.say("/dial " + ANN);
    Event established = ann.await("call-established");
    wait(established, TALK);

    int mark = ann.events().mark();
    String now = bed.lab().changePublicIp("site1");
    Event moved = ann.await(mark, "flow-moved");
    assertThat(moved.text("mapped")).startsWith(now + ":");
    assertThat(ann.await(mark, "reregistered").text("publicAddress")).isEqualTo(now);
    bed.awaitContacts(ANN, 1);
    wait(moved, TALK);

    ben.say("/hangup");
    ann.await("call-ended");
    ann.close();
    ben.close();
    int annsGap = Voice.longestGap(anns, bens);
    int bensGap = Voice.longestGap(bens.heardIn(ben.heard()), anns);
    System.out.printf(
        "%s: without audio over the change, ms: %d inside, %d outside%n",
        transport, annsGap, bensGap);
    assertThat(annsGap).isLessThan(3_000);
    assertThat(bensGap).isLessThan(3_000);
    assertThat(Voice.heardMillis(anns, bens)).isGreaterThan(6_000);
    assertThat(Voice.heardMillis(bens.heardIn(ben.heard()), anns)).isGreaterThan(6_000);
  }

  private static Path silence() {
    return Voice.of(sounds, 3).played();
  }

  private static void wait(Event since, Duration howLong) {
    Awaitility.await("they talk")
        .atMost(howLong.plus(PATIENCE))
        .until(() -> System.currentTimeMillis() > since.at() + howLong.toMillis());
  }
}
