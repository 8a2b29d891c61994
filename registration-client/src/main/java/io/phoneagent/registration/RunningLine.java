// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.AgentSettings;
import io.phoneagent.AgentStatus;
import io.phoneagent.Call;
import io.phoneagent.CallHandler;
import io.phoneagent.CallTarget;
import io.phoneagent.Endpoint;
import io.phoneagent.FlowPath;
import io.phoneagent.KeepAliveMode;
import io.phoneagent.Line;
import io.phoneagent.MediaDescription;
import io.phoneagent.PhoneAgentException;
import io.phoneagent.PhoneLine;
import io.phoneagent.PhoneNumber;
import io.phoneagent.flow.Measured;
import io.phoneagent.flow.TransactionId;
import io.phoneagent.runtime.Timer;
import java.net.InetAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** One line of an agent: runs its registration and its flow, and carries out their effects. */
final class RunningLine implements PhoneLine {
  static final double RETRY_JITTER = 0.2;
  private static final int ANSWERED_EACH = 8;
  private static final Timer NONE = () -> {};

  private final AgentParts parts;
  private final Line line;
  private final Registrar registrar;
  private final Runnable dropConnections;
  private final Consumer<String> hints;
  private final Consumer<InetAddress> seen;
  private final LineFlow flow;
  private final LineCalls calls;
  private final KeepAliveMeasuring measuring;
  private RegistrationState registration = new RegistrationState.Idle(0, Optional.empty());
  private FlowState flowState = new FlowState.Closed();
  private final Set<URI> cleared = new HashSet<>();
  private AgentSettings settings;
  private List<URI> switches;
  private Timer registrationTimer = NONE;
  private Timer failbackTimer = NONE;
  private Timer flowTimer = NONE;
  private CompletionStage<Void> leaving = CompletableFuture.completedFuture(null);
  private Optional<Location> location = Optional.empty();
  private final Map<URI, Long> toldUntilNanos = new HashMap<>();
  private volatile boolean reachable;
  private volatile AgentStatus status = AgentStatus.REGISTERING;

  RunningLine(
      AgentParts parts,
      Line line,
      AgentSettings settings,
      List<URI> switches,
      CallHandler handler,
      Registrar registrar,
      Runnable dropConnections,
      Consumer<String> hints,
      Consumer<InetAddress> seen) {
    this.parts = parts;
    this.line = line;
    this.settings = settings;
    this.switches = switches;
    this.registrar = registrar;
    this.dropConnections = dropConnections;
    this.hints = hints;
    this.seen = seen;
    this.flow =
        new LineFlow(parts.network(), parts.tls(), parts.loop(), parts.random(), new FlowEvents());
    this.calls = new LineCalls(parts, line, handler, flow);
    this.measuring = new KeepAliveMeasuring(parts, line.number().e164(), flow);
  }

  @Override
  public PhoneNumber number() {
    return line.number();
  }

  @Override
  public boolean reachable() {
    return reachable;
  }

  @Override
  public Call call(String target, MediaDescription offer) {
    CallTarget called = CallTarget.of(Objects.requireNonNull(target, "target"));
    Objects.requireNonNull(offer, "offer");
    if (!reachable) {
      throw new PhoneAgentException(
          line.number() + " is not reachable now; wait for the listener's flowOpen");
    }
    return calls.call(called, offer);
  }

  /** How far the line has come, once the device is somewhere. */
  AgentStatus status() {
    return status;
  }

  private AgentStatus currentStatus() {
    if (flowState instanceof FlowState.Open) {
      return AgentStatus.REACHABLE;
    }
    return registration instanceof RegistrationState.Registered
        ? AgentStatus.BINDING
        : AgentStatus.REGISTERING;
  }

  void locate(Location newLocation, String cause) {
    location = Optional.of(newLocation);
    handle(new RegistrationState.Event.Located(newLocation, cause));
  }

  void unlocate(String cause) {
    handle(new RegistrationState.Event.Unlocated(cause));
  }

  /** Other settings hold from now on. */
  void update(AgentSettings newSettings, List<URI> newSwitches, String cause) {
    boolean renew =
        !settings.keepAliveInterval().equals(newSettings.keepAliveInterval())
            || !settings.registrationExpiry().equals(newSettings.registrationExpiry())
            || settings.uniqueAddress() != newSettings.uniqueAddress();
    settings = newSettings;
    switches = newSwitches;
    if (settings.keepAliveMode() == KeepAliveMode.FIXED) {
      measuring.closed();
    } else if (flowState instanceof FlowState.Open open) {
      measure(open.path());
    }
    handle(new RegistrationState.Event.PolicyChanged(renew, cause));
  }

  /** Ends calls and takes the registration back; completed when the switch knows, or will not. */
  CompletionStage<Void> leave(String cause) {
    calls.hangUp();
    handle(new RegistrationState.Event.Leave(cause));
    return leaving;
  }

  void hangUp() {
    calls.hangUp();
  }

