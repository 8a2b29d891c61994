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
   * 256-bit keys, as wide as the HMAC-SHA256 they go into, and nonces of 128 bits. A name goes with
   * each keep-alive, so it is short: 72 bits, of which ten million keys have two alike once in a
   * hundred million times, in 12 characters, which STUN need not pad.
   */
  static KeyMint random() {
    RandomOctets random = new RandomOctets(new SecureRandom());
    return () -> {
      byte[] octets = random.next(57);
      return FlowKey.of(
          token(octets, 32, 41), Arrays.copyOfRange(octets, 0, 32), token(octets, 41, 57));
    };
  }

  private static String token(byte[] octets, int from, int to) {
    return TOKEN.encodeToString(Arrays.copyOfRange(octets, from, to));
  }
}
