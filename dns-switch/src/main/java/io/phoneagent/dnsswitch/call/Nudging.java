// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.runtime.Timer;
import io.phoneagent.runtime.Timers;
import java.time.Duration;

/**
 * Repeats a call to a phone that is silent, until it reacts. With 5 % loss each way and a round
 * trip of 300 ms, five tries before the backup rings leave one such call in 100,000 without answer.
 * Three seconds of it, and then as RFC 3261 says, for the path of a phone that is gone may be
 * somebody else's by now. On the loop.
 */
final class Nudging {
  private static final Duration INTERVAL = Duration.ofMillis(150);
  private static final int MOST = 20;

  /** From the first try to the fifth, and a little. */
  static final Duration FIVE_TRIES = INTERVAL.multipliedBy(4).plusMillis(50);

  private final Timers timers;
  private final CallLeg leg;
  private Timer timer = () -> {};

  private Nudging(Timers timers, CallLeg leg) {
    this.timers = timers;
    this.leg = leg;
  }

  static Nudging begin(Timers timers, CallLeg leg) {
    Nudging begun = new Nudging(timers, leg);
    begun.next(MOST);
    return begun;
  }

  private void next(int left) {
    if (left > 0) {
      timer =
          timers.schedule(
              INTERVAL,
              () -> {
                leg.repeat();
                next(left - 1);
              });
    }
  }

  void end() {
    timer.cancel();
  }
}
