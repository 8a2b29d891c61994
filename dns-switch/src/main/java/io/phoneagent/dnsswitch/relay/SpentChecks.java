// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.relay;

import io.phoneagent.flow.TransactionId;
import java.util.Arrays;

/**
 * The connectivity checks that have counted. Whoever overhears one can send it again from
 * elsewhere, and its proof holds; so each counts for the source it first came from only. Some two
 * hours of them are known, at one each two seconds. Owned by the relay's loop.
 */
final class SpentChecks {
  /** So many are known, the latest. */
  static final int MOST = 4_096;

  private static final int FEW = 64;

  // Most calls last some minutes, and have a hundred.
  private long[] spent = new long[FEW];
  private int known;
  private int next;

  /** Whether it is the first of its transaction; from now on it is not. */
  boolean spend(TransactionId transaction) {
    long random = transaction.low();
    for (int i = 0; i < known; i++) {
      if (spent[i] == random) {
        return false;
      }
    }
    if (next == spent.length && spent.length < MOST) {
      spent = Arrays.copyOf(spent, spent.length * 2);
    }
    next %= spent.length;
    spent[next++] = random;
    known = Math.max(known, next);
    return true;
  }
}
