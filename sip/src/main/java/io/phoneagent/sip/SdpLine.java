// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.ArrayList;
import java.util.List;

/**
 * One line of a session description.
 *
 * @param type the letter before the equals sign
 * @param value what is behind it
 */
public record SdpLine(char type, String value) {
  public SdpLine {
    if (type < 'a' || type > 'z' || value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0) {
      throw new IllegalArgumentException("a line is a letter and a value without line ends");
    }
  }

  /** What is between the spaces of a value; at least one word, which may be empty. */
  static List<String> words(String value) {
    String text = value.trim();
    List<String> found = new ArrayList<>();
    int start = 0;
    while (true) {
      int space = text.indexOf(' ', start);
      if (space < 0) {
        found.add(text.substring(start));
        return found;
      }
      found.add(text.substring(start, space));
      start = space + 1;
      while (text.charAt(start) == ' ') {
        start++;
      }
    }
  }

  static SdpLine attribute(String name, String value) {
    return new SdpLine('a', value.isEmpty() ? name : name + ':' + value);
  }

  boolean isAttribute(String name) {
    return type == 'a'
        && value.startsWith(name)
        && (value.length() == name.length() || value.charAt(name.length()) == ':');
  }

  /** The name of an attribute, "" for other lines. */
  public String attributeName() {
    if (type != 'a') {
      return "";
    }
    int colon = value.indexOf(':');
    return colon < 0 ? value : value.substring(0, colon);
  }

  /** The value of an attribute, "" if it has none. */
  public String attributeValue() {
    int colon = value.indexOf(':');
    return type != 'a' || colon < 0 ? "" : value.substring(colon + 1);
  }

  @Override
  public String toString() {
    return type + "=" + value;
  }
}
