// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import java.time.Duration;

/**
 * A question that is repeated until it is answered.
 *
 * @param xid of all its messages
 * @param since when the device began to ask, in nanoseconds of the clock
 * @param sentAt when the last message went
 * @param sent how many went
 */
record Attempt(int xid, long since, long sentAt, int sent) {
  private static final Duration JITTER = Duration.ofSeconds(1);

  /** The first message, now. */
  static Attempt begin(Moment moment) {
    return new Attempt(moment.random().nextInt(), moment.nanos(), moment.nanos(), 1);
  }

  /** One more message, now. */
  Attempt again(Moment moment) {
    return new Attempt(xid, since, moment.nanos(), sent + 1);
  }

  /** The field of this name. */
  int secs(long now) {
    return (int) Math.min(0xFFFF, Duration.ofNanos(now - since).getSeconds());
  }

  /**
   * How long to wait for an answer: 1, 2, 4 ... 64 s, the later ones longer or shorter by up to a
   * second. RFC 2131 begins at 4 s; on the first tries speed counts, and two more packets cost
   * nobody anything.
   */
  Duration patience(Moment moment) {
    Duration base = Duration.ofSeconds(1L << Math.min(6, sent - 1));
    return sent < 3 ? base : moment.between(base.minus(JITTER), base.plus(JITTER));
  }
}
