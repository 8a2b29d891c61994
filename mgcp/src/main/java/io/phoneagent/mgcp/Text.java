// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.ArrayList;
import java.util.List;

/** What the grammar needs of characters and lists. */
final class Text {
  // Brackets in brackets: an embedded request in an embedded request is already refused.
  private static final int DEEPEST = 16;

  private Text() {}

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  static boolean isLetterOrDigit(char c) {
    return isDigit(c) || isLetter(c);
  }

  /** A number of one to nine digits, or -1. */
  static int number(String text) {
    if (text.isEmpty() || text.length() > 9) {
      return -1;
    }
    int number = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isDigit(c)) {
        return -1;
      }
      number = number * 10 + (c - '0');
    }
    return number;
  }

  /** Whether it is 1 to 32 hexadecimal digits, as calls, connections and requests are named. */
  static boolean isHex(String text) {
    if (text.isEmpty() || text.length() > 32) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (Character.digit(text.charAt(i), 16) < 0 || text.charAt(i) > 'f') {
        return false;
      }
    }
    return true;
  }

  static String hex(String text, String what) throws Refusal {
    if (!isHex(text)) {
      throw new Refusal(ReturnCode.PROTOCOL_ERROR, what + " is not 1 to 32 hexadecimal digits");
    }
    return text;
  }

  /** Splits at a separator outside of brackets and quotes; each part without space around it. */
  static List<String> split(String text, char separator) throws Refusal {
    List<String> parts = new ArrayList<>();
    int begin = 0;
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == separator) {
        parts.add(text.substring(begin, at).trim());
        begin = at + 1;
        at++;
      } else {
        at = past(text, at);
      }
    }
    parts.add(text.substring(begin).trim());
    return parts;
  }

  /** A list of parts none of which is empty; the empty text is the empty list. */
  static List<String> list(String text) throws Refusal {
    if (text.trim().isEmpty()) {
      return List.of();
    }
    List<String> parts = split(text, ',');
    for (String part : parts) {
      if (part.isEmpty()) {
        throw new Refusal(ReturnCode.PROTOCOL_ERROR, "an empty place in a list");
      }
    }
    return parts;
  }

  /** The index after the character, or after the bracket or quote that begins here. */
  static int past(String text, int at) throws Refusal {
    char c = text.charAt(at);
    if (c == '"') {
      return pastQuote(text, at);
    }
    if (c == '(' || c == '[') {
      return pastBracket(text, at);
    }
    if (c == ')' || c == ']') {
      throw new Refusal(ReturnCode.PROTOCOL_ERROR, "a bracket closes that none has opened");
    }
    return at + 1;
  }

  private static int pastQuote(String text, int at) throws Refusal {
    int i = at + 1;
    while (i < text.length()) {
      if (text.charAt(i) == '"') {
        // A quote within is written twice.
        if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
          i += 2;
          continue;
        }
        return i + 1;
      }
      i++;
    }
    throw new Refusal(ReturnCode.PROTOCOL_ERROR, "a quotation has no end");
  }

  private static int pastBracket(String text, int at) throws Refusal {
    char[] open = new char[DEEPEST];
    int depth = 0;
    int i = at;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c == '"') {
        i = pastQuote(text, i);
        continue;
      }
      if (c == '(' || c == '[') {
        if (depth == DEEPEST) {
          throw new Refusal(ReturnCode.PROTOCOL_ERROR, "too many brackets in brackets");
        }
        open[depth++] = c;
      } else if (c == ')' || c == ']') {
        if (open[--depth] != (c == ')' ? '(' : '[')) {
          throw new Refusal(ReturnCode.PROTOCOL_ERROR, "brackets do not match");
        }
        if (depth == 0) {
          return i + 1;
        }
      }
      i++;
    }
    throw new Refusal(ReturnCode.PROTOCOL_ERROR, "a bracket is not closed");
  }

  /** A quotation's content, or the text itself where it is none. */
  static String unquoted(String text) {
    boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
    return quoted ? text.substring(1, text.length() - 1).replace("\"\"", "\"") : text;
  }

  /** Printable ASCII only, and not longer than that; for comments that quote what came. */
  static String printable(String text, int most) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length() && out.length() < most; i++) {
      char c = text.charAt(i);
      out.append(c >= ' ' && c < 127 ? c : '?');
    }
    return out.toString();
  }
}
