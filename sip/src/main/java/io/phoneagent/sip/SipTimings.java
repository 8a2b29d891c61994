// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.time.Duration;

/**
 * The times that all of SIP's timers are made of (RFC 3261 section 17 and its table 4).
 *
 * @param t1 the estimate of a round trip
 * @param t2 the longest pause between two sendings of a request other than INVITE, or of a response
 * @param t4 how long a message may stay in the network
 * @param linger how long a failed INVITE is remembered to acknowledge late responses (timer D)
 */
public record SipTimings(Duration t1, Duration t2, Duration t4, Duration linger) {
  private static final SipTimings DEFAULTS =
      new SipTimings(
          Duration.ofMillis(500),
          Duration.ofSeconds(4),
          Duration.ofSeconds(5),
          Duration.ofSeconds(32));

  public SipTimings {
    if (t1.isNegative() || t1.isZero() || t2.compareTo(t1) < 0 || t4.isNegative()) {
      throw new IllegalArgumentException("T1 is positive and T2 is not shorter than T1");
    }
  }

  /** What RFC 3261 recommends: 500 ms, 4 s, 5 s, 32 s. */
  public static SipTimings defaults() {
    return DEFAULTS;
  }

  /** 64 T1: how long anything is tried (timers B, F, H, J, L, M). */
  public Duration giveUp() {
    return t1.multipliedBy(64);
  }
}
