// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.testkit.VirtualTime;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** How those who cannot be served now are spread. */
class ComeAgainTest {
  private final VirtualTime time = new VirtualTime();
  private final ComeAgain comeAgain = new ComeAgain(time);

  private Map<Long, Integer> told(int phones) {
    Map<Long, Integer> seconds = new TreeMap<>();
    for (int i = 0; i < phones; i++) {
      seconds.merge(comeAgain.in().toSeconds(), 1, Integer::sum);
    }
    return seconds;
  }

  @Test
  void tenThousandAreSpreadOverAFewSeconds() {
    Map<Long, Integer> seconds = told(10_000);
    assertThat(seconds.keySet()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(seconds.values()).allMatch(n -> n <= ComeAgain.PER_SECOND);
  }

  @Test
  void aSecondStormComesAfterTheFirst() {
    told(10_000);
    time.advance(Duration.ofSeconds(2));
    assertThat(told(2_000).keySet()).containsExactly(4L, 5L);
    time.advance(Duration.ofMinutes(1));
    assertThat(told(1)).containsKey(1L);
  }

  @Test
  void nobodyIsToldToStayAwayForLong() {
    assertThat(told(1_000_000).keySet()).allMatch(s -> s >= 1 && s <= 31).hasSize(31);
  }
}
