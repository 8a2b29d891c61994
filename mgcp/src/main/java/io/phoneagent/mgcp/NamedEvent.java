// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An event with its parameters: a signal to be given (S), an event observed (O), to be detected
 * (T), or a state (ES) (RFC 3435, sections 3.2.2.9 and 3.2.2.11).
 *
 * @param parameters what stood in brackets, separated by commas, as written
 */
public record NamedEvent(EventName name, List<String> parameters) {
  private static final int MOST = 128;

  public NamedEvent {
    parameters = List.copyOf(parameters);
  }

  /** An event with what stands in its brackets. */
  public static NamedEvent of(EventName name, String... parameters) {
    return new NamedEvent(name, List.of(parameters));
  }

  /** Reads a list such as {@code L/rg,L/ci(10/14/17/26,"555 1212",somebody)}. */
  public static List<NamedEvent> parseList(String text) throws Refusal {
    List<NamedEvent> events = new ArrayList<>();
    for (String part : Text.list(text)) {
      if (events.size() == MOST) {
        throw new Refusal(ReturnCode.PROTOCOL_ERROR, "more than " + MOST + " events");
      }
      events.add(parse(part));
    }
    return events;
  }

  static NamedEvent parse(String text) throws Refusal {
    Bracketed parts = Bracketed.of(text);
    if (parts.groups().size() > 1) {
      throw new Refusal(ReturnCode.PROTOCOL_ERROR, "an event with more than its parameters");
    }
    List<String> parameters =
        parts.groups().isEmpty() ? List.of() : Text.split(parts.groups().get(0), ',');
    return new NamedEvent(EventName.parse(parts.head()), parameters);
  }

  /** The list as it is written. */
  public static String write(List<NamedEvent> events) {
    List<String> texts = new ArrayList<>();
    for (NamedEvent event : events) {
      texts.add(event.toString());
    }
    return String.join(", ", texts);
  }

  /** The value of a parameter {@code name=value} or {@code name(value)}. */
  public Optional<String> parameter(String parameterName) {
    for (String parameter : parameters) {
      String text = parameter.trim();
      int length = parameterName.length();
      if (text.length() > length && text.regionMatches(true, 0, parameterName, 0, length)) {
        char next = text.charAt(length);
        if (next == '=') {
          return Optional.of(text.substring(length + 1).trim());
        }
        if (next == '(' && text.endsWith(")")) {
          return Optional.of(text.substring(length + 1, text.length() - 1).trim());
        }
      }
    }
    return Optional.empty();
  }

  NamedEvent in(String defaultPackage) {
    return new NamedEvent(name.in(defaultPackage), parameters);
  }

  @Override
  public String toString() {
    return parameters.isEmpty() ? name.toString() : name + "(" + String.join(",", parameters) + ")";
  }
}