  private void handle(RegistrationState.Event event) {
    RegistrationState before = registration;
    boolean busy = calls.inProgress() && flowState instanceof FlowState.Open;
    Step<RegistrationState, RegistrationState.Effect> step =
        before.on(event, RegistrationPolicy.of(settings, switches, busy, toldToWait()));
    registration = step.next();
    status = currentStatus();
    note(before, registration, step.cause());
    step.effects().forEach(this::carryOut);
  }

  private void handle(FlowState.Event event) {
    FlowState before = flowState;
    Step<FlowState, FlowState.Effect> step = before.on(event);
    flowState = step.next();
    reachable = flowState instanceof FlowState.Open;
    status = currentStatus();
    note(before, flowState, step.cause());
    step.effects().forEach(this::carryOut);
  }

  /** The switches that still want to be left alone, and for how long. */
  private Map<URI, Duration> toldToWait() {
    long now = parts.loop().nanos();
    toldUntilNanos.values().removeIf(until -> until - now <= 0);
    Map<URI, Duration> waits = new HashMap<>();
    toldUntilNanos.forEach((told, until) -> waits.put(told, Duration.ofNanos(until - now)));
    return waits;
  }

  private void note(Object before, Object after, String cause) {
    if (!before.equals(after) && !cause.isEmpty()) {
      parts.note(
          line.number().e164(),
          cause,
          before.getClass().getSimpleName(),
          after.getClass().getSimpleName());
    }
  }

  private void carryOut(RegistrationState.Effect effect) {
    if (effect instanceof RegistrationState.Effect.Put put) {
      put(put.attempt());
    } else if (effect instanceof RegistrationState.Effect.Delete delete) {
      CompletionStage<Void> before = leaving;
      leaving = registrar.leave(delete.dnsSwitch()).thenCombine(before, (now, other) -> null);
    } else if (effect instanceof RegistrationState.Effect.FailbackIn failback) {
      failbackTimer.cancel();
      failbackTimer =
          parts
              .loop()
              .schedule(
                  parts.jittered(failback.delay(), RETRY_JITTER),
                  () -> handle(new RegistrationState.Event.FailbackDue()));
    } else if (effect instanceof RegistrationState.Effect.AskPreferred ask) {
      registrar
          .serves(ask.dnsSwitch())
          .whenComplete(
              (serves, e) ->
                  handleLater(new RegistrationState.Event.PreferredAsked(ask.dnsSwitch(), serves)));
    } else if (effect instanceof RegistrationState.Effect.Spare spare) {
      Duration jittered = parts.jittered(spare.delay(), RETRY_JITTER);
      toldUntilNanos.put(spare.dnsSwitch(), parts.loop().nanos() + jittered.toNanos());
    } else if (effect instanceof RegistrationState.Effect.RetryIn retry) {
      scheduleRegistration(retry.delay(), new RegistrationState.Event.RetryDue());
    } else if (effect instanceof RegistrationState.Effect.RefreshIn refresh) {
      scheduleRegistration(refresh.delay(), new RegistrationState.Event.RefreshDue());
    } else if (effect instanceof RegistrationState.Effect.CancelTimer) {
      registrationTimer.cancel();
      failbackTimer.cancel();
    } else if (effect instanceof RegistrationState.Effect.OpenFlow open) {
      calls.assigned(open.grant());
      handle(new FlowState.Event.Granted(open.grant(), open.cause()));
    } else if (effect instanceof RegistrationState.Effect.CloseFlow close) {
      handle(new FlowState.Event.Close(close.cause()));
    } else if (effect instanceof RegistrationState.Effect.SuspectFlow suspect) {
      // After a change no kept connection leads anywhere, and waiting for one to fail costs
      // seconds.
      dropConnections.run();
      if (!flowIsThere()) {
        handle(new FlowState.Event.Suspected(suspect.cause()));
      }
    } else {
      tell(effect);
    }
  }

  /** Whether the switch has seen the flow where the phone is said to be now. */
  private boolean flowIsThere() {
    return flowState instanceof FlowState.Open open
        && location.isPresent()
        && location.get().lease().address().equals(open.path().local().address())
        && location
            .get()
            .publicAddress()
            .map(p -> p.address().equals(open.path().mapped().address()))
            .orElse(false);
  }

  /** Binds the flow anew, to see where the switch sees it. */
  void verify(String cause) {
    handle(new FlowState.Event.Suspected(cause));
  }

  /** The firewall may have forgotten the flow. */
  void keepAliveNow() {
    if (flowState instanceof FlowState.Open) {
      flow.keepAliveNow();
    }
  }

  private void measure(FlowPath path) {
    if (settings.keepAliveMode() == KeepAliveMode.ADAPTIVE
        && flowState instanceof FlowState.Open open
        && location.isPresent()) {
      // Where another switch could take over, the silence of this one is to be noticed soon.
      int answered = switches.size() > 1 ? 1 : ANSWERED_EACH;
      measuring.bound(path, open.grant(), location.get(), answered);
    }
  }

