// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.sip.SipPeer;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** How long a phone may be silent before its backup rings beside it. */
final class Patience {
  // TCP repeats after 200 ms at the earliest, then after 400; the other end after 200.
  private static final Duration LONGEST_REPEATING = Duration.ofMillis(800);

  private Patience() {}

  /**
   * Never less than three round trips, nor than five tries and an answer take. A connection repeats
   * what is lost by itself, later than we repeat datagrams: with two losses on the way there and
   * one on the way back, TCP needs up to eight round trips beside what it waits at least.
   *
   * @param silence how long it may be silent at least
   */
  static Duration with(Duration silence, Duration roundTrip, boolean reliable) {
    Duration least =
        reliable
            ? roundTrip.multipliedBy(8).plus(LONGEST_REPEATING)
            : longer(roundTrip.multipliedBy(3), roundTrip.plus(Nudging.FIVE_TRIES));
    return longer(least, silence);
  }

  /** How long those that ring may be silent; empty if all of them were so the last time already. */
  static Optional<Duration> ofThose(List<SipPeer> ringing, Function<SipPeer, Duration> each) {
    return ringing.stream()
        .filter(p -> !(p instanceof Peers.Plain plain && plain.isSilent()))
        .map(each)
        .max(Comparator.naturalOrder());
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }
}
