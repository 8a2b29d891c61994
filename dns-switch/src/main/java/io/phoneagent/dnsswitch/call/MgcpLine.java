// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.PhoneNumber;
import io.phoneagent.mgcp.EndpointName;
import io.phoneagent.mgcp.IncomingCommand;
import io.phoneagent.mgcp.MgcpCommand;
import io.phoneagent.mgcp.MgcpLimits;
import io.phoneagent.mgcp.MgcpPeer;
import io.phoneagent.mgcp.MgcpResponse;
import io.phoneagent.mgcp.MgcpTimings;
import io.phoneagent.mgcp.MgcpTransactions;
import io.phoneagent.mgcp.MgcpUser;
import io.phoneagent.mgcp.MgcpVerb;
import io.phoneagent.mgcp.NamedEvent;
import io.phoneagent.mgcp.OutgoingCommand;
import io.phoneagent.mgcp.Parameter;
import io.phoneagent.mgcp.ParameterName;
import io.phoneagent.mgcp.Refusal;
import io.phoneagent.mgcp.ResponseListener;
import io.phoneagent.mgcp.RestartMethod;
import io.phoneagent.mgcp.ReturnCode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One telephone that speaks MGCP, as its call agent sees it (RFC 3435): its {@link LineState}, its
 * calls, and what it has been told of both. Whatever happens changes the state; then the telephone
 * is told what it does not know yet, one command at a time for what it signals and one for each
 * connection. So what is lost, late or refused is said again, or said otherwise. On the loop.
 */
final class MgcpLine {
  private static final Logger LOG = LoggerFactory.getLogger(MgcpLine.class);

  // Of one telephone, each for half a minute: a person does a tenth of that.
  private static final int MOST_TRANSACTIONS = 128;
  private static final Duration LISTEN_FOR = Duration.ofSeconds(10);
  private static final Duration BETWEEN_BEEPS = Duration.ofSeconds(10);

  // How soon a telephone that is about to announce its restart is tried again.
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration MOST_PAUSE = Duration.ofMinutes(1);

  private record LinePeer(PhoneNumber number) implements MgcpPeer {}

  private final CallAgent agent;
  private final PhoneNumber number;
  private final Peers.Phone peer;
  private final EndpointName name;
  private final MgcpPeer address;
  private final MgcpTransactions transactions;
  private final LineSignals signals = new LineSignals(this);
  private final LineConnections connections = new LineConnections(this);
  private final Deque<LineState.Event> events = new ArrayDeque<>();
  private final Map<Integer, MgcpLeg> legs = new LinkedHashMap<>();
  private final Map<Integer, PhoneNumber> dialled = new LinkedHashMap<>();
  private LineState state = new LineState.Idle();
  private boolean handling;
  private boolean silent;
  private boolean listening;
  // Connections of an earlier run, or of calls in which it was not heard any more.
  private boolean leftovers = true;
  private boolean closed;
  // It has restarted, and is not to be told anything before it has said so.
  private boolean restarting;
  private int restarts;
  private Duration pause = FIRST_PAUSE;
  private String run = "";
  private int lastCall;

  MgcpLine(CallAgent agent, PhoneNumber number) {
    CallAgent.Parts parts = agent.parts();
    this.agent = agent;
    this.number = number;
    this.peer = new Peers.Phone(number, parts.paths());
    this.name = nameOf(number);
    this.address = new LinePeer(number);
    this.transactions =
        new MgcpTransactions(
            parts.loop(),
            (message, to) -> agent.send(message, number),
            MgcpTimings.standard(),
            MgcpLimits.defaults().transactions(MOST_TRANSACTIONS),
            parts.random()::nextDouble,
            new Commands());
  }

  /** The name of a phone's endpoint, which holds no address and so outlives each. */
  static EndpointName nameOf(PhoneNumber number) {
    return EndpointName.analogLine(1, number.e164().substring(1));
  }

  PhoneNumber number() {
    return number;
  }

  Peers.Phone peer() {
    return peer;
  }

  LineState state() {
    return state;
  }

  void later(Runnable task) {
    agent.parts().loop().execute(task);
  }

  void after(Duration delay, Runnable task) {
    agent.parts().loop().schedule(delay, task);
  }

  void receive(ByteBuffer message) {
    silent = false;
    transactions.receive(message, address);
    settle();
  }

  /** The telephone is reached elsewhere, or may be reached again. */
  void moved() {
    transactions.repeatNow();
    if (silent) {
      silent = false;
      settle();
    }
  }

  /** Whether it was heard since its device has started. */
  boolean isKnown(String currentRun) {
    return run.equals(currentRun);
  }

