// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import java.time.Duration;
import java.util.Objects;

/**
 * How often the agent looks whether its public address changed.
 *
 * @param interval from one look to the next, from 100 ms to one day
 * @param jitter the share of the interval, from 0 to 0.5, by which each look is moved at random, so
 *     that a million phones do not look at the same moment
 */
public record ReregistrationSchedule(Duration interval, double jitter) {
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofDays(1);
  // Spreads phones that were switched on together, and keeps the interval recognisable.
  private static final double DEFAULT_JITTER = 0.05;

  /** Checks the ranges. */
  public ReregistrationSchedule {
    Objects.requireNonNull(interval, "interval");
    if (interval.compareTo(SHORTEST) < 0 || interval.compareTo(LONGEST) > 0) {
      throw new InvalidSettingException(
          "check-every", "the interval " + interval + " is not from 100 ms to one day");
    }
    if (!(jitter >= 0 && jitter <= 0.5)) {
      throw new InvalidSettingException("jitter", jitter + " is not from 0 to 0.5");
    }
  }

  /** Looks at this interval, with 5 % of jitter. */
  public static ReregistrationSchedule checkEvery(Duration interval) {
    return new ReregistrationSchedule(interval, DEFAULT_JITTER);
  }
}
