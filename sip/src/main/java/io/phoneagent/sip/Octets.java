// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.nio.charset.StandardCharsets;

/** Looks at ranges of bytes as SIP's grammar does, without making strings of them. */
final class Octets {
  private static final boolean[] TOKEN = new boolean[128];

  static {
    for (char c = '0'; c <= '9'; c++) {
      TOKEN[c] = true;
    }
    for (char c = 'A'; c <= 'Z'; c++) {
      TOKEN[c] = true;
      TOKEN[c + 32] = true;
    }
    for (char c : "-.!%*_+`'~".toCharArray()) {
      TOKEN[c] = true;
    }
  }

  private Octets() {}

  static boolean isToken(int b) {
    return b >= 0 && TOKEN[b];
  }

  static boolean isToken(String text) {
    if (text.isEmpty()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > 127 || !TOKEN[c]) {
        return false;
      }
    }
    return true;
  }

  static boolean isToken(byte[] bytes, int from, int to) {
    if (from >= to) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (!isToken(bytes[i])) {
        return false;
      }
    }
    return true;
  }

  /** White space inside a field's value: CR and LF are there only as part of a fold. */
  static boolean isSpace(int b) {
    return b == ' ' || b == '\t' || b == '\r' || b == '\n';
  }

  static int skipSpace(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && isSpace(bytes[i])) {
      i++;
    }
    return i;
  }

  static int trimEnd(byte[] bytes, int from, int to) {
    int i = to;
    while (i > from && isSpace(bytes[i - 1])) {
      i--;
    }
    return i;
  }

  static int lower(int b) {
    return b >= 'A' && b <= 'Z' ? b + 32 : b;
  }

  static boolean equalsIgnoreCase(byte[] bytes, int from, int to, String text) {
    if (to - from != text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (lower(bytes[from + i]) != lower(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  static boolean equals(byte[] bytes, int from, int to, String text) {
    if (to - from != text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (bytes[from + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** The decimal number that fills the range, or -1: empty, another character, or above 2^32-1. */
  static long decimal(byte[] bytes, int from, int to) {
    if (from >= to) {
      return -1;
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
      if (value > 0xFFFF_FFFFL) {
        return -1;
      }
    }
    return value;
  }

  static long decimal(String text) {
    byte[] bytes = bytes(text);
    return decimal(bytes, 0, bytes.length);
  }

  /** The text of a range, as UTF-8. */
  static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  /** The text of a field's value: each fold, with the spaces around it, is one space. */
  static String unfolded(byte[] bytes, int from, int to) {
    int fold = from;
    while (fold < to && bytes[fold] != '\r') {
      fold++;
    }
    return fold == to ? text(bytes, from, to) : withoutFolds(bytes, from, to);
  }

  /** In one pass: a line may be nothing but spaces, and is read before anybody is admitted. */
  private static String withoutFolds(byte[] bytes, int from, int to) {
    byte[] out = new byte[to - from];
    int size = 0;
    int foldEnd = 0;
    int i = from;
    while (i < to) {
      if (!isFold(bytes, i, to)) {
        out[size++] = bytes[i++];
        continue;
      }
      while (size > foldEnd && isBlank(out[size - 1])) {
        size--;
      }
      out[size++] = ' ';
      foldEnd = size;
      i += 2;
      while (i < to && isBlank(bytes[i])) {
        i++;
      }
    }
    return text(out, 0, size);
  }

  private static boolean isFold(byte[] bytes, int at, int to) {
    return bytes[at] == '\r' && at + 2 < to && bytes[at + 1] == '\n' && isBlank(bytes[at + 2]);
  }

  private static boolean isBlank(int b) {
    return b == ' ' || b == '\t';
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The first of the wanted byte outside quoted strings and, if asked, outside angle brackets;
   * {@code to} if there is none; -1 if a quotation or a bracket is never closed.
   */
  static int find(byte[] bytes, int from, int to, int wanted, boolean skipBrackets) {
    boolean quoted = false;
    boolean bracket = false;
    for (int i = from; i < to; i++) {
      int b = bytes[i];
      if (quoted) {
        if (b == '\\') {
          i++;
        } else if (b == '"') {
          quoted = false;
        }
      } else if (b == wanted && !bracket) {
        return i;
      } else if (b == '"' && !bracket) {
        quoted = true;
      } else if (b == '<' && skipBrackets) {
        bracket = true;
      } else if (b == '>') {
        bracket = false;
      }
    }
    return quoted || bracket ? -1 : to;
  }

  /** What a quoted string says; other text as it is. */
  static String unquoted(String text) {
    if (text.length() < 2 || text.charAt(0) != '"' || text.charAt(text.length() - 1) != '"') {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 1; i < text.length() - 1; i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length() - 1) {
        i++;
        c = text.charAt(i);
      }
      out.append(c);
    }
    return out.toString();
  }

  static String quoted(String text) {
    String escaped = text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\0", "\\\0");
    return '"' + escaped + '"';
  }

  /**
   * Whether a host may stand in a URI or a Via: a name, an IPv4 address or a bracketed IPv6 one.
   */
  static boolean isHost(byte[] bytes, int from, int to) {
    if (from >= to) {
      return false;
    }
    if (bytes[from] == '[') {
      if (to - from < 4 || bytes[to - 1] != ']') {
        return false;
      }
      for (int i = from + 1; i < to - 1; i++) {
        int b = lower(bytes[i]);
        if (!(b >= '0' && b <= '9') && !(b >= 'a' && b <= 'f') && b != ':' && b != '.') {
          return false;
        }
      }
      return true;
    }
    for (int i = from; i < to; i++) {
      int b = lower(bytes[i]);
      boolean good = (b >= '0' && b <= '9') || (b >= 'a' && b <= 'z') || b == '-' || b == '.';
      if (!good && b != '_') {
        return false;
      }
    }
    return true;
  }
}
