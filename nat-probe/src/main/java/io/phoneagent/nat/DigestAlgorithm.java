// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.Optional;

/** The hash functions of RFC 7616 that every device has, the weaker ones first. */
enum DigestAlgorithm {
  MD5("MD5", "MD5", false),
  MD5_SESS("MD5-sess", "MD5", true),
  SHA_256("SHA-256", "SHA-256", false),
  SHA_256_SESS("SHA-256-sess", "SHA-256", true);

  private final String label;
  private final String function;
  private final boolean session;

  DigestAlgorithm(String label, String function, boolean session) {
    this.label = label;
    this.function = function;
    this.session = session;
  }

  /** The one of this name; MD5 where none is given. */
  static Optional<DigestAlgorithm> of(String name) {
    if (name.isEmpty()) {
      return Optional.of(MD5);
    }
    for (DigestAlgorithm each : values()) {
      if (each.label.equalsIgnoreCase(name)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  boolean isSession() {
    return session;
  }

  boolean isMd5() {
    return function.equals("MD5");
  }

  String hash(String text) {
    try {
      StringBuilder hex = new StringBuilder();
      for (byte octet : MessageDigest.getInstance(function).digest(text.getBytes(UTF_8))) {
        hex.append(String.format(Locale.ROOT, "%02x", octet & 0xff));
      }
      return hex.toString();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("each Java platform has " + function, e);
    }
  }

  @Override
  public String toString() {
    return label;
  }
}
