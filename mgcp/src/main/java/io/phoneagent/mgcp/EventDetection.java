// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What becomes of the events of an endpoint: looked at, accumulated, told or put into quarantine
 * (RFC 3435, sections 2.3.3 and 4.4.1). No timers and no I/O of its own.
 */
final class EventDetection {
  /** What it brings about. */
  interface Effects {
    /** These are to be told to the call agent; {@link #answered} says when they have been. */
    void notify(List<NamedEvent> observed);

    /** Time-out signals end. */
    void stopSignals();

    /** An embedded request begins. */
    void signal(List<NamedEvent> signals);

    /** The digit timer starts anew. */
    void startDigitTimer(boolean critical);

    void stopDigitTimer();

    /** The connections' modes are swapped. */
    void swapModes();
  }

  /** Whether events are looked at. */
  enum State {
    /** They are. */
    NORMAL,
    /** A notification is under way: they are kept. */
    NOTIFYING,
    /** One was answered, and the next request has not come: they are kept. */
    LOCKSTEP
  }

  private static final EventName TIMER = EventName.of("D", "t");
  private static final EventName CABLES_TIMER = EventName.of("L", "t");
  private static final Set<String> OF_CABLES_LINE = Set.of("D", "G");
  // Nobody dials that long; a telephone that does is told, as it was on a match.
  private static final int MOST_OBSERVED = 100;
  private static final int MOST_KEPT = 100;

  private final Effects effects;
  private final Deque<NamedEvent> kept = new ArrayDeque<>();
  private final List<NamedEvent> observed = new ArrayList<>();
  private String identifier = "0";
  private List<RequestedEvent> requested = List.of();
  private Optional<List<EventName>> detect = Optional.empty();
  private QuarantineHandling quarantine = QuarantineHandling.standard();
  private Optional<DigitMap> digitMap = Optional.empty();
  private Optional<DigitMap.Dialled> dialled = Optional.empty();
  private State state = State.NORMAL;
  private boolean asked;

  EventDetection(Effects effects) {
    this.effects = effects;
  }

  State state() {
    return state;
  }

  String identifier() {
    return identifier;
  }

  List<RequestedEvent> requested() {
    return requested;
  }

  List<NamedEvent> observed() {
    return List.copyOf(observed);
  }

  Optional<DigitMap> digitMap() {
    return digitMap;
  }

  QuarantineHandling quarantine() {
    return quarantine;
  }

  List<EventName> detect() {
    return detect.orElseGet(
        () -> requested.stream().map(RequestedEvent::name).collect(Collectors.toList()));
  }

  /** Whether such an event is kept: then a request that asks for it is not too late. */
  boolean hasKept(EventName name) {
    return kept.stream().anyMatch(event -> event.name().equals(name));
  }

  /** The request replaces the one before; {@link #lookAtKept} has to follow the response to it. */
  void request(NotificationRequest request) {
    identifier = request.identifier();
    requested = request.events();
    detect = request.detect();
    quarantine = request.quarantine();
    digitMap = request.digitMap().isPresent() ? request.digitMap() : digitMap;
    if (quarantine.discard()) {
      kept.clear();
    }
    clear();
    if (state == State.NOTIFYING) {
      asked = true;
    } else {
      state = State.NORMAL;
    }
  }

  private void clear() {
    observed.clear();
    dialled = digitMap.map(DigitMap::start);
    effects.stopDigitTimer();
  }

  /** Looks at what was kept, as far as the request lets it. */
  void lookAtKept() {
    NamedEvent next = state == State.NORMAL ? kept.poll() : null;
    while (next != null) {
      look(next);
      next = state == State.NORMAL ? kept.poll() : null;
    }
  }

  /** The notification was answered, or given up. */
  void answered() {
    if (state == State.NOTIFYING) {
      state = quarantine.loop() || asked ? State.NORMAL : State.LOCKSTEP;
      asked = false;
      lookAtKept();
    }
  }

