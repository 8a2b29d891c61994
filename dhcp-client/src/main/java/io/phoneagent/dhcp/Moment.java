// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import java.time.Duration;
import java.util.Random;

/**
 * When and how an event is answered.
 *
 * @param nanos of the clock
 * @param random for transaction ids and jitter
 * @param check how an address is looked for on the link before it is used
 */
record Moment(long nanos, Random random, AddressCheck check) {

  long in(Duration time) {
    return nanos + time.toNanos();
  }

  Duration until(long then) {
    return Duration.ofNanos(Math.max(0, then - nanos));
  }

  /** Between the two, at random. */
  Duration between(Duration least, Duration most) {
    double share = random.nextDouble();
    return least.plusNanos((long) (share * most.minus(least).toNanos()));
  }
}
