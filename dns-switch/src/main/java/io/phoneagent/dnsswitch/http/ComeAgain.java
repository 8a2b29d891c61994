// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.http;

import io.phoneagent.runtime.Clock;
import java.time.Duration;

/**
 * When phones that cannot be served now are to come again. Each second is given to so many of them
 * as the switch can serve in it, so that they do not all come back together. Thread-safe.
 */
final class ComeAgain {
  /** What one slow core serves over connections that are kept, with as much left for others. */
  static final int PER_SECOND = 2_000;

  /** A minute without registration is long; those beyond share the seconds of the first. */
  private static final long LATEST = Duration.ofSeconds(30).toNanos();

  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long STEP = SECOND / PER_SECOND;

  private final Clock clock;
  private long given = Long.MIN_VALUE;

  ComeAgain(Clock clock) {
    this.clock = clock;
  }

  /** In how many whole seconds, at least one. */
  synchronized Duration in() {
    long now = clock.nanos();
    given = Math.max(given, now) + STEP;
    if (given - now > LATEST) {
      given = now + STEP;
    }
    return Duration.ofSeconds(1 + (given - now) / SECOND);
  }
}
