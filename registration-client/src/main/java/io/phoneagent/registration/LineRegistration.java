// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.AgentSettings;
import io.phoneagent.AgentStatus;
import io.phoneagent.FlowPath;
import io.phoneagent.LineName;
import io.phoneagent.runtime.Timer;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What becomes of one line, whoever it registers with: where it is, and how far it has come.
 * Carries out what the state of its registration says. On the agent's loop.
 */
final class LineRegistration {
  static final double RETRY_JITTER = 0.2;
  private static final Timer NONE = () -> {};

  /** What the line does about its flow when its registration changes. */
  interface Flow {

    /** The registration was granted, or the one that is held counts again. */
    void granted(Grant grant, String cause);

    /** The flow is not wanted any more. */
    void close(String cause);

    /** The network in front of the phone has changed. */
    void suspected(String cause);

    /** Whether a call is under way on a flow that stands. */
    boolean busy();

    /** Whether the phone can be called by it. */
    boolean open();
  }

  private final AgentParts parts;
  private final LineName name;
  private final Registrar registrar;
  private final Flow flow;
  private RegistrationState state = new RegistrationState.Idle(0, Optional.empty());
  private final Set<URI> cleared = new HashSet<>();
  private AgentSettings settings;
  private List<URI> registrars;
  private Optional<Location> location = Optional.empty();
  private volatile AgentStatus status = AgentStatus.REGISTERING;
  private Timer registrationTimer = NONE;
  private Timer failbackTimer = NONE;
  private CompletionStage<Void> leaving = CompletableFuture.completedFuture(null);
  private final Map<URI, Long> toldUntilNanos = new HashMap<>();

  LineRegistration(
      AgentParts parts,
      LineName name,
      AgentSettings settings,
      List<URI> registrars,
      Registrar registrar,
      Flow flow) {
    this.parts = parts;
    this.name = name;
    this.settings = settings;
    this.registrars = registrars;
    this.registrar = registrar;
    this.flow = flow;
  }

  boolean isRegistered() {
    return state instanceof RegistrationState.Registered;
  }

  /** How far the line has come, once the device is somewhere; on any thread. */
  AgentStatus status() {
    return status;
  }

  /** The flow may be open now, or may not be any more. */
  void flowStepped() {
    if (flow.open()) {
      status = AgentStatus.REACHABLE;
    } else {
      status = isRegistered() ? AgentStatus.BINDING : AgentStatus.REGISTERING;
    }
  }

  AgentSettings settings() {
    return settings;
  }

  /** All that it may register with. */
  List<URI> registrars() {
    return registrars;
  }

  /** Where the device is, if it is anywhere. */
  Optional<Location> location() {
    return location;
  }

  /** Whether the other end has seen a flow by this path where the device is said to be now. */
  boolean accountsFor(FlowPath path) {
    return location.filter(here -> here.accountsFor(path)).isPresent();
  }

  void locate(Location here, String cause) {
    location = Optional.of(here);
    handle(new RegistrationState.Event.Located(here, cause));
  }

  void unlocate(String cause) {
    handle(new RegistrationState.Event.Unlocated(cause));
  }

  /** Other settings hold from now on; what a registration says of them is said again. */
  void update(AgentSettings now, List<URI> newRegistrars, String cause) {
    boolean renew =
        !settings.keepAliveInterval().equals(now.keepAliveInterval())
            || !settings.registrationExpiry().equals(now.registrationExpiry())
            || settings.uniqueAddress() != now.uniqueAddress();
    settings = now;
    registrars = newRegistrars;
    handle(new RegistrationState.Event.PolicyChanged(renew, cause));
  }

  /** Takes the registration back; completed when that is known, or will not be. */
  CompletionStage<Void> leave(String cause) {
    handle(new RegistrationState.Event.Leave(cause));
    return leaving;
  }

  void handle(RegistrationState.Event event) {
    RegistrationState before = state;
    Step<RegistrationState, RegistrationState.Effect> step =
        before.on(event, RegistrationPolicy.of(settings, registrars, flow.busy(), toldToWait()));
    state = step.next();
    flowStepped();
    parts.noteStep(name.text(), before, state, step.cause());
    step.effects().forEach(this::carryOut);
  }

  private void handleLater(RegistrationState.Event event) {
    parts.loop().execute(() -> handle(event));
  }

  /** Those that still want to be left alone, and for how long. */
  private Map<URI, Duration> toldToWait() {
    long now = parts.loop().nanos();
    toldUntilNanos.values().removeIf(until -> until - now <= 0);
    Map<URI, Duration> waits = new HashMap<>();
    toldUntilNanos.forEach((told, until) -> waits.put(told, Duration.ofNanos(until - now)));
    return waits;
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
      schedule(retry.delay(), new RegistrationState.Event.RetryDue());
    } else if (effect instanceof RegistrationState.Effect.RefreshIn refresh) {
      schedule(refresh.delay(), new RegistrationState.Event.RefreshDue());
    } else if (effect instanceof RegistrationState.Effect.CancelTimer) {
      registrationTimer.cancel();
      failbackTimer.cancel();
    } else if (effect instanceof RegistrationState.Effect.OpenFlow open) {
      flow.granted(open.grant(), open.cause());
    } else if (effect instanceof RegistrationState.Effect.CloseFlow close) {
      flow.close(close.cause());
    } else if (effect instanceof RegistrationState.Effect.SuspectFlow suspect) {
      flow.suspected(suspect.cause());
    } else {
      tell(effect);
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

  private void schedule(Duration delay, RegistrationState.Event event) {
    registrationTimer.cancel();
    Duration jittered = parts.jittered(delay, RETRY_JITTER);
    if (state instanceof RegistrationState.Waiting waiting && waiting.told()) {
      toldUntilNanos.putIfAbsent(
          waiting.attempt().dnsSwitch(), parts.loop().nanos() + jittered.toNanos());
    }
    registrationTimer = parts.loop().schedule(jittered, () -> handle(event));
  }

  private void tell(RegistrationState.Effect effect) {
    if (effect instanceof RegistrationState.Effect.TellRegistered told) {
      parts.tell(
          l -> {
            if (told.first()) {
              l.registered(
                  name, told.grant().assignment(), told.location().publicAddress(), told.cause());
            } else {
              l.reregistered(
                  name, told.grant().assignment(), told.location().publicAddress(), told.cause());
            }
          });
    } else if (effect instanceof RegistrationState.Effect.TellDisrupted told) {
      parts.tell(l -> l.disrupted("registration", told.detail(), Optional.of(told.retryIn())));
    } else if (effect instanceof RegistrationState.Effect.TellFailed told) {
      parts.tell(l -> l.failed("registration", told.detail(), Optional.of(told.retryIn())));
    }
  }
}
