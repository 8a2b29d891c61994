// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static io.phoneagent.system.Numbers.ANN;
import static io.phoneagent.system.Numbers.BOB;
import static io.phoneagent.system.Numbers.CID;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.Transport;
import io.phoneagent.lab.Account;
import io.phoneagent.lab.Event;
import io.phoneagent.lab.InLab;
import io.phoneagent.lab.Lab;
import io.phoneagent.lab.Outcome;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.RunningProgram;
import io.phoneagent.lab.SideBySide;
import io.phoneagent.lab.Sipp;
import io.phoneagent.lab.TestBed;
import io.phoneagent.lab.TrunkPeer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Calls, with the switch behind the ISP's gateway. Audio is proved by comparing what one phone
 * played with what the other recorded: that packets flow would show nothing.
 */
@InLab
@ParameterizedClass
@EnumSource(Transport.class)
@SideBySide
final class CallTest {

  private static final Duration TALK = Duration.ofSeconds(4);
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static TestBed bed;

  private final Transport transport;

  CallTest(Transport transport) {
    this.transport = transport;
  }

  private static Path sounds;

  @BeforeAll
  static void build() throws Exception {
    bed = TestBed.up(ANN, BOB, CID);
    sounds = Files.createDirectories(bed.lab().state().resolve("sounds"));
  }

  @AfterAll
  static void end() {
    bed.close();
  }

  @BeforeEach
  void over() {
    bed.transport(transport);
  }

  @AfterEach
  void endPhones() {
    bed.endPrograms();
    bed.lab().nat("site1", "preserving");
    bed.lab().nat("site2", "preserving");
  }

  @Test
  void twoSitesHearEachOther() {
    talk("phone1", "phone2");
  }

  @Test
  void alsoWhenSite2MapsEveryDestinationToAnotherPort() {
    bed.lab().nat("site2", "symmetric");
    talk("phone1", "phone2");
  }

  @Test
  void alsoWhenBothDo() {
    bed.lab().nat("site1", "symmetric");
    bed.lab().nat("site2", "symmetric");
    talk("phone2", "phone1");
  }

  @Test
  void alsoBehindOneFirewall() {
    talk("phone1", "phone1b");
  }

  /** The number of that host's device; a number is bound to the device that had it first. */
  private static Account numberOf(String host) {
    return Map.of("phone1", ANN, "phone2", BOB, "phone1b", CID).getOrDefault(host, ANN);
  }

  private static void talk(String callingHost, String calledHost) {
    Account called = numberOf(calledHost);
    Account calling = numberOf(callingHost);
    Voice bobs = Voice.of(sounds, 2);
    Voice anns = Voice.of(sounds, 1);
    PhoneProcess bob =
        bed.phone(calledHost, called, bobs.options("--answer", "auto")).awaitReachable();
    PhoneProcess ann = bed.phone(callingHost, calling, anns.options("--call", called.number()));

    ann.await("call-ringing");
    assertThat(bob.await("call-incoming").text("from")).isEqualTo(calling.number());
    assertThat(bob.await("call-incoming").text("to")).isEqualTo(called.number());
    Event established = ann.await("call-established");
    bob.await("call-established");
    wait(established, TALK);
    ann.say("hangup");
    ann.await("call-ended");
    bob.await("call-ended");
    ann.close();
    bob.close();

    Voice.heardWell(anns, bobs);
    Voice.heardWell(bobs, anns);
  }

  private static void wait(Event since, Duration howLong) {
    Awaitility.await("they talk")
        .atMost(howLong.plus(PATIENCE))
        .until(() -> System.currentTimeMillis() > since.at() + howLong.toMillis());
  }

  @Test
  void theCalledPhoneRingsUntilItIsAnsweredOrTheCallerGivesUp() {
    PhoneProcess bob = bed.phone("phone2", BOB).awaitReachable();
    PhoneProcess ann = bed.phone("phone1", ANN).awaitReachable();

    ann.say("call " + BOB.number());
    bob.await("call-incoming");
    ann.await("call-ringing");
    ann.say("hangup");
    bob.await("call-ended");
    ann.await("call-ended");

    int bobs = bob.events().mark();
    int anns = ann.events().mark();
    ann.say("call " + BOB.number());
    bob.await(bobs, "call-incoming");
    bob.say("answer");
    ann.await(anns, "call-established");
    bob.await(bobs, "call-established");
    bob.say("hangup");
    ann.await(anns, "call-ended");
    bob.await(bobs, "call-ended");
  }

  @Test
  void aNumberThatNobodyHasGoesToTheTrunkAndItsRefusalComesBack() {
    PhoneProcess ann = bed.phone("phone1", ANN).awaitReachable();
    TrunkPeer trunk = bed.trunk();
    trunk.incoming("404");
    ann.say("call +15551230099");
    assertThat(ann.await("call-ended").body().path("status").asInt()).isEqualTo(404);
    assertThat(trunk.events().named("rung"))
        .singleElement()
        .satisfies(
            rung -> {
              assertThat(rung.text("number")).isEqualTo("+15551230099");
              assertThat(rung.text("from")).isEqualTo(ANN.number());
            });
  }

  @Test
  void aCallFromTheTrunkIsHeardBothWays() {
    Voice anns = Voice.of(sounds, 1);
    Voice outside = Voice.of(sounds, 3);
    PhoneProcess ann = bed.phone("phone1", ANN, anns.options("--answer", "auto")).awaitReachable();
    TrunkPeer trunk = bed.trunk();
    trunk.call("a", ANN.number(), "play=" + outside.played(), "record=" + outside.heard());
    Event established = ann.await("call-established");
    wait(established, TALK);
    trunk.say("bye a");
    ann.await("call-ended");
    trunk.ended("a", PATIENCE);
    ann.close();
    Voice.heardWell(outside, anns);
    Voice.heardWell(anns, outside);
  }

  @Test
  void sippOnTheTrunkCallsAndIsCalled() {
    Lab lab = bed.lab();
    PhoneProcess ann = bed.phone("phone1", ANN, "--answer", "auto").awaitReachable();
    List<String> caller =
        Sipp.command(
            lab.state(),
            List.of(
                "-sn",
                "uac",
                "-i",
                TestBed.TRUNK,
                "-p",
                "5060",
                "-s",
                ANN.number(),
                "-m",
                "3",
                "-l",
                "1",
                "-d",
                "300",
                TestBed.SWITCH + ":5060"));
    Outcome outcome = lab.exec("pstn", caller.toArray(String[]::new));
    assertThat(outcome.exitCode()).as(outcome.toString()).isZero();
    assertThat(ann.events().named("call-established")).hasSize(3);

    List<String> called =
        Sipp.command(
            lab.state(), List.of("-sn", "uas", "-i", TestBed.TRUNK, "-p", "5060", "-m", "1"));
    try (RunningProgram sipp = lab.start("sipp-called", "pstn", called)) {
      int mark = ann.events().mark();
      ann.say("call " + TestBed.OUTSIDE);
      ann.await(mark, "call-established");
      ann.say("hangup");
      assertThat(sipp.exitCode(PATIENCE)).isZero();
    }
  }
}
