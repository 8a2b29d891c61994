// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A page as a person reads it: without tags, with what HTML and XML (character references), JSON
 * ({@code \\u002e}) and addresses ({@code %2E}) write in another way. It goes over the text once.
 */
final class ReadableText {
  /** These stand within words; any other tag parts them. */
  private static final Set<String> INLINE =
      Set.of("a", "b", "em", "font", "i", "small", "span", "strong", "tt", "u", "wbr");

  private static final Map<String, Character> NAMED =
      Map.of(
          "amp", '&', "apos", '\'', "colon", ':', "gt", '>', "lt", '<', "nbsp", ' ', "period", '.',
          "quot", '"');

  private static final int LONGEST_REFERENCE = 10;

  private final String text;
  private final StringBuilder out;
  private int at;
  // The next ones from here, or the text's end, so that each is looked for once.
  private int tagEnd = -1;
  private int referenceEnd = -1;

  private ReadableText(String text) {
    this.text = text;
    this.out = new StringBuilder(text.length());
  }

  static String of(String text) {
    return new ReadableText(text).read();
  }

  private String read() {
    while (at < text.length()) {
      char c = text.charAt(at);
      boolean read =
          (c == '<' && tag())
              || (c == '&' && reference())
              || (c == '\\' && escape())
              || (c == '%' && hex(at + 1, 2, 1));
      if (!read) {
        out.append(c);
        at++;
      }
    }
    return out.toString();
  }

  private int next(char c, int from) {
    int found = text.indexOf(c, from);
    return found < 0 ? text.length() : found;
  }

  private boolean tag() {
    int from = at + 1;
    int nameFrom = from < text.length() && text.charAt(from) == '/' ? from + 1 : from;
    int nameTo = nameFrom;
    while (nameTo < text.length() && Character.isLetterOrDigit(text.charAt(nameTo))) {
      nameTo++;
    }
    boolean comment = text.startsWith("!--", from);
    if (!comment && (nameTo == nameFrom || !Character.isLetter(text.charAt(nameFrom)))) {
      return false;
    }
    if (tagEnd < from) {
      tagEnd = next('>', from);
    }
    int to = tagEnd;
    if (to == text.length()) {
      return false;
    }
    String name = text.substring(nameFrom, nameTo).toLowerCase(Locale.ROOT);
    out.append(comment || INLINE.contains(name) ? "" : " ");
    at = to + 1;
    return true;
  }

  private boolean reference() {
    if (referenceEnd < at) {
      referenceEnd = next(';', at);
    }
    int to = referenceEnd;
    if (to == text.length() || to - at > LONGEST_REFERENCE) {
      return false;
    }
    String name = text.substring(at + 1, to);
    Character named = NAMED.get(name);
    if (named != null) {
      out.append(named.charValue());
      at = to + 1;
      return true;
    }
    boolean hexadecimal = name.startsWith("#x") || name.startsWith("#X");
    if (!name.startsWith("#")) {
      return false;
    }
    try {
      int code = Integer.parseInt(name.substring(hexadecimal ? 2 : 1), hexadecimal ? 16 : 10);
      if (code <= 0 || code > Character.MAX_VALUE) {
        return false;
      }
      out.append((char) code);
      at = to + 1;
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private boolean escape() {
    if (text.startsWith("\\/", at)) {
      out.append('/');
      at += 2;
      return true;
    }
    return text.startsWith("\\u", at) && hex(at + 2, 4, 2);
  }

  /** Reads digits behind some characters of introduction. */
  private boolean hex(int from, int digits, int introduction) {
    if (from + digits > text.length()) {
      return false;
    }
    int code = 0;
    for (int i = from; i < from + digits; i++) {
      int digit = Character.digit(text.charAt(i), 16);
      if (digit < 0) {
        return false;
      }
      code = code * 16 + digit;
    }
    if (code < ' ') {
      return false;
    }
    out.append((char) code);
    at += introduction + digits;
    return true;
  }
}
