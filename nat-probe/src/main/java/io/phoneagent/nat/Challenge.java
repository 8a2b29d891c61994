// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One way in which a server lets itself be asked for a page (RFC 9110, section 11.6.1).
 *
 * @param scheme in lower case, such as {@code digest}
 * @param parameters by name in lower case, unquoted; of repeated ones the first
 */
record Challenge(String scheme, Map<String, String> parameters) {
  // Servers send some hundred octets; nothing of a longer header is taken.
  private static final int LONGEST = 8192;
  private static final int MOST = 16;

  Challenge {
    parameters = Map.copyOf(parameters);
  }

  String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }

  /** All of them, as far as the header can be read. */
  static List<Challenge> read(String header) {
    return header.length() > LONGEST ? List.of() : new Reader(header).read();
  }

  /**
   * The commas between challenges look like those between parameters: what is followed by an equals
   * sign is a parameter, what is not is the next scheme.
   */
  private static final class Reader {
    private final String text;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    List<Challenge> read() {
      List<Challenge> found = new ArrayList<>();
      String scheme = "";
      Map<String, String> parameters = new HashMap<>();
      while (found.size() < MOST) {
        skip(" \t,");
        String word = upTo(" \t,=\"");
        if (word.isEmpty()) {
          break;
        }
        int afterWord = at;
        skip(" \t");
        if (at < text.length() && text.charAt(at) == '=' && !scheme.isEmpty()) {
          at++;
          skip(" \t");
          parameters.putIfAbsent(word.toLowerCase(Locale.ROOT), value());
          continue;
        }
        at = afterWord;
        add(found, scheme, parameters);
        scheme = word.toLowerCase(Locale.ROOT);
        parameters = new HashMap<>();
      }
      add(found, scheme, parameters);
      return found;
    }

    private static void add(List<Challenge> found, String scheme, Map<String, String> parameters) {
      if (!scheme.isEmpty()) {
        found.add(new Challenge(scheme, parameters));
      }
    }

    private void skip(String characters) {
      while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) {
        at++;
      }
    }

    private String upTo(String stops) {
      int from = at;
      while (at < text.length() && stops.indexOf(text.charAt(at)) < 0) {
        at++;
      }
      return text.substring(from, at);
    }

    private String value() {
      if (at >= text.length() || text.charAt(at) != '"') {
        return upTo(" \t,");
      }
      StringBuilder value = new StringBuilder();
      for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
        if (text.charAt(at) == '\\' && at + 1 < text.length()) {
          at++;
        }
        value.append(text.charAt(at));
      }
      at = Math.min(at + 1, text.length());
      return value.toString();
    }
  }
}
