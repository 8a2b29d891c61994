// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An event that the call agent wants to know of, and what is to be done then (RFC 3435, section
 * 3.2.2.8).
 *
 * @param actions NOTIFY where none was written
 * @param embedded what begins then, with {@link EventAction#EMBEDDED}
 * @param parameters the event's, as written
 */
public record RequestedEvent(
    EventName name,
    Set<EventAction> actions,
    Optional<EmbeddedRequest> embedded,
    List<String> parameters) {
  private static final int MOST = 128;

  public RequestedEvent {
    actions = Set.copyOf(actions);
    parameters = List.copyOf(parameters);
  }

  /** One that the call agent is to be notified of. */
  public static RequestedEvent notify(EventName name) {
    return new RequestedEvent(name, Set.of(EventAction.NOTIFY), Optional.empty(), List.of());
  }

  /** Reads a list such as {@code L/hu(N), D/[0-9#*T](D)}. */
  public static List<RequestedEvent> parseList(String text) throws Refusal {
    return parseList(text, true);
  }

  static List<RequestedEvent> parseList(String text, boolean embedding) throws Refusal {
    List<RequestedEvent> events = new ArrayList<>();
    for (String part : Text.list(text)) {
      if (events.size() == MOST) {
        throw new Refusal(ReturnCode.PROTOCOL_ERROR, "more than " + MOST + " events");
      }
      events.add(parse(part, embedding));
    }
    return events;
  }

  private static RequestedEvent parse(String text, boolean embedding) throws Refusal {
    Bracketed parts = Bracketed.of(text);
    EventName name = EventName.parse(parts.head());
    List<String> groups = parts.groups();
    if (groups.size() > 2) {
      throw new Refusal(ReturnCode.PROTOCOL_ERROR, "more than actions and parameters");
    }
    EnumSet<EventAction> actions = EnumSet.noneOf(EventAction.class);
    Optional<EmbeddedRequest> embedded = Optional.empty();
    for (String written : groups.isEmpty() ? List.<String>of() : Text.list(groups.get(0))) {
      Bracketed action = Bracketed.of(written);
      EventAction read = EventAction.of(action.head());
      if (!actions.add(read) || (read == EventAction.EMBEDDED) == action.groups().isEmpty()) {
        throw new Refusal(ReturnCode.ILLEGAL_ACTION, "an action twice, or not as it is written");
      }
      if (read == EventAction.EMBEDDED) {
        if (!embedding || action.groups().size() != 1) {
          throw new Refusal(ReturnCode.ILLEGAL_ACTION, "an embedded request embeds no other");
        }
        embedded = Optional.of(EmbeddedRequest.parse(action.groups().get(0)));
      }
    }
    requireCombination(actions);
    if (actions.isEmpty() || actions.equals(EnumSet.of(EventAction.KEEP_SIGNALS))) {
      actions.add(EventAction.NOTIFY);
    }
    List<String> parameters = groups.size() < 2 ? List.of() : Text.split(groups.get(1), ',');
    return new RequestedEvent(name, actions, embedded, parameters);
  }

  private static void requireCombination(Set<EventAction> actions) throws Refusal {
    for (EventAction one : actions) {
      for (EventAction other : actions) {
        if (one != other && !one.goesWith(other)) {
          throw new Refusal(
              ReturnCode.ILLEGAL_ACTION,
              "no action " + one.letter() + " together with " + other.letter());
        }
      }
    }
  }

  boolean does(EventAction action) {
    return actions.contains(action);
  }

  RequestedEvent in(EventName resolved) {
    return new RequestedEvent(resolved, actions, embedded, parameters);
  }

  /** The list as it is written. */
  public static String write(List<RequestedEvent> events) {
    List<String> texts = new ArrayList<>();
    for (RequestedEvent event : events) {
      texts.add(event.toString());
    }
    return String.join(", ", texts);
  }

  @Override
  public String toString() {
    List<String> letters = new ArrayList<>();
    for (EventAction action : EventAction.values()) {
      if (actions.contains(action)) {
        letters.add(
            action == EventAction.EMBEDDED
                ? "E(" + embedded.map(EmbeddedRequest::toString).orElse("") + ")"
                : action.letter());
      }
    }
    String tail = parameters.isEmpty() ? "" : "(" + String.join(",", parameters) + ")";
    return name + "(" + String.join(",", letters) + ")" + tail;
  }
}
