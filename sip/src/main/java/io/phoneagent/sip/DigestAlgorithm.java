// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/** A hash for digest authentication (RFC 7616, RFC 8760). */
public enum DigestAlgorithm {
  MD5("MD5"),
  SHA_256("SHA-256");

  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private final String text;

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
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance(text);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the platform lacks " + text, e);
    }
    byte[] hash = digest.digest(Octets.bytes(input));
    StringBuilder out = new StringBuilder(hash.length * 2);
    for (byte b : hash) {
      out.append(HEX[(b >> 4) & 15]).append(HEX[b & 15]);
    }
    return out.toString();
  }
}
