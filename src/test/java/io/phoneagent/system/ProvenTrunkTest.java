// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.lab.Account;
import io.phoneagent.lab.InLab;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.ProvingTrunk;
import io.phoneagent.lab.SideBySide;
import io.phoneagent.lab.SippPhone;
import io.phoneagent.lab.TestBed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Switch and trunk prove their calls to each other; the trunks are Kamailio, and SIPp, which gives
 * up where it reads of SHA-256.
 */
@InLab
@SideBySide
final class ProvenTrunkTest {
  private static final Account US = Account.of("+15557770000");
  private static final Duration TALK = Duration.ofSeconds(4);

  private static TestBed bed;
  private static Path sounds;

  @BeforeAll
  static void build() throws Exception {
    bed =
        TestBed.up(
            Map.of(),
            List.of(
                "--trunk-user=" + US.number(),
                "--trunk-secret=" + US.secret(),
                "--trunk-proves=md5"),
            Numbers.ANN);
    sounds = Files.createDirectories(bed.lab().state().resolve("sounds"));
  }

  @AfterAll
  static void end() {
    bed.close();
  }

  @AfterEach
  void endPrograms() {
    bed.endPrograms();
  }

  @Test
  void theSwitchProvesItsCallToKamailio() {
    Voice anns = Voice.of(sounds, 1);
    Voice theirs = Voice.of(sounds, 2, 20);
    ProvingTrunk trunk = bed.provingTrunk(US.secret(), theirs.played());
    PhoneProcess ann = bed.phone("phone1", Numbers.ANN, anns.options()).awaitReachable();
    int mark = ann.events().mark();
    ann.say("call " + TestBed.OUTSIDE);
    double established = ann.await(mark, "call-established").at();
    trunk.called().awaitLine("Call established");
    Awaitility.await()
        .atMost(TALK.multipliedBy(2))
        .until(() -> System.currentTimeMillis() > established + TALK.toMillis());
    ann.say("hangup");
    ann.await(mark, "call-ended");
    bed.endPrograms();
    Voice.heardWell(anns, theirs);
    Voice.heardWell(theirs.heardIn(trunk.called().heard()), anns);
  }

  @Test
  void sippProvesItsCallToTheSwitch() {
    PhoneProcess ann = bed.phone("phone1", Numbers.ANN, "--answer", "auto").awaitReachable();
    int mark = ann.events().mark();
    sipp(US).call(Numbers.ANN.number());
    assertThat(ann.await(mark, "call-incoming").text("from")).isEqualTo(US.number());
    ann.await(mark, "call-ended");
  }

  private static SippPhone sipp(Account trunk) {
    return new SippPhone(
        bed.lab(), "pstn", TestBed.TRUNK, 5066, trunk, "udp", TestBed.SWITCH + ":5060");
  }
}
