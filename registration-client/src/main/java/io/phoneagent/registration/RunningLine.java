// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.AgentSettings;
import io.phoneagent.AgentStatus;
import io.phoneagent.Call;
import io.phoneagent.CallTarget;
import io.phoneagent.Endpoint;
import io.phoneagent.FlowPath;
import io.phoneagent.KeepAliveMode;
import io.phoneagent.Line;
import io.phoneagent.LineName;
import io.phoneagent.MediaDescription;
import io.phoneagent.PhoneAgentException;
import io.phoneagent.flow.Measured;
import io.phoneagent.flow.TransactionId;
import io.phoneagent.runtime.Timer;
import java.net.InetAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** One line of an agent: runs its registration and its flow, and carries out their effects. */
final class RunningLine implements AgentLine {
  private static final int ANSWERED_EACH = 4;
  private static final Timer NONE = () -> {};

  private final AgentParts parts;
  private final Line line;
  private final Runnable dropConnections;
  private final Consumer<String> hints;
  private final Consumer<InetAddress> seen;
  private final LineFlow flow;
  private final LineSignalling calls;
  private final KeepAliveMeasuring measuring;
  private final LineRegistration registration;
  private FlowState flowState = new FlowState.Closed();
  private Timer flowTimer = NONE;
  private Optional<Endpoint> movedTo = Optional.empty();
  private volatile boolean reachable;

  RunningLine(
      AgentParts parts,
      Line line,
      AgentSettings settings,
      List<URI> switches,
      CallHandling handling,
      Registrar registrar,
      Runnable dropConnections,
      Consumer<String> hints,
      Consumer<InetAddress> seen) {
    this.parts = parts;
    this.line = line;
    this.dropConnections = dropConnections;
    this.hints = hints;
    this.seen = seen;
    this.flow =
        new LineFlow(parts.network(), parts.tls(), parts.loop(), parts.random(), new FlowEvents());
    this.calls =
        line.device().isPresent()
            ? new LineGateway(
                parts, line, AgentLines.telephone(line), flow, this::maximumWaitingDelay)
            : new SwitchCalls(parts, line, handling, flow);
    this.measuring = new KeepAliveMeasuring(parts, line.number().e164(), flow);
    this.registration =
        new LineRegistration(
            parts, line.number(), settings, switches, registrar, new RegisteredFlow());
  }

  private Duration maximumWaitingDelay() {
    return registration.settings().maximumWaitingDelay();
  }

  @Override
  public LineName name() {
    return line.name();
  }

  @Override
  public boolean reachable() {
    return reachable;
  }

  @Override
  public Call call(String target, MediaDescription offer) {
    CallTarget called = CallTarget.ofNumber(Objects.requireNonNull(target, "target"));
    Objects.requireNonNull(offer, "offer");
    if (!reachable && !line.device().isPresent()) {
      throw new PhoneAgentException(
          line.number() + " is not reachable now; wait for the listener's flowOpen");
    }
    return calls.call(called, offer);
  }

  @Override
  public AgentStatus status() {
    return registration.status();
  }

  @Override
  public void locate(Location here, String cause) {
    registration.locate(here, cause);
  }

  @Override
  public void unlocate(String cause) {
    registration.unlocate(cause);
  }

  @Override
  public void update(AgentSettings settings, List<URI> switches, String cause) {
    registration.update(settings, switches, cause);
    if (settings.keepAliveMode() == KeepAliveMode.FIXED) {
      measuring.closed();
    } else if (flowState instanceof FlowState.Open open) {
      measure(open.path());
    }
  }

  @Override
  public CompletionStage<Void> leave(String cause) {
    calls.hangUp();
    return registration.leave(cause);
  }

  @Override
  public void hangUp() {
    calls.hangUp();
  }

