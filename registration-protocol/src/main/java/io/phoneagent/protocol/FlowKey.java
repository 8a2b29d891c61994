// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.protocol;

import io.phoneagent.InvalidSettingException;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * What a phone binds its flow with: an opaque name for the key, the key, and the nonce for the
 * phone's first SIP digest, so that its first request need not be challenged.
 */
public final class FlowKey {
  /** Longest name or nonce. */
  static final int MAX_TEXT = 128;

  private static final int MIN_KEY = 16;
  private static final int MAX_KEY = 64;

  private final String keyId;
  private final byte[] key;
  private final String nonce;

  private FlowKey(String keyId, byte[] key, String nonce) {
    this.keyId = keyId;
    this.key = key;
    this.nonce = nonce;
  }

  /**
   * A key as the switch gives it.
   *
   * @param keyId 1 to 128 visible ASCII characters without quotes: it is the bind's USERNAME
   * @param key 16 to 64 octets; copied
   * @param nonce 1 to 128 visible ASCII characters without quotes
   */
  public static FlowKey of(String keyId, byte[] key, String nonce) {
    checkToken("flow.keyId", keyId);
    checkToken("flow.nonce", nonce);
    if (key.length < MIN_KEY || key.length > MAX_KEY) {
      throw new InvalidSettingException(
          "flow.key", "has " + key.length + " octets, not from " + MIN_KEY + " to " + MAX_KEY);
    }
    return new FlowKey(keyId, key.clone(), nonce);
  }

  private static void checkToken(String member, String text) {
    boolean fits = !text.isEmpty() && text.length() <= MAX_TEXT;
    for (int i = 0; fits && i < text.length(); i++) {
      char c = text.charAt(i);
      fits = c > ' ' && c < 127 && c != '"' && c != '\\';
    }
    if (!fits) {
      throw new InvalidSettingException(
          member, "must be 1 to " + MAX_TEXT + " visible ASCII characters without quotes");
    }
  }

  /** The key's name. */
  public String keyId() {
    return keyId;
  }

  /** A copy of the key. Secret. */
  public byte[] key() {
    return key.clone();
  }

  /** The nonce for the first SIP digest. */
  public String nonce() {
    return nonce;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FlowKey that
        && keyId.equals(that.keyId)
        && nonce.equals(that.nonce)
        && MessageDigest.isEqual(key, that.key);
  }

  @Override
  public int hashCode() {
    return 31 * keyId.hashCode() + Arrays.hashCode(key);
  }

  /** The name only. */
  @Override
  public String toString() {
    return "FlowKey[keyId=" + keyId + "]";
  }
}
