// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registry;

import io.phoneagent.protocol.FlowKey;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/** Makes keys that nobody can guess. */
@FunctionalInterface
public interface KeyMint {
  /** Spells names and nonces. */
  Base64.Encoder TOKEN = Base64.getUrlEncoder().withoutPadding();

  /** A new key. */
  FlowKey next();

  /**
   * 256-bit keys, as wide as the HMAC-SHA256 they go into; names and nonces of 128 bits, so that
   * two never meet.
   */
  static KeyMint random() {
    RandomOctets random = new RandomOctets(new SecureRandom());
    return () -> {
      byte[] octets = random.next(64);
      return FlowKey.of(token(octets, 32), Arrays.copyOfRange(octets, 0, 32), token(octets, 48));
    };
  }

  private static String token(byte[] octets, int from) {
    return TOKEN.encodeToString(Arrays.copyOfRange(octets, from, from + 16));
  }
}
