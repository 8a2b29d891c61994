// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static io.phoneagent.system.Numbers.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.lab.Capture;
import io.phoneagent.lab.InLab;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.SideBySide;
import io.phoneagent.lab.TestBed;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A phone that measures a Linux firewall, which keeps what lasts for 20 s and the rest for 8 s. */
@InLab
@SideBySide
final class AdaptiveKeepAliveTest {
  private static final int LIFE = 20;
  private static final Duration MEASURING = Duration.ofMinutes(8);
  private static final String SETTLED = "mappings here live (\\d+) s: keep-alive each (\\d+) s";

  private static TestBed bed;

  @BeforeAll
  static void build() {
    bed =
        TestBed.up(
            Map.of("LAB_UDP_FIRST", "8", "LAB_UDP_STREAM", String.valueOf(LIFE)),
            List.of("--keep-alive=5s"),
            BOB);
  }

  @AfterAll
  static void end() {
    bed.close();
  }

  @Test
  void settlesUnderTheFirewall() {
    PhoneProcess bob =
        bed.phone("phone1", BOB, "--answer", "auto", "--adaptive-keep-alive").awaitReachable();
    Awaitility.await()
        .atMost(MEASURING)
        .pollInterval(Duration.ofSeconds(5))
        .until(() -> !settled(bob).isEmpty());
    String said = settled(bob);
    int lived = Integer.parseInt(said.replaceAll(SETTLED, "$1"));
    int each = Integer.parseInt(said.replaceAll(SETTLED, "$2"));
    assertThat(lived).isBetween(15, LIFE);
    assertThat(each).isBetween(13, LIFE - 1);

    Capture capture = bed.lab().capture("phone1", "udp", "port", "5060");
    rest(Duration.ofSeconds(4L * each + 2));
    capture.stop();
    // One to spare between two; each fourth names the flow.
    List<List<String>> all = keepAlives(capture, "(ip.len == 96 || ip.len == 30)");
    assertThat(all).hasSizeBetween(8, 9);
    assertThat(gaps(all))
        .allSatisfy(gap -> assertThat(gap).isBetween(each * 0.97 / 2, each * 1.05 / 2));
    assertThat(keepAlives(capture, "ip.len == 96")).hasSizeBetween(2, 3);

    assertThat(bob.events().named("flow-lost")).isEmpty();
  }

  /** Idle is what this test is about: nothing is there to wait for. */
  private static void rest(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    Awaitility.await().atMost(time.plusSeconds(5)).until(() -> System.nanoTime() - end >= 0);
  }

  private static String settled(PhoneProcess phone) {
    return phone.explain().stream()
        .map(entry -> entry.path("cause").asText())
        .filter(cause -> cause.matches(SETTLED))
        .findFirst()
        .orElse("");
  }

  private static List<List<String>> keepAlives(Capture capture, String kind) {
    return capture.fields("udp.dstport == 5060 && " + kind, "frame.time_epoch");
  }

  private static List<Double> gaps(List<List<String>> packets) {
    List<Double> at = packets.stream().map(p -> Double.parseDouble(p.get(0))).toList();
    return IntStream.range(1, at.size()).mapToObj(i -> at.get(i) - at.get(i - 1)).toList();
  }
}
