// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import java.net.InetAddress;
import java.util.Optional;

/**
 * How far one source is believed. Who was wrong, as the switch has shown, is believed again once it
 * has been right for a while: one answer after the first time, twice as many after each further
 * one. Who insists on the same for long is listened to once more, as it may have been wronged.
 *
 * @param wrongs how often it was wrong, less those that are forgotten
 * @param rights how many answers in a row were right
 * @param insists how many in a row were the same, and not what is held to be right
 * @param last what it said last
 */
record Standing(int wrongs, int rights, int insists, Optional<InetAddress> last) {
  /** Of a source that has said nothing yet. */
  static final Standing NEW = new Standing(0, 0, 0, Optional.empty());

  private static final int MOST_DOUBLINGS = 6;
  // From two minutes to nine hours, where a phone asks each second.
  private static final int INSISTENCE = 32;
  private static final int MOST_QUADRUPLINGS = 5;
  private static final int FORGOTTEN_AFTER = 1_000;

  /** Whether what it says now is believed, after what it has said before. */
  boolean believed() {
    return wrongs == 0
        || rights >= 1 << Math.min(wrongs - 1, MOST_DOUBLINGS)
        || (insists > 0
            && insists % (INSISTENCE << (2 * Math.min(wrongs, MOST_QUADRUPLINGS))) == 0);
  }

  /** After it has said an address. */
  Standing said(InetAddress address, Optional<InetAddress> held) {
    Optional<InetAddress> now = Optional.of(address);
    if (held.equals(now)) {
      boolean forgotten = rights >= FORGOTTEN_AFTER;
      return new Standing(forgotten ? 0 : wrongs, Math.min(rights, FORGOTTEN_AFTER) + 1, 0, now);
    }
    return new Standing(wrongs, 0, last.equals(now) ? Math.min(insists, 1 << 20) + 1 : 1, now);
  }

  /** After the switch has shown it right, where another address was held until then. */
  Standing right() {
    return new Standing(wrongs, Math.max(rights, 1), 0, last);
  }

  /** After the switch has shown it wrong. */
  Standing wrong() {
    return new Standing(Math.min(wrongs, MOST_DOUBLINGS) + 1, 0, 0, last);
  }
}