  private void handle(FlowState.Event event) {
    FlowState before = flowState;
    Step<FlowState, FlowState.Effect> step = before.on(event);
    flowState = step.next();
    reachable = flowState.stands();
    registration.flowStepped();
    parts.noteStep(line.number().e164(), before, flowState, step.cause());
    step.effects().forEach(this::carryOut);
  }

  private final class RegisteredFlow implements LineRegistration.Flow {
    @Override
    public void granted(Grant grant, String cause) {
      calls.assigned(grant);
      handle(new FlowState.Event.Granted(grant, cause));
      Optional<Endpoint> said = movedTo;
      movedTo = Optional.empty();
      if (said.isPresent() && !said.get().equals(grant.assignment().endpoint())) {
        parts.loop().execute(() -> askWhereItIs(said.get()));
      }
    }

    @Override
    public void close(String cause) {
      handle(new FlowState.Event.Close(cause));
    }

    /**
     * After a change no kept connection leads anywhere, and waiting for one to fail costs seconds.
     */
    @Override
    public void suspected(String cause) {
      dropConnections.run();
      boolean isThere =
          flowState instanceof FlowState.Open open && registration.accountsFor(open.path());
      if (!isThere) {
        handle(new FlowState.Event.Suspected(cause));
      }
    }

    @Override
    public boolean busy() {
      return calls.inProgress() && flowState.stands();
    }

    @Override
    public boolean open() {
      return flowState instanceof FlowState.Open;
    }
  }

  /** Binds the flow anew, to see where the switch sees it. */
  @Override
  public void verify(String cause) {
    handle(new FlowState.Event.Suspected(cause));
  }

  @Override
  public void keepAliveNow() {
    if (flowState instanceof FlowState.Open) {
      flow.keepAliveNow();
    }
  }

  private void askWhereItIs(Endpoint said) {
    registration.handle(
        new RegistrationState.Event.FlowSilent("the switch says that it has moved to " + said));
  }

  private void measure(FlowPath path) {
    Optional<Location> location = registration.location();
    if (registration.settings().keepAliveMode() == KeepAliveMode.ADAPTIVE
        && flowState instanceof FlowState.Open open
        && location.isPresent()) {
      // Where another switch could take over, the silence of this one is to be noticed soon.
      int answered = registration.registrars().size() > 1 ? 1 : ANSWERED_EACH;
      measuring.bound(path, open.grant(), location.get(), answered);
    }
  }

  private Optional<InetAddress> here() {
    return registration.location().map(location -> location.lease().address());
  }

  private void carryOut(FlowState.Effect effect) {
    if (effect instanceof FlowState.Effect.BindNewPort bind) {
      here().ifPresent(own -> flow.bindNewPort(bind.grant(), own));
    } else if (effect instanceof FlowState.Effect.BindSamePort bind) {
      here().ifPresent(own -> flow.bindSamePort(bind.grant(), own));
    } else if (effect instanceof FlowState.Effect.ClosePorts) {
      measuring.closed();
      flow.close();
    } else if (effect instanceof FlowState.Effect.RetryIn retry) {
      flowTimer.cancel();
      flowTimer =
          parts
              .loop()
              .schedule(
                  parts.jittered(retry.delay(), LineRegistration.RETRY_JITTER),
                  () -> handle(new FlowState.Event.RetryDue()));
    } else if (effect instanceof FlowState.Effect.CancelTimer) {
      flowTimer.cancel();
    } else if (effect instanceof FlowState.Effect.DoubtRegistration doubt) {
      // The switch may be elsewhere: its name is looked up anew, which a kept connection is not.
      dropConnections.run();
      registration.handle(new RegistrationState.Event.FlowSilent(doubt.cause()));
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

    /**
     * It is asked, and nothing more: the flow follows what it grants. What it is being asked
     * already it may have granted before it moved.
     */
    @Override
    public void relocated(Endpoint to) {
      dropConnections.run();
      if (registration.isRegistered()) {
        askWhereItIs(to);
      } else {
        movedTo = Optional.of(to);
      }
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
