// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.flow;

import java.nio.ByteBuffer;
import java.util.Random;

/**
 * The transaction identifier of a STUN message (RFC 8489, section 5): 96 bits.
 *
 * @param high the first 32
 * @param low the other 64
 */
public record TransactionId(int high, long low) {

  /**
   * A new one.
   *
   * @param random unpredictable for others
   */
  public static TransactionId next(Random random) {
    return new TransactionId(random.nextInt(), random.nextLong());
  }

  static TransactionId in(byte[] message) {
    ByteBuffer view = ByteBuffer.wrap(message);
    return new TransactionId(view.getInt(8), view.getLong(12));
  }
}
