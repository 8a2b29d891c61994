// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.nio.charset.StandardCharsets;

/** Looks at ranges of bytes as SIP's grammar does, without making strings of them. */
final class Octets {
  /** One of a token (section 25.1). */
  static final int TOKEN = 1;

  /** One of a URI, as far as it matters where a URI ends. */
  static final int URI = 2;

  /** One of a parameter's value without quotes, which ends before a semicolon. */
  static final int VALUE = 4;

  /** One that neither begins nor ends anything: no quote, bracket, comma or semicolon. */
  static final int PLAIN = 8;

  /** One of a host, outside brackets. */
  static final int HOST = 16;

  private static final byte[] KINDS = new byte[256];

  static {
    for (int c = 0; c < KINDS.length; c++) {
      boolean alphanumeric = isAlphanumeric(c);
      boolean visible = c > ' ' && c < 127;
      KINDS[c] =
          (byte)
              ((alphanumeric || "-.!%*_+`'~".indexOf(c) >= 0 ? TOKEN : 0)
                  | (visible && "<>\"".indexOf(c) < 0 ? URI : 0)
                  | (visible && "<>\",;".indexOf(c) < 0 ? VALUE : 0)
                  | ("<>\",;".indexOf(c) < 0 ? PLAIN : 0)
                  | (alphanumeric || "-._".indexOf(c) >= 0 ? HOST : 0));
    }
  }

  private static boolean isAlphanumeric(int c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }

  private Octets() {}

  static boolean isToken(int b) {
    return is(b, TOKEN);
  }

  private static boolean is(int b, int kind) {
    return (KINDS[b & 0xFF] & kind) != 0;
  }

  /** The offset of the first byte that is not of a kind, or {@code to}. */
  static int skip(byte[] bytes, int from, int to, int kind) {
    int i = from;
    while (i < to && is(bytes[i], kind)) {
      i++;
    }
    return i;
  }

  static boolean isToken(String text) {
    if (text.isEmpty()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > 127 || !isToken(c)) {
        return false;
      }
    }
    return true;
  }

  static boolean isToken(byte[] bytes, int from, int to) {
    return from < to && skip(bytes, from, to, TOKEN) == to;
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

  /** The same, of octets in lower case. */
  static boolean equalsIgnoreCase(byte[] bytes, int from, int to, byte[] lower) {
    if (to - from != lower.length) {
      return false;
    }
    for (int i = 0; i < lower.length; i++) {
      if (lower(bytes[from + i]) != lower[i]) {
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
    return decimal(text, 0, text.length());
  }

  static long decimal(String text, int from, int to) {
    if (from >= to) {
      return -1;
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
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
   * The first of the wanted byte (comma, semicolon or bracket) outside quoted strings and, if
   * asked, outside angle brackets; {@code to} if there is none; -1 if a quotation or a bracket is
   * never closed.
   */
  static int find(byte[] bytes, int from, int to, int wanted, boolean skipBrackets) {
    boolean quoted = false;
    boolean bracket = false;
    for (int i = from; i < to; i++) {
      int b = bytes[i];
      if (!quoted && is(b, PLAIN)) {
        continue;
      }
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

  /** What a quoted string that fills a range says; other text as it is. */
  static String unquoted(byte[] bytes, int from, int to) {
    if (to - from < 2 || bytes[from] != '"' || bytes[to - 1] != '"') {
      return text(bytes, from, to);
    }
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\\') {
        return unquoted(text(bytes, from, to));
      }
    }
    return text(bytes, from + 1, to - 1);
  }

  /** What a quoted string says; other text as it is. */
  static String unquoted(String text) {
    if (text.length() < 2 || text.charAt(0) != '"' || text.charAt(text.length() - 1) != '"') {
      return text;
    }
    if (text.indexOf('\\') < 0) {
      return text.substring(1, text.length() - 1);
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
    return skip(bytes, from, to, HOST) == to;
  }

  static boolean isHost(String text) {
    if (!text.isEmpty() && text.charAt(0) == '[') {
      byte[] bytes = bytes(text);
      return isHost(bytes, 0, bytes.length);
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 127 || !is(text.charAt(i), HOST)) {
        return false;
      }
    }
    return !text.isEmpty();
  }
}
