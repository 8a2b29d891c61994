// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static io.phoneagent.system.Numbers.ANN;
import static io.phoneagent.system.Numbers.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.lab.DhcpServer;
import io.phoneagent.lab.Event;
import io.phoneagent.lab.InLab;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.RunningProgram;
import io.phoneagent.lab.TestBed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The firewall leases the phone another address in the middle of a call. */
@InLab
final class LeaseChangeTest {
  private static final Duration TALK = Duration.ofSeconds(4);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static TestBed bed;

  @BeforeAll
  static void build() {
    bed = TestBed.up(Map.of("LAB_DHCP", "0", "LAB_LAN2", "192.168.1"), ANN, BOB);
  }

  @AfterAll
  static void end() {
    bed.close();
  }

  private static void talkSince(Event event) {
    Awaitility.await("they talk")
        .atMost(PATIENCE)
        .until(() -> System.currentTimeMillis() > event.at() + TALK.toMillis());
  }

  @Test
  void theCallGoesOnFromTheNewOne() throws Exception {
    Path sounds = Files.createDirectories(bed.lab().state().resolve("sounds"));
    Voice anns = Voice.of(sounds, 1);
    Voice bobs = Voice.of(sounds, 2);
    RunningProgram far = DhcpServer.DNSMASQ.start(bed.lab(), "fw2", 100);
    RunningProgram near = DhcpServer.DNSMASQ.start(bed.lab(), "fw1", 100);
    PhoneProcess bob =
        bed.bootingPhone("phone2", BOB, bobs.options("--answer", "auto")).awaitReachable();
    PhoneProcess ann = bed.bootingPhone("phone1", ANN, anns.options("--call", BOB.number()));
    String before = ann.await("leased").text("address");
    talkSince(ann.await("call-established"));

    int mark = ann.events().mark();
    near.close();
    RunningProgram other = DhcpServer.DNSMASQ.start(bed.lab(), "fw1", 200);
    Event leased = ann.await(mark, "leased"); // at the next renewal
    Event registered = ann.await(mark, "reregistered");
    talkSince(registered);
    ann.say("hangup");
    ann.await("call-ended");
    bob.await("call-ended");
    assertThat(leased.text("address")).startsWith("192.168.1.2").isNotEqualTo(before);
    assertThat(bed.record(ANN).text("localAddress")).isEqualTo(leased.text("address"));
    assertThat(registered.text("cause")).contains(leased.text("address"));
    bed.endPrograms();
    other.close();
    far.close();

    double told = registered.at() - leased.at();
    int atBobs = Voice.longestGap(bobs, anns);
    int atAnns = Voice.longestGap(anns, bobs);
    System.out.printf(
        "another address in mid-call: registered with it %.0f ms after it was leased; "
            + "without audio: %d ms to the phone, %d ms from it%n",
        told, atAnns, atBobs);
    assertThat(Math.max(atAnns, atBobs)).isLessThan(2_000);
    // In a busy machine; on virtual time it is 100 ms.
    assertThat(told).isLessThan(1_000);
  }
}
