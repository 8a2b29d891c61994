// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A first line and header fields, as SSDP and GENA have them from HTTP (RFC 9112, section 2.1).
 *
 * @param start the first line
 * @param fields by name in lower case; of repeated ones the first
 */
record HeaderBlock(String start, Map<String, String> fields) {
  private static final int MOST_FIELDS = 64;

  HeaderBlock {
    fields = Map.copyOf(fields);
  }

  /**
   * Reads one; empty if it is none.
   *
   * @param text with or without the empty line at its end
   */
  static Optional<HeaderBlock> read(String text) {
    String[] lines = text.split("\r?\n", MOST_FIELDS + 2);
    Map<String, String> fields = new HashMap<>();
    for (int i = 1; i < lines.length && !lines[i].isEmpty(); i++) {
      int colon = lines[i].indexOf(':');
      if (colon < 1 || i > MOST_FIELDS) {
        return Optional.empty();
      }
      String name = lines[i].substring(0, colon).toLowerCase(Locale.ROOT);
      fields.putIfAbsent(name, lines[i].substring(colon + 1).trim());
    }
    return Optional.of(new HeaderBlock(lines[0], fields));
  }

  /** The value of a field; empty if there is none. */
  String field(String name) {
    return fields.getOrDefault(name, "");
  }
}
