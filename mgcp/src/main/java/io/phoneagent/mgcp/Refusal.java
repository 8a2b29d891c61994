// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.Objects;

/**
 * What was received cannot be done, or is not what it should be; with the return code that says so
 * (RFC 3435, section 2.4). Has no stack trace: strangers can cause it.
 */
public final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final int code;

  /**
   * A reason to refuse.
   *
   * @param code a return code from 400 to 899
   * @param comment for people who read the packets; printable ASCII
   */
  public Refusal(int code, String comment) {
    super(Objects.requireNonNull(comment), null, false, false);
    this.code = code;
  }

  /** The return code, 400 to 899. */
  public int code() {
    return code;
  }

  /** What is wrong, for the response's comment. */
  public String comment() {
    return Objects.requireNonNull(getMessage());
  }
}
