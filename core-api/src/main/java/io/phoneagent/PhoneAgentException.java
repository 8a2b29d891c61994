// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

/**
 * The root of everything the SDK throws. The message says what is wrong and how to mend it; it
 * never contains a secret. Expected outcomes (a refused registration, a busy phone) are values, not
 * exceptions.
 */
public class PhoneAgentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * An error without an underlying one.
   *
   * @param message what is wrong and how to mend it
   */
  public PhoneAgentException(String message) {
    super(message);
  }

  /**
   * An error caused by another.
   *
   * @param message what is wrong and how to mend it
   * @param cause what was thrown underneath
   */
  public PhoneAgentException(String message, Throwable cause) {
    super(message, cause);
  }
}
