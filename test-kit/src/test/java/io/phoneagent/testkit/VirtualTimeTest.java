// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.runtime.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Time passes when the test says so, and in order. */
class VirtualTimeTest {
  private final VirtualTime time = new VirtualTime();
  private final List<String> ran = new ArrayList<>();

  @Test
  void runsWhatIsDueAtItsOwnMoment() {
    time.schedule(Duration.ofSeconds(30), () -> ran.add("at " + time.nanos()));
    time.advance(Duration.ofSeconds(29));
    assertThat(ran).isEmpty();
    time.advance(Duration.ofSeconds(2));
    assertThat(ran).containsExactly("at 30000000000");
    assertThat(time.nanos()).isEqualTo(31_000_000_000L);
  }

  @Test
  void keepsTheOrderOfEqualTimes() {
    time.schedule(Duration.ofMillis(5), () -> ran.add("a"));
    time.schedule(Duration.ofMillis(5), () -> ran.add("b"));
    time.schedule(Duration.ofMillis(4), () -> ran.add("c"));
    time.advance(Duration.ofMillis(5));
    assertThat(ran).containsExactly("c", "a", "b");
  }

  @Test
  void timersMayScheduleTimersAndTasks() {
    time.schedule(
        Duration.ofMillis(1),
        () -> {
          time.execute(() -> ran.add("task"));
          time.schedule(Duration.ofMillis(1), () -> ran.add("timer"));
        });
    time.advance(Duration.ofMillis(2));
    assertThat(ran).containsExactly("task", "timer");
  }

  @Test
  void cancelledTimersDoNotRun() {
    Timer timer = time.schedule(Duration.ofMillis(1), () -> ran.add("never"));
    assertThat(time.pendingTimers()).isEqualTo(1);
    assertThat(time.untilNextTimer()).isEqualTo(Duration.ofMillis(1));
    timer.cancel();
    time.advance(Duration.ofSeconds(1));
    assertThat(ran).isEmpty();
    assertThat(time.pendingTimers()).isZero();
    assertThat(time.untilNextTimer()).isZero();
  }

  @Test
  void theWallClockFollows() {
    long start = time.epochMillis();
    time.advance(Duration.ofDays(1));
    assertThat(time.epochMillis() - start).isEqualTo(86_400_000L);
  }
}
