// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which events an analogue line detects and which signals it gives. */
final class EventCatalog {
  private static final Set<String> OF_MEDIA = Set.of("G/ft", "G/mt", "G/ld");
  private static final Set<String> NOT_GENERATED = Set.of("L/p", "G/pt", "G/it");
  private final Set<String> mediaEvents;

  EventCatalog(Set<String> mediaEvents) {
    this.mediaEvents = Set.copyOf(mediaEvents);
  }

  private static MgcpPackage known(String name) throws Refusal {
    return MgcpPackage.named(name)
        .orElseThrow(
            () ->
                new Refusal(
                    ReturnCode.UNKNOWN_PACKAGE, "unknown package " + Text.printable(name, 16)));
  }

  /** With its package; where none is written, the first one that has such an event. */
  private static EventName resolved(EventName name, boolean signal) {
    if (name.packageName().isPresent()) {
      return name;
    }
    for (MgcpPackage one : MgcpPackage.ofAnalogLine()) {
      boolean has =
          signal
              ? one.signals().containsKey(name.event())
              : one.events().contains(name.event())
                  || (one.equals(MgcpPackage.DTMF) && name.event().startsWith("["));
      if (has) {
        return name.in(one.name());
      }
    }
    return name.in(MgcpPackage.LINE.name());
  }

  EventName event(EventName written) throws Refusal {
    EventName name = resolved(written, false);
    String packageName = name.packageName().orElse("");
    if (packageName.equals("*")) {
      return name;
    }
    MgcpPackage known = known(packageName);
    boolean range = name.isRange();
    if (!range && !known.events().contains(name.event())) {
      throw new Refusal(ReturnCode.NO_SUCH_EVENT, "no event " + name);
    }
    String key = packageName + '/' + name.event();
    boolean ofMedia = known.equals(MgcpPackage.RTP) || OF_MEDIA.contains(key);
    if (key.equals("D/l") || (ofMedia && !range && !mediaEvents.contains(key))) {
      throw new Refusal(ReturnCode.CANNOT_DETECT, "event " + name + " is not detected here");
    }
    return name;
  }

  List<RequestedEvent> events(List<RequestedEvent> written) throws Refusal {
    List<RequestedEvent> events = new ArrayList<>();
    for (RequestedEvent one : written) {
      Optional<EmbeddedRequest> embedded = one.embedded();
      if (embedded.isPresent()) {
        EmbeddedRequest inner = embedded.get();
        embedded =
            Optional.of(
                new EmbeddedRequest(
                    events(inner.events()), signals(inner.signals()), inner.digitMap()));
        if (inner.digitMap().isPresent()) {
          DigitMap.parse(inner.digitMap().get());
        }
      }
      events.add(new RequestedEvent(event(one.name()), one.actions(), embedded, one.parameters()));
    }
    return events;
  }

  List<NamedEvent> signals(List<NamedEvent> written) throws Refusal {
    List<NamedEvent> signals = new ArrayList<>();
    List<EventName> seen = new ArrayList<>();
    for (NamedEvent one : written) {
      NamedEvent signal = new NamedEvent(resolved(one.name(), true), one.parameters());
      MgcpPackage.Signal kind = kind(signal.name());
      check(signal, kind);
      if (seen.contains(signal.name())) {
        throw new Refusal(ReturnCode.ILLEGAL_ACTION, signal.name() + " is there twice");
      }
      seen.add(signal.name());
      signals.add(signal);
    }
    return signals;
  }

  private static void check(NamedEvent signal, MgcpPackage.Signal kind) throws Refusal {
    String key = signal.name().packageName().orElse("") + '/' + signal.name().event();
    if (signal.name().connection().isPresent() || NOT_GENERATED.contains(key)) {
      throw new Refusal(
          ReturnCode.CANNOT_GENERATE, "signal " + signal.name() + " is not given here");
    }
    List<String> parameters = signal.parameters();
    boolean switched =
        kind.kind() != SignalKind.ON_OFF
            || parameters.isEmpty()
            || parameters.get(0).equals("+")
            || parameters.get(0).equals("-");
    boolean lasting = signal.parameter("to").map(text -> Text.number(text) >= 0).orElse(true);
    if (!switched || !lasting || (key.equals("L/ci") && parameters.size() > 3)) {
      throw new Refusal(ReturnCode.EVENT_PARAMETER, "a parameter of " + signal.name());
    }
  }

  /** How long a signal lasts; the name has its package. */
  static MgcpPackage.Signal kind(EventName name) throws Refusal {
    MgcpPackage.Signal kind = known(name.packageName().orElse("")).signals().get(name.event());
    if (kind == null) {
      throw new Refusal(ReturnCode.NO_SUCH_EVENT, "no signal " + name);
    }
    return kind;
  }

  /** For how long this one is given: what its parameter {@code to} says; zero for ever. */
  static Duration lasts(NamedEvent signal, MgcpPackage.Signal kind) {
    return signal
        .parameter("to")
        .map(text -> Duration.ofMillis(Text.number(text)))
        .orElse(kind.lasts());
  }

  /** Whether it is told even though nobody has asked. */
  static boolean isPersistent(EventName name) {
    return name.packageName()
        .flatMap(MgcpPackage::named)
        .filter(one -> one.persistent().contains(name.event()))
        .isPresent();
  }
}
