// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Who calls (L/ci, RFC 3660, section 2.5).
 *
 * @param time month/day/hour/minute; empty where it is not told
 * @param number empty, or "O" (out of area) or "P" (private)
 * @param name empty, or "O" or "P"
 */
public record CallerId(String time, String number, String name) {

  static CallerId of(List<String> parameters) {
    return new CallerId(part(parameters, 0), part(parameters, 1), part(parameters, 2));
  }

  private static String part(List<String> parameters, int index) {
    String text = index < parameters.size() ? Text.unquoted(parameters.get(index).trim()) : "";
    return new String(text.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
