// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import java.time.Duration;
import java.util.Objects;

/**
 * How often the agent looks whether its public address changed. What announces a change, a lease, a
 * link or the flow that finds itself elsewhere, makes it look at once in between.
 *
 * @param interval from one look to the next, from 100 ms to one day
 * @param atRest what the interval grows to while nothing is new, twofold with each look; from the
 *     interval to one day. Whatever happens to the phone's place makes it the interval again
 * @param jitter the share of the interval, from 0 to 0.5, by which each look is moved at random, so
 *     that a million phones do not look at the same moment
 */
public record ReregistrationSchedule(Duration interval, Duration atRest, double jitter) {
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofDays(1);
  // Spreads phones that were switched on together, and keeps the interval recognisable.
  private static final double DEFAULT_JITTER = 0.05;

  /** Checks the ranges. */
  public ReregistrationSchedule {
    Objects.requireNonNull(interval, "interval");
    Objects.requireNonNull(atRest, "atRest");
    if (interval.compareTo(SHORTEST) < 0 || interval.compareTo(LONGEST) > 0) {
      throw new InvalidSettingException(
          "check-every", "the interval " + interval + " is not from 100 ms to one day");
    }
    if (atRest.compareTo(interval) < 0 || atRest.compareTo(LONGEST) > 0) {
      throw new InvalidSettingException(
          "check-at-rest", atRest + " is not from the interval, " + interval + ", to one day");
    }
    if (!(jitter >= 0 && jitter <= 0.5)) {
      throw new InvalidSettingException("jitter", jitter + " is not from 0 to 0.5");
    }
  }

  /** The same interval at rest. */
  public ReregistrationSchedule(Duration interval, double jitter) {
    this(interval, interval, jitter);
  }

  /** Looks at this interval, with 5 % of jitter. */
  public static ReregistrationSchedule checkEvery(Duration interval) {
    return new ReregistrationSchedule(interval, DEFAULT_JITTER);
  }

  /**
   * For a phone that runs on a battery: 30 s after something happened, then ever more seldom, a
   * quarter of an hour at most. The flow's keep-alives go on, and show a change by themselves; how
   * soon is theirs to say ({@link KeepAliveMode}).
   */
  public static ReregistrationSchedule batterySaving() {
    return new ReregistrationSchedule(
        Duration.ofSeconds(30), Duration.ofMinutes(15), DEFAULT_JITTER);
  }
}
