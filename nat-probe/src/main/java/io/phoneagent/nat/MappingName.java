// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import java.util.Random;

/**
 * What tells one mapping of UDP by PCP from others (RFC 6887, section 11.1): the same name asked
 * for again is the same mapping.
 *
 * @param nonceHigh the first 32 bits of the nonce
 * @param nonceLow the other 64
 * @param internalPort the port of this host that is mapped
 */
record MappingName(int nonceHigh, long nonceLow, int internalPort) {

  /**
   * A new one.
   *
   * @param random unpredictable for others: who knows the nonce can end the mapping
   */
  static MappingName next(Random random, int internalPort) {
    return new MappingName(random.nextInt(), random.nextLong(), internalPort);
  }
}
