// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

/**
 * A telephone number in the international form of ITU-T E.164: a plus sign and 2 to 15 digits, the
 * first of them not 0.
 *
 * @param e164 the number, with the plus sign and without separators
 */
public record PhoneNumber(String e164) implements LineName {

  /** Checks the form. */
  public PhoneNumber {
    if (!isE164(e164)) {
      throw new InvalidSettingException(
          "phone number",
          "'" + e164 + "' is not E.164; write + and 2 to 15 digits, such as +15551230001");
    }
  }

  /**
   * Reads a number as people write it: spaces, hyphens, dots and parentheses are left out.
   *
   * @throws InvalidSettingException if the rest is not E.164
   */
  public static PhoneNumber of(String text) {
    String e164 = withoutSeparators(text);
    if (!isE164(e164)) {
      throw new InvalidSettingException(
          "phone number",
          "'" + text + "' is not E.164; write + and 2 to 15 digits, such as +15551230001");
    }
    return new PhoneNumber(e164);
  }

  static String withoutSeparators(String text) {
    StringBuilder rest = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (" -.()".indexOf(c) < 0) {
        rest.append(c);
      }
    }
    return rest.toString();
  }

  /** Whether the text is a plus sign and 2 to 15 digits, the first not 0. */
  public static boolean isE164(String text) {
    int length = text.length();
    if (length < 3 || length > 16 || text.charAt(0) != '+' || text.charAt(1) == '0') {
      return false;
    }
    for (int i = 1; i < length; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return false;
      }
    }
    return true;
  }

  @Override
  public String text() {
    return e164;
  }

  /** The number itself, for logs and messages. */
  @Override
  public String toString() {
    return e164;
  }
}