  /** Asks it whether it is there, so that it need not wait with what it has to say. */
  void invite() {
    if (!isKnown(agent.run(number))) {
      silent = false;
      send(
          MgcpCommand.of(MgcpVerb.AUDIT_ENDPOINT, 1, name),
          response -> run = response.isSuccess() ? agent.run(number) : run);
    }
  }

  /** It is not registered for MGCP any more. */
  void close() {
    legsEnd(480);
    closed = true;
    transactions.close();
  }

  /** The line is called. */
  MgcpLeg called(LegName caller, byte[] offer, LegListener listener) {
    int call = ++lastCall;
    MgcpLeg leg = MgcpLeg.called(this, call, freshId(), caller, offer, listener);
    if (!MgcpLeg.fits(offer)) {
      leg.end(new LegEnd(488, true));
      return leg;
    }
    legs.put(call, leg);
    silent = false; // it is tried anew
    on(new LineState.Event.Called(call));
    return leg;
  }

  private String freshId() {
    return Long.toHexString(agent.parts().random().nextLong() >>> 1)
        + Integer.toHexString(lastCall);
  }

  void on(LineState.Event event) {
    events.add(event);
    if (handling) {
      return;
    }
    handling = true;
    try {
      for (LineState.Event next = events.poll(); next != null; next = events.poll()) {
        LineState.Step step = state.on(next);
        LOG.debug("{}: {} in {}", number, next, state);
        state = step.next();
        step.effects().forEach(this::carryOut);
      }
    } finally {
      handling = false;
    }
    settle();
  }

  private void carryOut(LineState.Effect effect) {
    if (effect instanceof LineState.Effect.Connect connect) {
      with(connect.call(), MgcpLeg::connect);
    } else if (effect instanceof LineState.Effect.Hold hold) {
      with(hold.call(), MgcpLeg::hold);
    } else if (effect instanceof LineState.Effect.Drop drop) {
      with(drop.call(), leg -> leg.end(new LegEnd(leg.isEstablished() ? 200 : 487, true)));
    } else if (effect instanceof LineState.Effect.Refuse refuse) {
      with(refuse.call(), leg -> leg.end(new LegEnd(LineState.BUSY, true)));
    } else if (effect instanceof LineState.Effect.Beep beep) {
      with(beep.call(), leg -> beep(leg, List.of("L/wt", LineRequest.caller(leg.caller()))));
    } else if (effect instanceof LineState.Effect.Begin begin) {
      with(begin.call(), this::begin);
    }
  }

  /** A tone says that somebody waits, again and again as long as that one does. */
  private void beep(MgcpLeg leg, List<String> tone) {
    if (state instanceof LineState.Talking talking
        && talking.other().filter(other -> other == leg.call()).isPresent()
        && !leg.isEstablished()
        && !leg.isEnded()) {
      tone.forEach(signals::once);
      settle();
      after(BETWEEN_BEEPS, () -> beep(leg, tone.subList(0, 1)));
    }
  }

  private void with(int call, Consumer<MgcpLeg> action) {
    Optional.ofNullable(legs.get(call)).ifPresent(action);
  }

  private void begin(MgcpLeg leg) {
    int refusal =
        Optional.ofNullable(dialled.get(leg.call()))
            .map(to -> agent.parts().exchange().refusal(peer, to))
            .orElse(404);
    if (refusal != 0) {
      dialled.remove(leg.call());
      leg.end(new LegEnd(refusal, false));
      on(new LineState.Event.Ended(leg.call(), refusal));
    }
  }

  /** Tells the telephone what it does not know yet. */
  void settle() {
    if (closed || silent || restarting || handling) {
      return;
    }
    signals.settle();
    for (MgcpLeg leg : List.copyOf(legs.values())) {
      connections.settle(leg, isAtTheEar(leg));
    }
    if (leftovers && legs.isEmpty() && signals.isTold()) {
      leftovers = false;
      send(MgcpCommand.of(MgcpVerb.DELETE_CONNECTION, 1, name), response -> {});
    }
  }

  long nanos() {
    return agent.parts().loop().nanos();
  }

  /** Who calls, while it rings. */
  Optional<LegName> ringer() {
    return state instanceof LineState.Ringing ringing
        ? Optional.ofNullable(legs.get(ringing.call())).map(MgcpLeg::caller)
        : Optional.empty();
  }

  /** Whether keys that are pressed now are to be told. */
  boolean tellsKeys() {
    return state.current().map(legs::get).filter(MgcpLeg::tellsKeys).isPresent();
  }

  private boolean isAtTheEar(MgcpLeg leg) {
    return state.current().filter(call -> call == leg.call()).isPresent();
  }

