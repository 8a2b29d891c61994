// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.flow;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A key for the integrity of STUN messages (RFC 8489, section 9). In no text is it shown. */
final class StunKey {
  private final byte[] octets;

  private StunKey(byte[] octets) {
    this.octets = octets;
  }

  /** Of the long-term mechanism, by SHA-256 (section 18.5.1.2). */
  static StunKey longTerm(String username, String realm, String password) {
    try {
      byte[] input = (username + ":" + realm + ":" + password).getBytes(StandardCharsets.UTF_8);
      return new StunKey(MessageDigest.getInstance("SHA-256").digest(input));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Of the short-term mechanism (section 9.1.1). */
  static StunKey shortTerm(String password) {
    return new StunKey(password.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The integrity value of a message up to an offset, computed as if its header's length were the
   * given one.
   */
  byte[] integrity(byte[] message, int end, int lengthField, boolean sha1) {
    String algorithm = sha1 ? "HmacSHA1" : "HmacSHA256";
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(octets, algorithm));
      mac.update(message, 0, 2);
      mac.update((byte) (lengthField >> 8));
      mac.update((byte) lengthField);
      mac.update(ByteBuffer.wrap(message, 4, end - 4));
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + algorithm, e);
    }
  }
}
