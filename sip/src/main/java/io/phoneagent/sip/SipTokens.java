// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.security.SecureRandom;
import java.util.Random;

/** Makes the tokens that nobody must guess: branches, tags, Call-IDs, cnonces. */
public final class SipTokens {
  private static final char[] ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();

  private final Random random;

  private SipTokens(Random random) {
    this.random = random;
  }

  /** Tokens from the platform's secure source. */
  public static SipTokens secure() {
    return new SipTokens(new SecureRandom());
  }

  /** Tokens from a given source: in tests, one that repeats. */
  public static SipTokens from(Random random) {
    return new SipTokens(random);
  }

  /** 80 random bits: an off-path sender cannot hit a transaction or a dialog by luck. */
  public String next() {
    char[] token = new char[16];
    long bits = random.nextLong();
    for (int i = 0; i < token.length; i++) {
      if (i == token.length / 2) {
        bits = random.nextLong();
      }
      token[i] = ALPHABET[(int) (bits & 31)];
      bits >>>= 5;
    }
    return new String(token);
  }

  /** 64 random bits. */
  long bits() {
    return random.nextLong();
  }

  /** A number from 0, less than the bound. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  /** The branch of a new Via (RFC 3261 section 8.1.1.7). */
  public String branch() {
    return Via.MAGIC_COOKIE + next();
  }
}
