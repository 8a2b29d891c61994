// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/** A hash for digest authentication (RFC 7616, RFC 8760). */
public enum DigestAlgorithm {
  /** What RFC 3261 has, and every phone knows. */
  MD5("MD5"),
  /** What RFC 8760 wants; preferred where both are offered. */
  SHA_256("SHA-256");

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private final String text;

  // Each request of a phone needs two, and finding the platform's own takes as long as hashing.
  @SuppressWarnings("ImmutableEnumChecker") // each thread has its own, and resets it
  private final ThreadLocal<MessageDigest> digests = ThreadLocal.withInitial(this::made);

  DigestAlgorithm(String text) {
    this.text = text;
  }

  /** The name in a header field, which is also the platform's. */
  public String text() {
    return text;
  }

  /** The algorithm of this name; MD5 where none is named. */
  static Optional<DigestAlgorithm> of(String name) {
    if (name.isEmpty()) {
      return Optional.of(MD5);
    }
    for (DigestAlgorithm one : values()) {
      if (one.text.equalsIgnoreCase(name)) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }

  String hash(String input) {
    byte[] hash = digests.get().digest(Octets.bytes(input));
    byte[] out = new byte[hash.length * 2];
    for (int i = 0; i < hash.length; i++) {
      out[2 * i] = HEX[(hash[i] >> 4) & 15];
      out[2 * i + 1] = HEX[hash[i] & 15];
    }
    return new String(out, StandardCharsets.ISO_8859_1);
  }

  private MessageDigest made() {
    try {
      return MessageDigest.getInstance(text);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the platform lacks " + text, e);
    }
  }
}
