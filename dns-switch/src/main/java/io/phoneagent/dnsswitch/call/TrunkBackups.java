// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.PhoneNumber;
import io.phoneagent.dnsswitch.limit.Allowance;
import io.phoneagent.sip.SipPeer;

/** Whether a number's backup may be called over the trunk now, which somebody pays for. */
final class TrunkBackups {
  /**
   * Unanswered ones of one number. A company whose phone is dead may have some at once; what goes
   * on is a backup number that is forwarded to the number it is the backup of, and such a ring may
   * pass through networks that count Max-Forwards anew.
   */
  static final int MOST_UNANSWERED = 5;

  private static final double A_MINUTE = 1 / 60.0;

  // Strangers cost their callers nothing, so they get what people need, not what machines can do.
  private final Allowance<PhoneNumber> strangersForOne = new Allowance<>(3, A_MINUTE);
  private final Allowance<String> strangersForAll = new Allowance<>(20, 10 * A_MINUTE);

  /**
   * Whether one more is allowed.
   *
   * @param of whose backup it is
   * @param caller who is to be connected with it
   * @param unanswered how many there are now of this number
   */
  boolean allows(PhoneNumber of, SipPeer caller, long unanswered, long nowNanos) {
    if (unanswered >= MOST_UNANSWERED) {
      return false;
    }
    return !(caller instanceof Peers.Stranger)
        || (strangersForOne.take(of, nowNanos) && strangersForAll.take("", nowNanos));
  }
}
