// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import java.time.Duration;

/** How a device looks, before it uses an address, whether another one has it (RFC 5227). */
public enum AddressCheck {
  /** Not at all: the server is trusted to have looked. */
  NONE(0, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO),

  /** Two questions 0.1 s apart; used 0.2 s after the first. Finds whoever is awake. */
  FAST(2, Duration.ZERO, Duration.ofMillis(100), Duration.ofMillis(100), Duration.ofMillis(100)),

  /** As RFC 5227, 2.1.1 has it: three questions, which takes 4 to 7 s. */
  THOROUGH(
      3,
      Duration.ofSeconds(1),
      Duration.ofSeconds(1),
      Duration.ofSeconds(2),
      Duration.ofSeconds(2));

  private final int questions;
  private final Duration longestDelay;
  private final Duration shortestGap;
  private final Duration longestGap;
  private final Duration rest;

  AddressCheck(
      int questions,
      Duration longestDelay,
      Duration shortestGap,
      Duration longestGap,
      Duration rest) {
    this.questions = questions;
    this.longestDelay = longestDelay;
    this.shortestGap = shortestGap;
    this.longestGap = longestGap;
    this.rest = rest;
  }

  int questions() {
    return questions;
  }

  /** How long to wait after so many questions. */
  Duration pauseAfter(int asked, Moment moment) {
    if (asked == 0) {
      return moment.between(Duration.ZERO, longestDelay);
    }
    return asked < questions ? moment.between(shortestGap, longestGap) : rest;
  }
}
