// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.Optional;

/**
 * A telephone number as a URI (RFC 3966).
 *
 * @param number the number without visual separators
 * @param parameters what follows the number, each with its semicolon; "" if nothing does
 */
public record TelUri(String number, String parameters) implements Uri {
  static Optional<TelUri> parse(String text) {
    int semicolon = text.indexOf(';');
    String written = text.substring(4, semicolon < 0 ? text.length() : semicolon);
    StringBuilder number = new StringBuilder(written.length());
    for (int i = 0; i < written.length(); i++) {
      char c = written.charAt(i);
      if ((c >= '0' && c <= '9') || (c == '+' && i == 0) || c == '*' || c == '#') {
        number.append(c);
      } else if (c != '-' && c != '.' && c != '(' && c != ')') {
        return Optional.empty();
      }
    }
    if (number.length() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new TelUri(number.toString(), semicolon < 0 ? "" : text.substring(semicolon)));
  }

  @Override
  public String text() {
    return "tel:" + number + parameters;
  }

  @Override
  public String toString() {
    return text();
  }
}
