// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import java.time.Duration;
import java.util.List;

/**
 * How long to wait after the n-th failure in a row, before jitter. A change is not a failure: what
 * follows it is tried again at once, and again soon. Minutes are for a switch that refuses.
 *
 * @param longestAfterSilence the wait never grows beyond this while nothing answers
 * @param longestAfterRefusal nor beyond this while the switch refuses
 */
record RetryDelays(Duration longestAfterSilence, Duration longestAfterRefusal) {
  // First the four quick tries after a change, in sum 3.7 s: most changes are over by then. Then
  // doubling to a minute, so that a fleet does not keep a switch down that comes back.
  private static final List<Duration> UNANSWERED =
      List.of(
          Duration.ofMillis(200),
          Duration.ofMillis(500),
          Duration.ofSeconds(1),
          Duration.ofSeconds(2),
          Duration.ofSeconds(4),
          Duration.ofSeconds(8),
          Duration.ofSeconds(15),
          Duration.ofSeconds(30),
          Duration.ofMinutes(1));
  // A connection that is refused tells so at once, and a switch that starts again needs a few
  // seconds: until then it is looked for each second.
  private static final List<Duration> UNCONNECTED =
      List.of(
          Duration.ofMillis(200),
          Duration.ofMillis(500),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          Duration.ofSeconds(2),
          Duration.ofSeconds(4),
          Duration.ofSeconds(8),
          Duration.ofSeconds(15),
          Duration.ofSeconds(30),
          Duration.ofMinutes(1));
  // Somebody has to mend something.
  private static final List<Duration> REFUSED =
      List.of(Duration.ofSeconds(30), Duration.ofMinutes(1), Duration.ofMinutes(5));

  /** The n-th wait of a flow that is not answered. */
  static Duration unanswered(int failures) {
    return nth(UNANSWERED, failures);
  }

  /** The n-th wait of a flow whose connection does not come to be. */
  static Duration unconnected(int failures) {
    return nth(UNCONNECTED, failures);
  }

  private static Duration nth(List<Duration> delays, int failures) {
    return delays.get(Math.min(failures, delays.size()) - 1);
  }

  Duration afterSilence(int failures) {
    return nth(UNANSWERED, failures, longestAfterSilence);
  }

  Duration afterRefusal(int failures) {
    return nth(REFUSED, failures, longestAfterRefusal);
  }

  private static Duration nth(List<Duration> delays, int failures, Duration longest) {
    Duration delay = failures <= delays.size() ? delays.get(failures - 1) : longest;
    return delay.compareTo(longest) < 0 ? delay : longest;
  }
}
