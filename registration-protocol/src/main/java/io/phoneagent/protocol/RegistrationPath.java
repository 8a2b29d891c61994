// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.protocol;

import io.phoneagent.PhoneNumber;
import java.util.Optional;

/** The resource of a number: {@code /v1/registrations/%2B15551230001}. */
public final class RegistrationPath {
  /** What the path of every registration begins with. */
  public static final String PREFIX = "/v1/registrations/";

  /** A number of which every character is percent-encoded, and not one more. */
  private static final int MAX_NUMBER = 3 * 16;

  private RegistrationPath() {}

  /** The path of a number; the plus sign is percent-encoded. */
  public static String of(PhoneNumber number) {
    return PREFIX + "%2B" + number.e164().substring(1);
  }

  /**
   * The number in a path as it stands in the request line, without the query. A bare plus sign is
   * taken as one: in a path it is no space. Empty if the path is not a registration's or its number
   * not E.164.
   */
  public static Optional<PhoneNumber> number(String path) {
    if (!path.startsWith(PREFIX) || path.length() > PREFIX.length() + MAX_NUMBER) {
      return Optional.empty();
    }
    StringBuilder number = new StringBuilder(16);
    for (int i = PREFIX.length(); i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '%') {
        int high = i + 2 < path.length() ? Character.digit(path.charAt(i + 1), 16) : -1;
        int low = i + 2 < path.length() ? Character.digit(path.charAt(i + 2), 16) : -1;
        if (high < 0 || low < 0) {
          return Optional.empty();
        }
        c = (char) (high << 4 | low);
        i += 2;
      }
      number.append(c);
    }
    String e164 = number.toString();
    return PhoneNumber.isE164(e164) ? Optional.of(new PhoneNumber(e164)) : Optional.empty();
  }
}
