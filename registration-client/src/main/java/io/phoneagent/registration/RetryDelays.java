// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import java.time.Duration;
import java.util.List;

/**
 * How long to wait after the n-th failure in a row, before jitter. A change is not a failure: what
 * follows it is tried again at once, and again soon. Minutes are for a switch that refuses.
 */
final class RetryDelays {
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
  // Somebody has to mend something; 20 minutes is what desk phones wait after a 403.
  private static final List<Duration> REFUSED =
      List.of(
          Duration.ofSeconds(30),
          Duration.ofMinutes(1),
          Duration.ofMinutes(5),
          Duration.ofMinutes(20));

  private RetryDelays() {}

  static Duration unanswered(int failures) {
    return UNANSWERED.get(Math.min(failures, UNANSWERED.size()) - 1);
  }

  static Duration refused(int failures) {
    return REFUSED.get(Math.min(failures, REFUSED.size()) - 1);
  }
}
