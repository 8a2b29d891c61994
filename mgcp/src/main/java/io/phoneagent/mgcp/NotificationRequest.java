// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a call agent wants to know and to be heard (RQNT, and the same within CRCX, MDCX and DLCX;
 * RFC 3435, section 2.3.3), checked against what the endpoint can do.
 *
 * @param identifier X:
 * @param digitMap the one that comes with it; without one the last one holds
 * @param detect T:, what is kept while nobody has asked; empty where that is what is requested
 */
record NotificationRequest(
    String identifier,
    List<RequestedEvent> events,
    List<NamedEvent> signals,
    Optional<DigitMap> digitMap,
    Optional<List<EventName>> detect,
    QuarantineHandling quarantine) {

  /** Empty where the command has none. */
  static Optional<NotificationRequest> of(MgcpCommand command, EventCatalog catalog)
      throws Refusal {
    Optional<String> identifier = command.parameter(ParameterName.REQUEST_IDENTIFIER);
    boolean wanted = command.verb().equals(MgcpVerb.NOTIFICATION_REQUEST);
    if (!identifier.isPresent()) {
      if (wanted
          || command.parameter(ParameterName.REQUESTED_EVENTS).isPresent()
          || command.parameter(ParameterName.SIGNAL_REQUESTS).isPresent()) {
        throw new Refusal(ReturnCode.PROTOCOL_ERROR, "a request needs X:");
      }
      return Optional.empty();
    }
    List<RequestedEvent> events =
        RequestedEvent.parseList(value(command, ParameterName.REQUESTED_EVENTS));
    List<NamedEvent> signals = NamedEvent.parseList(value(command, ParameterName.SIGNAL_REQUESTS));
    Optional<String> map =
        command.parameter(ParameterName.DIGIT_MAP).filter(text -> !text.isEmpty());
    Optional<String> detect = command.parameter(ParameterName.DETECT_EVENTS);
    Optional<String> quarantine = command.parameter(ParameterName.QUARANTINE_HANDLING);
    return Optional.of(
        new NotificationRequest(
            Text.hex(identifier.get(), "X:"),
            catalog.events(events),
            catalog.signals(signals),
            map.isPresent() ? Optional.of(DigitMap.parse(map.get())) : Optional.empty(),
            detect.isPresent() ? Optional.of(detected(detect.get(), catalog)) : Optional.empty(),
            quarantine.isPresent()
                ? QuarantineHandling.parse(quarantine.get())
                : QuarantineHandling.standard()));
  }

  private static List<EventName> detected(String text, EventCatalog catalog) throws Refusal {
    List<EventName> names = new ArrayList<>();
    for (NamedEvent one : NamedEvent.parseList(text)) {
      names.add(catalog.event(one.name()));
    }
    return names;
  }

  private static String value(MgcpCommand command, ParameterName name) {
    return command.parameter(name).orElse("");
  }

  /** Whether it has digits looked up, so that there must be a map. */
  boolean needsDigitMap() {
    for (RequestedEvent event : events) {
      boolean inner =
          event
              .embedded()
              .filter(one -> !one.digitMap().isPresent() && looksUp(one.events()))
              .isPresent();
      if (inner || looksUp(List.of(event))) {
        return true;
      }
    }
    return false;
  }

  private static boolean looksUp(List<RequestedEvent> events) {
    return events.stream().anyMatch(event -> event.does(EventAction.DIGIT_MAP));
  }

  boolean asksFor(String event) {
    return events.stream().anyMatch(one -> one.name().equals(EventName.of("L", event)));
  }
}
