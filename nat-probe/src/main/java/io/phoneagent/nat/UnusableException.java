// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

/** What a gateway has sent cannot be used; the message says why, for people. */
final class UnusableException extends Exception {
  private static final long serialVersionUID = 1;

  UnusableException(String why) {
    super(why);
  }

  /** Why. */
  String why() {
    return String.valueOf(getMessage());
  }
}
