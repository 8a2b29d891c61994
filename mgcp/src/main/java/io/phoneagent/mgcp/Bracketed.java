// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.ArrayList;
import java.util.List;

/** A name and what stands in brackets after it: {@code head(group)(group)}. */
record Bracketed(String head, List<String> groups) {

  static Bracketed of(String text) throws Refusal {
    int at = 0;
    while (at < text.length() && text.charAt(at) != '(') {
      at = Text.past(text, at);
    }
    String head = text.substring(0, at).trim();
    List<String> groups = new ArrayList<>();
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == ' ' || c == '\t') {
        at++;
      } else if (c == '(') {
        int end = Text.past(text, at);
        groups.add(text.substring(at + 1, end - 1));
        at = end;
      } else {
        throw new Refusal(ReturnCode.PROTOCOL_ERROR, "something after a bracket");
      }
    }
    return new Bracketed(head, groups);
  }
}
