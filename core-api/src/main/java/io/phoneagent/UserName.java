// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import java.util.regex.Pattern;

/**
 * What a SIP registrar knows a line by, such as the extension of a PBX: the part before the @ of
 * its address of record (RFC 3261, section 10).
 *
 * @param text 1 to 128 letters, digits and characters of {@code -_.!~*'()&=+$,;?/} (the {@code
 *     user} of RFC 3261, section 25.1, without escapes)
 */
public record UserName(String text) implements LineName {
  private static final Pattern TEXT = Pattern.compile("[a-zA-Z0-9_.!~*'()&=+$,;?/-]{1,128}");

  /** Checks the form. */
  public UserName {
    if (!isUserName(text)) {
      throw new InvalidSettingException(
          "user", "a line needs one like 1001 or anna, without @ and host");
    }
  }

  static boolean isUserName(String text) {
    return TEXT.matcher(text).matches();
  }

  /** The name itself, for logs and messages. */
  @Override
  public String toString() {
    return text;
  }
}