  /** Forgets what was asked and kept; the endpoint has restarted. */
  void reset() {
    kept.clear();
    clear();
    identifier = "0";
    requested = List.of();
    detect = Optional.empty();
    quarantine = QuarantineHandling.standard();
    digitMap = Optional.empty();
    dialled = Optional.empty();
    state = State.NORMAL;
    asked = false;
  }

  /**
   * Something has happened.
   *
   * @return whether anybody cares
   */
  boolean happened(NamedEvent happened) {
    NamedEvent event = asAskedFor(happened);
    if (state == State.NORMAL) {
      return look(event);
    }
    boolean wanted =
        EventCatalog.isPersistent(event.name())
            || detect().stream().anyMatch(name -> name.covers(event.name()));
    if (wanted && kept.size() < MOST_KEPT) {
      kept.add(event);
    }
    return wanted;
  }

  /** Cable networks have digits and faxes in package L: who asks for them there is told so. */
  private NamedEvent asAskedFor(NamedEvent event) {
    EventName ofLine = EventName.of("L", event.name().event());
    boolean elsewhere =
        event.name().packageName().filter(OF_CABLES_LINE::contains).isPresent()
            && !event.name().event().equals("oc");
    return elsewhere && isAskedFor(ofLine) && !isAskedFor(event.name())
        ? new NamedEvent(ofLine, event.parameters())
        : event;
  }

  /** Not where all of a package is asked for, which has other events then. */
  private boolean isAskedFor(EventName name) {
    return Stream.concat(requested.stream().map(RequestedEvent::name), detect().stream())
        .anyMatch(asked -> !asked.event().equals("all") && asked.covers(name));
  }

  /** The digit timer has run out. */
  void timedOut() {
    happened(new NamedEvent(TIMER, List.of()));
  }

  private boolean look(NamedEvent event) {
    for (RequestedEvent one : requested) {
      if (one.name().covers(event.name())) {
        act(one, event);
        return true;
      }
    }
    if (EventCatalog.isPersistent(event.name())) {
      act(RequestedEvent.notify(event.name()), event);
      return true;
    }
    return false;
  }

  private void act(RequestedEvent request, NamedEvent event) {
    if (request.does(EventAction.IGNORE)) {
      return;
    }
    if (!request.does(EventAction.KEEP_SIGNALS)) {
      effects.stopSignals();
    }
    if (request.does(EventAction.SWAP)) {
      effects.swapModes();
    }
    boolean tell = request.does(EventAction.NOTIFY);
    if (tell || request.does(EventAction.ACCUMULATE) || request.does(EventAction.DIGIT_MAP)) {
      observed.add(event);
      tell |= observed.size() >= MOST_OBSERVED;
    }
    if (request.does(EventAction.DIGIT_MAP)) {
      tell |= dial(event.name());
    }
    request.embedded().ifPresent(this::embed);
    if (tell) {
      List<NamedEvent> told = List.copyOf(observed);
      clear();
      state = State.NOTIFYING;
      effects.notify(told);
    }
  }

  /** Whether the dialling is over. */
  private boolean dial(EventName name) {
    String letter = name.event();
    if (letter.length() != 1 || !dialled.isPresent()) {
      return true;
    }
    DigitMap.Dialled now = dialled.get().plus(letter.charAt(0));
    dialled = Optional.of(now);
    boolean over = now.isMatch() || now.isMismatch();
    if (!over && (looksUp(TIMER) || looksUp(CABLES_TIMER))) {
      effects.startDigitTimer(now.lacksOnlyTimer());
    }
    return over;
  }

  private boolean looksUp(EventName name) {
    return requested.stream()
        .anyMatch(one -> one.does(EventAction.DIGIT_MAP) && one.name().covers(name));
  }

  private void embed(EmbeddedRequest embedded) {
    requested = embedded.events();
    if (embedded.digitMap().isPresent()) {
      try {
        digitMap = Optional.of(DigitMap.parse(embedded.digitMap().get()));
      } catch (Refusal refusal) {
        throw new IllegalStateException("read when the request came", refusal);
      }
      dialled = digitMap.map(DigitMap::start);
    }
    effects.signal(embedded.signals());
  }
}
