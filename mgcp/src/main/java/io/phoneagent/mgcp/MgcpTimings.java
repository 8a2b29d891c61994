// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.time.Duration;

/**
 * Times and counts of transactions (RFC 3435, sections 3.5 and 4.3).
 *
 * @param longest T-MAX: after that a command without a response has failed
 * @param remembered T-HIST: for how long a command is known again
 * @param pending LONGTRAN: the pause between repetitions after a provisional response
 * @param longestPending a command that stays provisional longer has failed
 * @param firstDelay what the acknowledgement delay is taken for before one was measured
 * @param longestDelay RTO-MAX: the longest pause between repetitions otherwise
 * @param suspicion Max1: repetitions after which another address is tried
 * @param disconnection Max2: repetitions to the last address after which it is given up
 */
public record MgcpTimings(
    Duration longest,
    Duration remembered,
    Duration pending,
    Duration longestPending,
    Duration firstDelay,
    Duration longestDelay,
    int suspicion,
    int disconnection) {
  private static final MgcpTimings STANDARD =
      new MgcpTimings(
          Duration.ofSeconds(20),
          Duration.ofSeconds(30),
          Duration.ofSeconds(5),
          Duration.ofMinutes(5),
          Duration.ofMillis(200),
          Duration.ofSeconds(4),
          5,
          7);

  /** Those of the RFC. */
  public static MgcpTimings standard() {
    return STANDARD;
  }
}
