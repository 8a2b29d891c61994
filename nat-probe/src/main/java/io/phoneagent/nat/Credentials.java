// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.InvalidSettingException;

/** Who asks for a page. No text made of this holds the password. */
final class Credentials {
  private static final int LONGEST = 256;

  private final String user;
  private final String password;

  private Credentials(String user, String password) {
    this.user = user;
    this.password = password;
  }

  static Credentials of(String user, String password) {
    if (!isSendable(user) || user.isEmpty() || user.indexOf(':') >= 0) {
      // A colon would end the name in Basic (RFC 7617, section 2).
      throw new InvalidSettingException(
          "probe-user",
          "give 1 to " + LONGEST + " characters, without a colon and without control characters");
    }
    if (!isSendable(password)) {
      throw new InvalidSettingException(
          "probe-password", "give up to " + LONGEST + " characters, without control characters");
    }
    return new Credentials(user, password);
  }

  private static boolean isSendable(String text) {
    return text.length() <= LONGEST && text.chars().noneMatch(Character::isISOControl);
  }

  String user() {
    return user;
  }

  String password() {
    return password;
  }
}
