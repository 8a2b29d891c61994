// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registry;

import io.phoneagent.protocol.FlowKey;
import java.security.SecureRandom;
import java.util.Base64;

/** Makes keys that nobody can guess. */
@FunctionalInterface
public interface KeyMint {

  /** A new key. */
  FlowKey next();

  /**
   * 256-bit keys, as wide as the HMAC-SHA256 they go into; names and nonces of 128 bits, so that
   * two never meet.
   */
  static KeyMint random() {
    SecureRandom random = new SecureRandom();
    return () -> {
      byte[] key = new byte[32];
      random.nextBytes(key);
      return FlowKey.of(token(random), key, token(random));
    };
  }

  private static String token(SecureRandom random) {
    byte[] octets = new byte[16];
    random.nextBytes(octets);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
  }
}
