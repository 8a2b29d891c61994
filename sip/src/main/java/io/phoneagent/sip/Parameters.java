// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads {@code ;name=value} lists in place. */
final class Parameters {
  private Parameters() {}

  /** Whether the range is empty or a list of parameters, each with a leading semicolon. */
  static boolean areValid(byte[] bytes, int from, int to) {
    int i = Octets.skipSpace(bytes, from, to);
    while (i < to) {
      if (bytes[i] != ';') {
        return false;
      }
      int nameFrom = Octets.skipSpace(bytes, i + 1, to);
      int nameTo = Octets.skip(bytes, nameFrom, to, Octets.TOKEN);
      if (nameTo == nameFrom) {
        return false;
      }
      i = Octets.skipSpace(bytes, nameTo, to);
      if (i < to && bytes[i] == '=') {
        i = valueEnd(bytes, Octets.skipSpace(bytes, i + 1, to), to);
        if (i < 0) {
          return false;
        }
        i = Octets.skipSpace(bytes, i, to);
      }
    }
    return true;
  }

  /** Where a value ends, or -1 if there is none. */
  private static int valueEnd(byte[] bytes, int from, int to) {
    if (from < to && bytes[from] == '"') {
      int next = Octets.find(bytes, from, to, ';', false);
      int end = next < 0 ? -1 : Octets.trimEnd(bytes, from, next);
      return end - from >= 2 && bytes[end - 1] == '"' ? end : -1;
    }
    // Tokens and hosts by the grammar; '@', '/' and such are seen in the wild and harmless.
    int end = Octets.skip(bytes, from, to, Octets.VALUE);
    return end > from ? end : -1;
  }

  /** The value of a parameter, "" if it has none; quotes are kept. */
  static Optional<String> find(byte[] bytes, int from, int to, String name) {
    return Optional.ofNullable(read(bytes, from, to, name));
  }

  /** The same, or null if there is none of this name. */
  static @Nullable String read(byte[] bytes, int from, int to, String name) {
    int i = Octets.skipSpace(bytes, from, to);
    while (i < to && bytes[i] == ';') {
      int next = Octets.find(bytes, i + 1, to, ';', false);
      if (next < 0) {
        return null;
      }
      int nameFrom = Octets.skipSpace(bytes, i + 1, next);
      int nameTo = Octets.skip(bytes, nameFrom, next, Octets.TOKEN);
      if (Octets.equalsIgnoreCase(bytes, nameFrom, nameTo, name)) {
        return value(bytes, nameTo, next);
      }
      i = next;
    }
    return null;
  }

  private static String value(byte[] bytes, int nameTo, int next) {
    int equals = Octets.skipSpace(bytes, nameTo, next);
    if (equals >= next) {
      return "";
    }
    int from = Octets.skipSpace(bytes, equals + 1, next);
    return Octets.unfolded(bytes, from, Octets.trimEnd(bytes, from, next));
  }

  /** All parameters in order, names in lower case. */
  static Map<String, String> all(byte[] bytes, int from, int to) {
    Map<String, String> found = new LinkedHashMap<>();
    int i = Octets.skipSpace(bytes, from, to);
    while (i < to && bytes[i] == ';') {
      int next = Octets.find(bytes, i + 1, to, ';', false);
      if (next < 0) {
        break;
      }
      int nameFrom = Octets.skipSpace(bytes, i + 1, next);
      int nameTo = Octets.skip(bytes, nameFrom, next, Octets.TOKEN);
      found.putIfAbsent(
          Octets.text(bytes, nameFrom, nameTo).toLowerCase(Locale.ROOT),
          value(bytes, nameTo, next));
      i = next;
    }
    return found;
  }

  /** Appends the parameters in order, as written but for spaces, without two of them. */
  static void appendAllBut(
      byte[] bytes, int from, int to, StringBuilder out, String one, String another) {
    int i = Octets.skipSpace(bytes, from, to);
    while (i < to && bytes[i] == ';') {
      int next = Octets.find(bytes, i + 1, to, ';', false);
      if (next < 0) {
        return;
      }
      int nameFrom = Octets.skipSpace(bytes, i + 1, next);
      int nameTo = Octets.skip(bytes, nameFrom, next, Octets.TOKEN);
      boolean left =
          Octets.equalsIgnoreCase(bytes, nameFrom, nameTo, one)
              || Octets.equalsIgnoreCase(bytes, nameFrom, nameTo, another);
      if (!left) {
        String value = value(bytes, nameTo, next);
        out.append(';').append(Octets.text(bytes, nameFrom, nameTo));
        if (!value.isEmpty()) {
          out.append('=').append(value);
        }
      }
      i = next;
    }
  }
}
