// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.List;

/**
 * How a request is refused.
 *
 * @param status 300 to 699
 * @param fields what else the response says, such as a challenge
 */
public record Rejection(int status, List<HeaderField> fields) {
  public Rejection {
    if (status < 300 || status > 699) {
      throw new IllegalArgumentException("a refusal is 300 to 699, not " + status);
    }
  }

  /** One that says nothing but its status, 300 to 699. */
  public static Rejection of(int status) {
    return new Rejection(status, List.of());
  }

  /** 401 with a challenge. */
  public static Rejection challenge(DigestChallenge challenge) {
    return new Rejection(
        401, List.of(new HeaderField(HeaderName.WWW_AUTHENTICATE, challenge.header())));
  }
}
