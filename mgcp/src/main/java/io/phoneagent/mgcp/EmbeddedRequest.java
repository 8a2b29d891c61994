// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What replaces the request when its event happens: {@code R(...),S(...),D(...)}, each of which may
 * be left out (RFC 3435, section 2.3.3). What is left out is an empty list; the digit map stays.
 *
 * @param digitMap as written, without the brackets of {@code D(...)}
 */
public record EmbeddedRequest(
    List<RequestedEvent> events, List<NamedEvent> signals, Optional<String> digitMap) {

  public EmbeddedRequest {
    events = List.copyOf(events);
    signals = List.copyOf(signals);
  }

  static EmbeddedRequest parse(String text) throws Refusal {
    List<RequestedEvent> events = List.of();
    List<NamedEvent> signals = List.of();
    Optional<String> digitMap = Optional.empty();
    String seen = "";
    for (String part : Text.list(text)) {
      Bracketed one = Bracketed.of(part);
      String letter = one.head().toUpperCase(Locale.ROOT);
      if (one.groups().size() != 1 || letter.length() != 1 || seen.contains(letter)) {
        throw new Refusal(ReturnCode.PROTOCOL_ERROR, "an embedded request is R(), S() and D()");
      }
      seen += letter;
      String content = one.groups().get(0);
      switch (letter) {
        case "R" -> events = RequestedEvent.parseList(content, false);
        case "S" -> signals = NamedEvent.parseList(content);
        case "D" -> digitMap = Optional.of(content);
        default ->
            throw new Refusal(ReturnCode.PROTOCOL_ERROR, "an embedded request is R(), S() and D()");
      }
    }
    return new EmbeddedRequest(events, signals, digitMap);
  }

  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    if (!events.isEmpty()) {
      parts.add("R(" + RequestedEvent.write(events) + ")");
    }
    if (!signals.isEmpty()) {
      parts.add("S(" + NamedEvent.write(signals) + ")");
    }
    digitMap.ifPresent(map -> parts.add("D(" + map + ")"));
    return String.join(",", parts);
  }
}
