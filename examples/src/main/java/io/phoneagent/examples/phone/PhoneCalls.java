// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.Call;
import io.phoneagent.MediaDescription;
import io.phoneagent.PhoneAgentException;
import io.phoneagent.PhoneLine;
import io.phoneagent.runtime.Loop;
import io.phoneagent.spi.NetworkBinding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/** The calls of a phone, each with its own audio. Owned by the phone's loop. */
final class PhoneCalls implements AgentEvents.Place {
  /**
   * How calls are handled.
   *
   * @param autoAnswer whether incoming calls are answered at once
   * @param dial called once when the first flow is open
   * @param sound what is said; empty for silence
   * @param recordings where what is heard goes; empty for nowhere
   * @param proven whether the other ends are a relay's, to which it is proven where audio comes
   *     from
   */
  record Habits(
      boolean autoAnswer,
      Optional<String> dial,
      Optional<WavSound> sound,
      Optional<RecordingFiles> recordings,
      boolean proven) {}

  private final Loop loop;
  private final NetworkBinding network;
  private final Random random;
  private final EventLog log;
  private final Habits habits;
  private final Supplier<PhoneLine> line;
  private final Map<String, PhoneCall> calls = new LinkedHashMap<>();
  private Optional<InetAddress> address = Optional.empty();
  private Optional<String> toDial;

  PhoneCalls(
      Loop loop,
      NetworkBinding network,
      Random random,
      EventLog log,
      Habits habits,
      Supplier<PhoneLine> line) {
    this.loop = loop;
    this.network = network;
    this.random = random;
    this.log = log;
    this.habits = habits;
    this.line = line;
    this.toDial = habits.dial();
  }

  private CallEnds endsOf() {
    return new CallEnds(log, habits.sound(), habits.recordings(), this::silent);
  }

  /** Calls a number; says why where that is not possible. */
  void dial(String number) {
    if (!address.isPresent()) {
      log.error("call", "the phone has no address yet; wait for the event leased");
      return;
    }
    CallEnds ends = endsOf();
    try {
      CallAudio audio = new CallAudio(loop, network, address.get(), random, ends, habits.proven());
      try {
        Call call = line.get().call(number, audio.offer());
        ends.begin(call.id());
        calls.put(call.id(), new PhoneCall(call, audio, ends));
      } catch (PhoneAgentException e) {
        audio.close();
        log.error("call", String.valueOf(e.getMessage()));
      }
    } catch (IOException e) {
      log.error("call", "no socket for audio: " + e.getMessage());
    }
  }

  /** The other side of a call has this phone make another one; its audio is one of its own. */
  Optional<MediaDescription> referred(Call next, String cause) {
    log.write("call-referred", cause, parties(next));
    CallEnds ends = endsOf();
    try {
      CallAudio audio =
          new CallAudio(loop, network, address.orElseThrow(), random, ends, habits.proven());
      ends.begin(next.id());
      calls.put(next.id(), new PhoneCall(next, audio, ends));
      return Optional.of(audio.offer());
    } catch (IOException e) {
      throw new UncheckedIOException("no socket for audio", e);
    }
  }

  /** A call comes in: it rings. */
  void incoming(Call call) {
    log.write("call-incoming", call.from() + " calls", parties(call));
    if (!address.isPresent()) {
      call.reject(480);
      return;
    }
    CallEnds ends = endsOf();
    try {
      ends.begin(call.id());
      CallAudio audio = new CallAudio(loop, network, address.get(), random, ends, habits.proven());
      calls.put(call.id(), new PhoneCall(call, audio, ends));
    } catch (IOException e) {
      log.error("call", "no socket for audio: " + e.getMessage());
      call.reject(500);
      return;
    }
    // Who takes the place of somebody one speaks with is not asked again.
    boolean takesOver =
        call.replaces().map(calls::get).filter(PhoneCall::isEstablished).isPresent();
    if (habits.autoAnswer() || takesOver) {
      answer(calls.get(call.id()));
    }
  }

  void answer(PhoneCall call) {
    if (!call.answer()) {
      log.error("answer", "call " + call.call().id() + " offers no audio in G.711");
    }
  }

  /** All calls, the oldest first. */
  List<PhoneCall> all() {
    return new ArrayList<>(calls.values());
  }

  /** Nobody has answered on the way of a call's audio for so long that the call is over. */
  private void silent(String id) {
    PhoneCall call = calls.get(id);
    if (call != null) {
      log.error("call", "call " + id + " is given up: its audio leads nowhere any more");
      call.hangUp();
    }
  }

  private Optional<PhoneCall> find(Call call) {
    return Optional.ofNullable(calls.get(call.id()));
  }

  void ringing(Call call, String cause) {
    boolean first = find(call).map(PhoneCall::ringing).orElse(false);
    if (first) {
      log.write("call-ringing", cause, parties(call).and(status(leadingNumber(cause))));
    }
  }

  private static int leadingNumber(String text) {
    return text.matches("[1-6][0-9]{2} .*") ? Integer.parseInt(text.substring(0, 3)) : 0;
  }

  void established(Call call, String cause) {
    find(call).ifPresent(PhoneCall::established);
    log.write("call-established", cause, parties(call));
  }

  Optional<MediaDescription> changed(Call call, MediaDescription offer) {
    return find(call).flatMap(c -> c.changed(offer));
  }

  /** The other side agreed to what was offered. */
  void agreed(Call call) {
    find(call).ifPresent(PhoneCall::agreed);
  }

  /** It did not: what was before holds. */
  void refused(Call call, int status, String cause) {
    find(call).ifPresent(PhoneCall::refused);
    log.error("call", "call " + call.id() + " stays as it is: " + status + " " + cause);
  }

  /** The other side is connected with somebody else: this one is done. */
  void transferred(Call call, int status) {
    if (status >= 200 && status < 300) {
      find(call).ifPresent(PhoneCall::leave);
    }
  }

  void ended(Call call, int status, String cause) {
    find(call).ifPresent(this::close);
    calls.remove(call.id());
    log.write(
        "call-ended",
        cause,
        parties(call).and(status(status)).and(json -> json.writeStringField("reason", cause)));
  }

  private void close(PhoneCall call) {
    try {
      call.close();
    } catch (IOException e) {
      log.error("record", "the recording could not be finished: " + e.getMessage());
    }
  }

  /** The phone has this address. */
  @Override
  public void leased(InetAddress now) {
    boolean renewed = address.equals(Optional.of(now));
    address = Optional.of(now);
    for (PhoneCall call : renewed ? List.<PhoneCall>of() : all()) {
      try {
        call.moveTo(now);
      } catch (IOException e) {
        log.error("call", "no socket for audio: " + e.getMessage());
      }
    }
    pathMayHaveChanged();
  }

  @Override
  public void pathMayHaveChanged() {
    calls.values().forEach(c -> c.pathMayHaveChanged(false));
  }

  @Override
  public void flowOpen() {
    calls.values().forEach(c -> c.pathMayHaveChanged(true));
    Optional<String> number = toDial;
    toDial = Optional.empty();
    number.ifPresent(this::dial);
  }

  /** Ends the audio of all calls. */
  void close() {
    all().forEach(this::close);
    calls.clear();
  }

  private static EventLog.Members parties(Call call) {
    return json -> {
      json.writeStringField("call", call.id());
      json.writeStringField("from", call.from());
      json.writeStringField("to", call.to());
    };
  }

  private static EventLog.Members status(int status) {
    return status == 0 ? EventLog.Members.NONE : json -> json.writeNumberField("status", status);
  }
}
