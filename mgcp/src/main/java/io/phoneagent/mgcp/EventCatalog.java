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
  private static final Set<String> OF_CABLES_MEDIA = Set.of("L/ft", "L/mt", "L/ld");
  private static final Set<String> NOT_GENERATED = Set.of("L/p", "G/pt", "G/it");
  private final Set<String> mediaEvents;
  private final List<MgcpPackage> packages;

  /**
   * What a line has.
   *
   * @param mediaEvents of packages R and G
   */
  EventCatalog(Set<String> mediaEvents) {
    this(mediaEvents, MgcpPackage.ofAnalogLine());
  }

  private EventCatalog(Set<String> mediaEvents, List<MgcpPackage> packages) {
    this.mediaEvents = Set.copyOf(mediaEvents);
    this.packages = packages;
  }

  /** The same under the names that cable networks have. */
  EventCatalog ofCable() {
    return new EventCatalog(mediaEvents, MgcpPackage.ofCableLine());
  }

  private MgcpPackage known(String name) throws Refusal {
    return known(name, packages);
  }

  private static MgcpPackage known(String name, List<MgcpPackage> packages) throws Refusal {
    return MgcpPackage.named(name, packages)
        .orElseThrow(
            () ->
                new Refusal(
                    ReturnCode.UNKNOWN_PACKAGE, "unknown package " + Text.printable(name, 16)));
  }

  /** With its package; where none is written, the first one that has such an event. */
  private EventName resolved(EventName name, boolean signal) {
    if (name.packageName().isPresent()) {
      return name;
    }
    for (MgcpPackage one : packages) {
      boolean has =
          signal
              ? one.signals().containsKey(name.event())
              : one.events().contains(name.event())
                  || (one.events().contains("x") && name.event().startsWith("["));
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
    boolean cables = OF_CABLES_MEDIA.contains(key);
    boolean ofMedia = known.equals(MgcpPackage.RTP) || OF_MEDIA.contains(key) || cables;
    String told = cables ? "G/" + name.event() : key;
    if (key.equals("D/l")
        || key.equals("L/l")
        || (ofMedia && !range && !mediaEvents.contains(told))) {
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
      MgcpPackage.Signal kind = kind(signal.name(), packages);
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
    return kind(name, MgcpPackage.ofCableLine());
  }

  private static MgcpPackage.Signal kind(EventName name, List<MgcpPackage> packages)
      throws Refusal {
    MgcpPackage.Signal kind =
        known(name.packageName().orElse(""), packages).signals().get(name.event());
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
        .flatMap(one -> MgcpPackage.named(one, MgcpPackage.ofAnalogLine()))
        .filter(one -> one.persistent().contains(name.event()))
        .isPresent();
  }
}
