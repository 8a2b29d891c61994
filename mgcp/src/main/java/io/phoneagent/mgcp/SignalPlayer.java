// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import io.phoneagent.runtime.Timer;
import io.phoneagent.runtime.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The signals that an endpoint gives (RFC 3435, section 2.3.3). */
final class SignalPlayer {
  private record Active(NamedEvent signal, Timer timer) {}

  private final Timers timers;
  private final AnalogPort port;
  private final Ringer ringer;
  private final Consumer<NamedEvent> completed;
  private final Map<EventName, Active> timeOut = new LinkedHashMap<>();
  private boolean messages;

  /**
   * Silence at first.
   *
   * @param completed gets the event "operation complete" of a time-out signal
   */
  SignalPlayer(Timers timers, AnalogPort port, Consumer<NamedEvent> completed) {
    this.timers = timers;
    this.port = port;
    this.ringer = new Ringer(timers, port);
    this.completed = completed;
  }

  /**
   * Gives these signals. Time-out signals that are not among them end, those that are go on as they
   * are.
   */
  void give(List<NamedEvent> signals) {
    List<EventName> names = signals.stream().map(NamedEvent::name).collect(Collectors.toList());
    Iterator<Map.Entry<EventName, Active>> all = timeOut.entrySet().iterator();
    while (all.hasNext()) {
      Active active = all.next().getValue();
      if (!names.contains(active.signal().name())) {
        all.remove();
        end(active);
      }
    }
    // The port is to know who calls when the ringing begins.
    signals.stream().filter(SignalPlayer::tellsCaller).forEach(this::give);
    signals.stream().filter(signal -> !tellsCaller(signal)).forEach(this::give);
  }

  private static boolean tellsCaller(NamedEvent signal) {
    return signal.name().event().equals("ci");
  }

  private void give(NamedEvent signal) {
    MgcpPackage.Signal kind;
    try {
      kind = EventCatalog.kind(signal.name());
    } catch (Refusal refusal) {
      throw new IllegalStateException("read when the request came", refusal);
    }
    switch (kind.kind()) {
      case ON_OFF -> {
        messages = signal.parameters().isEmpty() || signal.parameters().get(0).equals("+");
        port.showMessages(messages);
      }
      case BRIEF -> brief(signal);
      case TIME_OUT -> {
        if (!timeOut.containsKey(signal.name())) {
          Duration lasts = EventCatalog.lasts(signal, kind);
          Timer timer =
              lasts.isZero() ? () -> {} : timers.schedule(lasts, () -> complete(signal.name()));
          timeOut.put(signal.name(), new Active(signal, timer));
          begin(signal);
        }
      }
    }
  }

  private void brief(NamedEvent signal) {
    switch (signal.name().event()) {
      case "ci" -> port.showCaller(CallerId.of(signal.parameters()));
      case "rs" -> ringer.start(Ringer.cadence("rs"), true);
      default -> port.play(Tone.of(signal.name()), true);
    }
  }

  private static boolean rings(EventName name) {
    return name.packageName().filter("L"::equals).isPresent()
        && name.event().length() == 2
        && name.event().startsWith("r")
        && (name.event().charAt(1) == 'g' || Text.isDigit(name.event().charAt(1)));
  }

  private void begin(NamedEvent signal) {
    if (rings(signal.name())) {
      ringer.start(Ringer.cadence(signal.name().event()), false);
    } else if (signal.name().event().equals("osi")) {
      port.interruptCurrent(true);
    } else {
      port.play(Tone.of(signal.name()), false);
    }
  }

  private void end(Active active) {
    active.timer().cancel();
    if (rings(active.signal().name())) {
      ringer.stop();
    } else if (active.signal().name().event().equals("osi")) {
      port.interruptCurrent(false);
    } else {
      port.stopTone();
    }
  }

  private void complete(EventName name) {
    Active active = timeOut.remove(name);
    if (active != null) {
      end(active);
      EventName event = EventName.of(name.packageName().orElse("G"), "oc");
      completed.accept(new NamedEvent(event, List.of(name.toString())));
    }
  }

  /** Time-out signals end. */
  void stopTimeOuts() {
    List<Active> ended = new ArrayList<>(timeOut.values());
    timeOut.clear();
    ended.forEach(this::end);
  }

  /** Ringing ends: the handset was lifted. */
  void stopRinging() {
    ringer.stop();
    List<Active> ringing =
        timeOut.values().stream()
            .filter(active -> rings(active.signal().name()))
            .collect(Collectors.toList());
    for (Active active : ringing) {
      timeOut.remove(active.signal().name());
      end(active);
    }
  }

  /** Those that last, for an audit. */
  List<NamedEvent> active() {
    List<NamedEvent> signals = new ArrayList<>();
    timeOut.values().forEach(active -> signals.add(active.signal()));
    if (messages) {
      signals.add(NamedEvent.of(EventName.of("L", "vmwi"), "+"));
    }
    return signals;
  }

  /** Silence, as after a restart; the lamp goes out, too. */
  void reset() {
    stopTimeOuts();
    ringer.stop();
    if (messages) {
      messages = false;
      port.showMessages(false);
    }
  }
}
