// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.flow;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Nonces that hold for one source address and one run of the switch, without the switch remembering
 * any: each carries when it was made and a code over that and the source.
 */
final class Nonces {
  // The cookie and the empty feature set of RFC 8489, section 9.2.
  private static final String COOKIE = "obMatJos2AAAA";
  private static final int CODE_OCTETS = 8;
  // Longer than any retransmission, shorter than an attacker's patience.
  private static final int LIFETIME_MILLIS = 60_000;

  /** As long as a real one, valid nowhere: makes the first request as long as its challenge. */
  static final String NONE_YET = COOKIE + "AAAAAAAAAAAAAAAA";

  private final byte[] secret;

  /** Codes with this secret, made anew at each start of the switch. */
  Nonces(byte[] secret) {
    this.secret = secret.clone();
  }

  String make(InetSocketAddress source, long nowNanos) {
    return make(source, millis(nowNanos));
  }

  /** Wraps every 50 days, as differences do. */
  private static int millis(long nanos) {
    return (int) (nanos / 1_000_000L);
  }

  boolean valid(String nonce, InetSocketAddress source, long nowNanos) {
    if (nonce.length() != NONE_YET.length() || !nonce.startsWith(COOKIE)) {
      return false;
    }
    int made;
    try {
      made = made(nonce);
    } catch (IllegalArgumentException e) {
      return false;
    }
    int age = millis(nowNanos) - made;
    return age >= 0
        && age <= LIFETIME_MILLIS
        && MessageDigest.isEqual(
            nonce.getBytes(StandardCharsets.US_ASCII),
            make(source, made).getBytes(StandardCharsets.US_ASCII));
  }

  /** How long ago a valid nonce was made. */
  static Duration age(String nonce, long nowNanos) {
    return Duration.ofMillis(millis(nowNanos) - made(nonce));
  }

  /** When a valid nonce was made, on a clock of its own; tells it from those before and after. */
  static int made(String nonce) {
    return ByteBuffer.wrap(Base64.getUrlDecoder().decode(nonce.substring(COOKIE.length())))
        .getInt();
  }

  private String make(InetSocketAddress source, int millis) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      ByteBuffer content = ByteBuffer.allocate(4 + CODE_OCTETS).putInt(millis);
      mac.update(content.array(), 0, 4);
      mac.update(source.getAddress().getAddress());
      mac.update((byte) (source.getPort() >> 8));
      mac.update((byte) source.getPort());
      content.put(Arrays.copyOf(mac.doFinal(), CODE_OCTETS));
      return COOKIE + Base64.getUrlEncoder().withoutPadding().encodeToString(content.array());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }
}
