// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.flow;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a phone and its switch share to prove who sends on a flow, given out by the registration.
 *
 * <p>The proof is that of RFC 8489's long-term mechanism with SHA-256 and the realm {@code
 * phoneagent}; algorithm and realm are agreed by the registration, so messages do not repeat them.
 */
public final class FlowKey {
  private static final String REALM = "phoneagent";
  // With fewer characters a keep-alive would be shorter than the challenge that may answer it.
  private static final int SHORTEST_ID = 8;
  private static final int LONGEST_ID = 64;

  private final String id;
  private final Supplier<String> secret;
  private @Nullable StunKey key;

  /**
   * A key.
   *
   * @param id names the key and tells nothing else; 8 to 64 characters of US-ASCII
   * @param secret the shared secret, as the registration's answer spells it
   * @throws IllegalArgumentException if the identifier is too short or too long
   */
  public FlowKey(String id, String secret) {
    this(id, () -> secret);
  }

  /**
   * A key. Derived from the secret when it is first used: a switch is given many that never are.
   *
   * @param id names the key and tells nothing else; 8 to 64 characters of US-ASCII
   * @param secret gives the shared secret, as the registration's answer spells it, whenever it is
   *     asked
   * @throws IllegalArgumentException if the identifier is too short or too long
   */
  public FlowKey(String id, Supplier<String> secret) {
    if (id.length() < SHORTEST_ID || id.length() > LONGEST_ID) {
      throw new IllegalArgumentException(
          "a key identifier has " + SHORTEST_ID + " to " + LONGEST_ID + " characters");
    }
    this.id = id;
    this.secret = secret;
  }

  /** Names the key. */
  public String id() {
    return id;
  }

  StunKey key() {
    StunKey derived = key;
    if (derived == null) {
      derived = StunKey.longTerm(id, REALM, secret.get());
      key = derived;
    }
    return derived;
  }

  /** The identifier, never the secret. */
  @Override
  public String toString() {
    return "FlowKey[" + id + "]";
  }
}