  /** The telephone has heard that it is called. */
  void reacted(LineState asked, boolean rings) {
    if (asked instanceof LineState.Ringing ringing) {
      with(ringing.call(), leg -> leg.reacted(rings));
    } else {
      asked.other().ifPresent(call -> with(call, leg -> leg.reacted(rings)));
    }
  }

  /** A signal that is given once, to whom is at the ear. */
  void sound(MgcpLeg leg, String signal) {
    if (isAtTheEar(leg)) {
      signals.once(signal);
      settle();
    }
  }

  // Its calls.

  /** The caller has described its media. */
  void beginCall(MgcpLeg leg) {
    if (leg.beginsNow()) {
      Optional<PhoneNumber> to = Optional.ofNullable(dialled.remove(leg.call()));
      to.ifPresent(called -> later(() -> agent.parts().exchange().begin(leg, called)));
    }
  }

  /** A call is over, and nothing is left of it. */
  void forget(MgcpLeg leg) {
    legs.remove(leg.call());
    dialled.remove(leg.call());
  }

  EndpointName name() {
    return name;
  }

  /** Asks whether the telephone knows of a call. */
  void ask(MgcpLeg leg, Runnable there) {
    connections.ask(leg, there);
  }

  /** The telephone cannot have a call, or has lost it. */
  void ended(int call, int status) {
    with(call, leg -> leg.end(new LegEnd(status, true)));
    on(new LineState.Event.Ended(call, status));
  }

  // Its transactions.

  OutgoingCommand send(MgcpCommand command, Consumer<MgcpResponse> then) {
    int latest = lastCall;
    int before = restarts;
    return transactions.send(
        command,
        List.of(address),
        new ResponseListener() {
          @Override
          public void onResponse(MgcpResponse response) {
            if (response.code() == ReturnCode.RESTARTING && before == restarts) {
              awaitRestart();
            }
            then.accept(response);
            settle();
          }

          @Override
          public void onTimeout() {
            unanswered(latest);
          }
        });
  }

  /** It takes no commands yet; what it says of its restart is on the way, or was lost. */
  private void awaitRestart() {
    if (!restarting) {
      restarting = true;
      Duration wait = pause;
      pause = wait.compareTo(MOST_PAUSE) < 0 ? wait.multipliedBy(2) : wait;
      int before = restarts;
      after(
          wait,
          () -> {
            if (before == restarts) {
              restarting = false;
              settle();
            }
          });
    }
  }

  /**
   * It is gone: it is told nothing until it is heard again, and then all of it. What it was told
   * before a later call began says nothing of that one, for which it is tried anew.
   *
   * @param latest the last call that there was when it was told
   */
  private void unanswered(int latest) {
    boolean triedAnew = legs.keySet().stream().anyMatch(call -> call > latest);
    signals.abandon();
    silent = !triedAnew;
    if (silent && !listening) {
      listening = true;
      listen(nanos());
    }
    for (MgcpLeg leg : List.copyOf(legs.values())) {
      if (leg.call() <= latest) {
        leg.busy(false);
        leftovers |= !leg.isEstablished();
        giveUp(leg);
      }
    }
    settle();
  }

  /**
   * A telephone that waits to be told something says nothing by itself. Where its flow is alive it
   * is told again.
   */
  private void listen(long since) {
    after(
        LISTEN_FOR,
        () -> {
          listening = silent && !closed;
          if (listening && agent.parts().heardAt().applyAsLong(number) < since) {
            listen(since);
          } else if (listening) {
            listening = false;
            silent = false;
            settle();
          }
        });
  }

  private void giveUp(MgcpLeg leg) {
    if (!leg.isEstablished()) {
      leg.end(new LegEnd(408, false));
      forget(leg);
      on(new LineState.Event.Ended(leg.call(), 408));
    }
  }

  private final class Commands implements MgcpUser {
    @Override
    public void onCommand(IncomingCommand incoming) {
      MgcpCommand command = incoming.command();
      try {
        refuseUnknown(command);
        Runnable then = execute(command);
        incoming.respond(command.respond(ReturnCode.OK));
        then.run();
      } catch (Refusal refusal) {
        LOG.debug("{}: {} is refused: {}", number, command.firstLine(), refusal.comment());
        incoming.respond(command.respond(refusal.code()).commented(refusal.comment()));
      }
    }
  }

  private void refuseUnknown(MgcpCommand command) throws Refusal {
    for (Parameter parameter : command.parameters()) {
      if (parameter.name().isMandatoryExtension()) {
        throw new Refusal(ReturnCode.UNKNOWN_EXTENSION, "unknown extension");
      }
    }
    if (!command.endpoint().covers(name)) {
      throw new Refusal(ReturnCode.UNKNOWN_ENDPOINT, "that is not the flow's endpoint");
    }
    if (command.parameter(ParameterName.NOTIFIED_ENTITY).filter(n -> !n.isEmpty()).isPresent()) {
      throw new Refusal(ReturnCode.UNSUPPORTED_PARAMETER, "the call agent is the flow's other end");
    }
  }

