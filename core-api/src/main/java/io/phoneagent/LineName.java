// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

/**
 * What tells a line from the others of its device: its telephone number, or where it has none, the
 * user name that a SIP registrar knows it by.
 */
public sealed interface LineName permits PhoneNumber, UserName {

  /** The number in E.164, or the user name. */
  String text();

  /**
   * Reads one: a number as people write it, which begins with a plus, or a user name.
   *
   * @throws InvalidSettingException if it is neither
   */
  static LineName of(String text) {
    return PhoneNumber.withoutSeparators(text).startsWith("+")
        ? PhoneNumber.of(text)
        : new UserName(text.trim());
  }
}
