// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registry;

import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Octets that nobody can guess, from a stock: each question to their source is a call of the
 * kernel. What has been given out is wiped from the stock. Thread-safe.
 */
final class RandomOctets {
  private static final int STOCK = 4096;

  private final SecureRandom source;
  private final byte[] stock = new byte[STOCK];
  private int used = STOCK;

  RandomOctets(SecureRandom source) {
    this.source = source;
  }

  /**
   * So many that nobody else gets.
   *
   * @param count at most 4096
   */
  synchronized byte[] next(int count) {
    if (STOCK - used < count) {
      source.nextBytes(stock);
      used = 0;
    }
    byte[] taken = Arrays.copyOfRange(stock, used, used + count);
    Arrays.fill(stock, used, used + count, (byte) 0);
    used += count;
    return taken;
  }
}
