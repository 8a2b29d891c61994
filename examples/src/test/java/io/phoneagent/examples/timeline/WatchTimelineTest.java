// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.TimelineEntry;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is new in a timeline that grows at its end and loses its beginning. */
class WatchTimelineTest {
  private static final TimelineEntry A = entry("a");
  private static final TimelineEntry B = entry("b");
  private static final TimelineEntry C = entry("c");

  private static TimelineEntry entry(String cause) {
    return new TimelineEntry(Instant.EPOCH, "agent", cause, "from", "to");
  }

  @Test
  void onlyWhatIsNewIsGiven() {
    assertThat(WatchTimeline.newIn(List.of(A, B), List.of())).containsExactly(A, B);
    assertThat(WatchTimeline.newIn(List.of(A, B, C), List.of(A, B))).containsExactly(C);
    assertThat(WatchTimeline.newIn(List.of(A, B), List.of(A, B))).isEmpty();
  }

  @Test
  void whatHasGoneFromTheFrontIsNotMissed() {
    assertThat(WatchTimeline.newIn(List.of(B, C), List.of(A, B))).containsExactly(C);
    assertThat(WatchTimeline.newIn(List.of(C), List.of(A))).containsExactly(C);
  }
}
