// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

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
      int next = Octets.find(bytes, i + 1, to, ';', false);
      if (next < 0) {
        return false;
      }
      int nameFrom = Octets.skipSpace(bytes, i + 1, next);
      int end = Octets.trimEnd(bytes, nameFrom, next);
      int nameTo = nameFrom;
      while (nameTo < end && Octets.isToken(bytes[nameTo])) {
        nameTo++;
      }
      if (nameTo == nameFrom) {
        return false;
      }
      int equals = Octets.skipSpace(bytes, nameTo, end);
      if (equals < end && !isValue(bytes, equals, end)) {
        return false;
      }
      i = next;
    }
    return true;
  }

  private static boolean isValue(byte[] bytes, int equals, int end) {
    if (bytes[equals] != '=') {
      return false;
    }
    int from = Octets.skipSpace(bytes, equals + 1, end);
    if (from == end) {
      return false;
    }
    if (bytes[from] == '"') {
      return bytes[end - 1] == '"' && end - from >= 2;
    }
    for (int i = from; i < end; i++) {
      int b = bytes[i];
      // Tokens and hosts by the grammar; '@', '/' and such are seen in the wild and harmless.
      if (b <= ' ' || b == '"' || b == '<' || b == '>' || b == ',' || b == 127) {
        return false;
      }
    }
    return true;
  }

  /** The value of a parameter, "" if it has none; quotes are kept. */
  static Optional<String> find(byte[] bytes, int from, int to, String name) {
    int i = Octets.skipSpace(bytes, from, to);
    while (i < to && bytes[i] == ';') {
      int next = Octets.find(bytes, i + 1, to, ';', false);
      if (next < 0) {
        return Optional.empty();
      }
      int nameFrom = Octets.skipSpace(bytes, i + 1, next);
      int nameTo = nameFrom;
      while (nameTo < next && Octets.isToken(bytes[nameTo])) {
        nameTo++;
      }
      if (Octets.equalsIgnoreCase(bytes, nameFrom, nameTo, name)) {
        return Optional.of(value(bytes, nameTo, next));
      }
      i = next;
    }
    return Optional.empty();
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
      int nameTo = nameFrom;
      while (nameTo < next && Octets.isToken(bytes[nameTo])) {
        nameTo++;
      }
      found.putIfAbsent(
          Octets.text(bytes, nameFrom, nameTo).toLowerCase(Locale.ROOT),
          value(bytes, nameTo, next));
      i = next;
    }
    return found;
  }
}
