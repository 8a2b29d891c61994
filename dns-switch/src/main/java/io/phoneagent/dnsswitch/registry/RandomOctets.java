// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registry;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Octets that nobody can guess, from a stock: the platform's source costs a call of the kernel each
 * time, and a hash for each 20 octets. So it gives 256 bits, which AES in counter mode stretches
 * into a stock; what has been given out is wiped from there. Thread-safe.
 */
final class RandomOctets {
  private static final int STOCK = 4096;
  private static final int SEED = 32;

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
      fill();
    }
    byte[] taken = Arrays.copyOfRange(stock, used, used + count);
    Arrays.fill(stock, used, used + count, (byte) 0);
    used += count;
    return taken;
  }

  private void fill() {
    byte[] seed = new byte[SEED];
    source.nextBytes(seed);
    try {
      Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
      // No key is used twice, so the counter may begin at zero each time.
      cipher.init(
          Cipher.ENCRYPT_MODE, new SecretKeySpec(seed, "AES"), new IvParameterSpec(new byte[16]));
      Arrays.fill(stock, (byte) 0);
      cipher.doFinal(stock, 0, STOCK, stock, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES", e);
    }
    used = 0;
  }
}
