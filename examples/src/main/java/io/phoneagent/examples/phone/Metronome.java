// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.runtime.Timer;
import io.phoneagent.runtime.Timers;
import java.time.Duration;

/** Beats every 20 ms, without drift: a late beat does not delay those after it. */
final class Metronome {
  // After a longer pause (the device slept) the beats begin anew instead of being made up for.
  private static final long MOST_BEHIND = Duration.ofMillis(200).toNanos();

  private final Timers timers;
  private final Runnable beat;
  private Timer next = () -> {};
  private long due;

  Metronome(Timers timers, Runnable beat) {
    this.timers = timers;
    this.beat = beat;
  }

  void start() {
    due = timers.nanos();
    again();
  }

  private void again() {
    beat.run();
    long now = timers.nanos();
    due += Frame.TIME.toNanos();
    if (now - due > MOST_BEHIND) {
      due = now;
    }
    next = timers.schedule(Duration.ofNanos(Math.max(0, due - now)), this::again);
  }

  void stop() {
    next.cancel();
  }
}