  private Runnable execute(MgcpCommand command) throws Refusal {
    return switch (command.verb().text()) {
      case "NTFY" -> observed(command);
      case "RSIP" -> restarted(command);
      case "DLCX" -> deleted(command);
      default -> throw new Refusal(ReturnCode.UNKNOWN_COMMAND, "not to a call agent");
    };
  }

  private static <T> T given(Optional<T> value, String what) throws Refusal {
    return value.orElseThrow(() -> new Refusal(ReturnCode.PROTOCOL_ERROR, what + " is missing"));
  }

  private Runnable restarted(MgcpCommand command) throws Refusal {
    RestartMethod method =
        RestartMethod.parse(given(command.parameter(ParameterName.RESTART_METHOD), "RM:"));
    return () -> {
      if (method == RestartMethod.GRACEFUL || method == RestartMethod.CANCEL_GRACEFUL) {
        return;
      }
      boolean gone = method == RestartMethod.FORCED;
      silent |= gone;
      run = gone ? "" : agent.run(number);
      restarts++;
      restarting = false;
      pause = FIRST_PAUSE;
      signals.changed();
      if (method != RestartMethod.DISCONNECTED) {
        leftovers = false;
        legs.values().forEach(MgcpLeg::unmade);
        if (gone || !isRungByACaller()) {
          legsEnd(480);
          on(new LineState.Event.Gone());
        }
      }
    };
  }

  /** Nobody has answered yet: it rings again, and the caller does not notice. */
  private boolean isRungByACaller() {
    return state instanceof LineState.Ringing ringing
        && Optional.ofNullable(legs.get(ringing.call()))
            .filter(l -> !l.isEstablished())
            .isPresent();
  }

  private void legsEnd(int status) {
    for (MgcpLeg leg : List.copyOf(legs.values())) {
      leg.end(new LegEnd(status, true));
    }
  }

  /** The telephone's media has failed: it has deleted the connection. */
  private Runnable deleted(MgcpCommand command) throws Refusal {
    String id = given(command.parameter(ParameterName.CONNECTION_ID), "I:");
    Optional<MgcpLeg> leg =
        legs.values().stream()
            .filter(l -> l.connection().filter(c -> c.id().equalsIgnoreCase(id)).isPresent())
            .findFirst();
    MgcpLeg found =
        leg.orElseThrow(() -> new Refusal(ReturnCode.UNKNOWN_CONNECTION, "no such connection"));
    return () -> {
      found.unmade();
      ended(found.call(), 480);
    };
  }

  private Runnable observed(MgcpCommand command) throws Refusal {
    List<NamedEvent> observed =
        NamedEvent.parseList(given(command.parameter(ParameterName.OBSERVED_EVENTS), "O:"));
    return () -> {
      // From a notification on it keeps what happens, until it is asked anew.
      signals.changed();
      StringBuilder keys = new StringBuilder();
      for (NamedEvent one : observed) {
        String packageName = one.name().packageName().orElse("L");
        String event = one.name().event();
        if (packageName.equals("D") && event.length() == 1) {
          keys.append(event);
        } else if (packageName.equals("L")) {
          keys.setLength(event.equals("hd") ? 0 : keys.length());
          happened(event);
        }
      }
      pressed(keys.toString().toUpperCase(Locale.ROOT));
    };
  }

  private void happened(String event) {
    switch (event) {
      case "hd" -> on(new LineState.Event.Lifted());
      case "hu" -> on(new LineState.Event.PutDown());
      case "hf" -> on(new LineState.Event.Flashed());
      case "oc" -> on(new LineState.Event.Misdialled());
      default -> {}
    }
  }

  private void pressed(String keys) {
    if (keys.isEmpty()) {
      return;
    }
    if (state instanceof LineState.Talking talking) {
      with(
          talking.call(),
          leg ->
              keys.chars().filter(k -> agent.takesKey(number)).forEach(k -> leg.pressed((char) k)));
    } else if (state instanceof LineState.Dialling) {
      Optional<PhoneNumber> to = DialPlan.number(keys);
      if (to.isEmpty()) {
        on(new LineState.Event.Misdialled());
        return;
      }
      int call = ++lastCall;
      legs.put(call, MgcpLeg.dialled(this, call, freshId()));
      dialled.put(call, to.get());
      on(new LineState.Event.Dialled(call));
    }
  }
}