  private void put(RegistrationState.Attempt attempt) {
    boolean clear = settings.unregisterOnReboot() && cleared.add(attempt.dnsSwitch());
    CompletionStage<Void> before =
        clear ? registrar.leave(attempt.dnsSwitch()) : CompletableFuture.completedFuture(null);
    before
        .thenCompose(nothing -> registrar.register(attempt))
        .whenComplete((event, e) -> handleLater(event));
  }

  private void handleLater(RegistrationState.Event event) {
    parts.loop().execute(() -> handle(event));
  }

  private void tell(RegistrationState.Effect effect) {
    if (effect instanceof RegistrationState.Effect.TellRegistered told) {
      parts.tell(
          l -> {
            if (told.first()) {
              l.registered(
                  line.number(),
                  told.grant().assignment(),
                  told.location().publicAddress(),
                  told.cause());
            } else {
              l.reregistered(
                  line.number(),
                  told.grant().assignment(),
                  told.location().publicAddress(),
                  told.cause());
            }
          });
    } else if (effect instanceof RegistrationState.Effect.TellDisrupted told) {
      parts.tell(l -> l.disrupted("registration", told.detail(), Optional.of(told.retryIn())));
    } else if (effect instanceof RegistrationState.Effect.TellFailed told) {
      parts.tell(l -> l.failed("registration", told.detail(), Optional.of(told.retryIn())));
    }
  }

  private void scheduleRegistration(Duration delay, RegistrationState.Event event) {
    registrationTimer.cancel();
    Duration jittered = parts.jittered(delay, RETRY_JITTER);
    if (registration instanceof RegistrationState.Waiting waiting && waiting.told()) {
      toldUntilNanos.putIfAbsent(
          waiting.attempt().dnsSwitch(), parts.loop().nanos() + jittered.toNanos());
    }
    registrationTimer = parts.loop().schedule(jittered, () -> handle(event));
  }

  private void carryOut(FlowState.Effect effect) {
    if (effect instanceof FlowState.Effect.BindNewPort bind) {
      location.ifPresent(l -> flow.bindNewPort(bind.grant(), l.lease().address()));
    } else if (effect instanceof FlowState.Effect.BindSamePort bind) {
      location.ifPresent(l -> flow.bindSamePort(bind.grant(), l.lease().address()));
    } else if (effect instanceof FlowState.Effect.ClosePorts) {
      measuring.closed();
      flow.close();
    } else if (effect instanceof FlowState.Effect.RetryIn retry) {
      flowTimer.cancel();
      flowTimer =
          parts
              .loop()
              .schedule(
                  parts.jittered(retry.delay(), RETRY_JITTER),
                  () -> handle(new FlowState.Event.RetryDue()));
    } else if (effect instanceof FlowState.Effect.CancelTimer) {
      flowTimer.cancel();
    } else if (effect instanceof FlowState.Effect.DoubtRegistration doubt) {
      // The switch may be elsewhere: its name is looked up anew, which a kept connection is not.
      dropConnections.run();
      handle(new RegistrationState.Event.FlowSilent(doubt.cause()));
    } else if (effect instanceof FlowState.Effect.Hint hint) {
      // The switch may be the one that is asked, and a NAT has forgotten kept connections to it.
      dropConnections.run();
      hints.accept(hint.cause());
    } else {
      tell(effect);
    }
  }

  private void tell(FlowState.Effect effect) {
    if (effect instanceof FlowState.Effect.TellOpen told) {
      calls.flowMoved();
      parts.tell(l -> l.flowOpen(line.number(), told.path(), told.cause()));
    } else if (effect instanceof FlowState.Effect.TellMoved told) {
      calls.flowMoved();
      parts.tell(l -> l.flowMoved(line.number(), told.path(), told.cause()));
    } else if (effect instanceof FlowState.Effect.TellDisrupted told) {
      parts.tell(l -> l.disrupted("flow", told.detail(), told.retryIn()));
    } else if (effect instanceof FlowState.Effect.TellLost told) {
      measuring.closed();
      parts.tell(l -> l.flowLost(line.number(), told.path(), told.cause()));
    }
  }

  private final class FlowEvents implements LineFlow.Listener {
    @Override
    public void bound(FlowPath path) {
      handle(new FlowState.Event.Bound(path));
      measure(path);
      seen.accept(path.mapped().address());
    }

    @Override
    public void unanswered(String detail) {
      handle(new FlowState.Event.Unanswered(detail));
    }

    @Override
    public void heard() {
      handle(new FlowState.Event.Heard());
    }

    /** It is asked, and nothing more: the flow follows what it grants. */
    @Override
    public void relocated(Endpoint to) {
      dropConnections.run();
      handle(new RegistrationState.Event.FlowSilent("the switch says that it has moved to " + to));
    }

    @Override
    public void received(ByteBuffer datagram) {
      calls.received(datagram);
    }

    @Override
    public void mappingLost() {
      measuring.mappingLost();
    }

    @Override
    public void asked(TransactionId question, Measured answer) {
      measuring.asked(question, answer);
    }
  }
}
