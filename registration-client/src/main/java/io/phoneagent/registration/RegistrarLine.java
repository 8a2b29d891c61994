// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.AgentSettings;
import io.phoneagent.AgentStatus;
import io.phoneagent.Call;
import io.phoneagent.CallTarget;
import io.phoneagent.Endpoint;
import io.phoneagent.FlowPath;
import io.phoneagent.Line;
import io.phoneagent.LineName;
import io.phoneagent.MediaDescription;
import io.phoneagent.PhoneAgentException;
import io.phoneagent.Transport;
import io.phoneagent.registration.RegistrationState.Attempt;
import io.phoneagent.sip.SipInput;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/** One line of an agent that is registered with a SIP registrar. */
final class RegistrarLine implements AgentLine {

  /**
   * What the agent lends to it.
   *
   * @param transport of registrars that say none
   * @param instance the device's name, for a registration
   * @param names looks a name up; completed on the loop
   * @param hints told why the public address may have changed
   * @param seen told where the registrar saw a registration come from
   */
  record Tools(
      Transport transport,
      Function<Attempt, String> instance,
      Function<String, CompletionStage<List<InetAddress>>> names,
      Consumer<String> hints,
      Consumer<InetAddress> seen) {}

  private final AgentParts parts;
  private final Line line;
  private final Tools tools;
  private final SipFlow flow;
  private final ConnectionBeside beside;
  private final LineCalls calls;
  private final LineRegistration registration;
  private SipFlowState flowState = new SipFlowState.Closed();
  private volatile boolean reachable;

  RegistrarLine(
      AgentParts parts,
      Line line,
      AgentSettings settings,
      List<URI> registrars,
      CallHandling handling,
      Tools tools) {
    this.parts = parts;
    this.line = line;
    this.tools = tools;
    this.flow = new SipFlow(parts, line, new FlowEvents());
    this.beside = new ConnectionBeside(parts, new FlowEvents());
    SipRegistrar registrar =
        new SipRegistrar(
            parts, line, tools.transport(), flow, this::wishes, tools.instance(), tools.names());
    CallCredentials credentials =
        new CallCredentials(parts, line, flow.tokens(), registrar::proven);
    this.calls = new LineCalls(parts, line, handling, new RegistrarSide(line, credentials, beside));
    this.registration =
        new LineRegistration(
            parts, line.name(), settings, registrars, registrar, new RegisteredFlow());
  }

  private SipRegistrar.Wishes wishes() {
    AgentSettings settings = registration.settings();
    return new SipRegistrar.Wishes(settings.registrationExpiry(), settings.keepAliveInterval());
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
    CallTarget called = CallTarget.of(Objects.requireNonNull(target, "target"));
    Objects.requireNonNull(offer, "offer");
    if (!reachable) {
      throw new PhoneAgentException(
          line.name() + " is not reachable now; wait for the listener's flowOpen");
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
  public void update(AgentSettings settings, List<URI> registrars, String cause) {
    registration.update(settings, registrars, cause);
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

  /** Registers by another port: the answer says from where the registrar has seen it. */
  @Override
  public void verify(String cause) {
    suspect(cause);
    registration.handle(new RegistrationState.Event.FlowSilent(cause));
  }

  private void suspect(String cause) {
    flow.suspect();
    handle(new SipFlowState.Event.Suspected(cause));
  }

  @Override
  public void keepAliveNow() {
    flow.doubt();
  }

  private void handle(SipFlowState.Event event) {
    SipFlowState before = flowState;
    Step<SipFlowState, SipFlowState.Effect> step = before.on(event);
    flowState = step.next();
    reachable = isOpen();
    registration.flowStepped();
    parts.noteStep(line.name().text(), before, flowState, step.cause());
    step.effects().forEach(this::carryOut);
  }

  private boolean isOpen() {
    return flowState instanceof SipFlowState.Open;
  }

  private void carryOut(SipFlowState.Effect effect) {
    if (effect instanceof SipFlowState.Effect.ClosePorts) {
      flow.close();
      beside.close();
    } else if (effect instanceof SipFlowState.Effect.MoveCalls) {
      calls.readdress();
    } else if (effect instanceof SipFlowState.Effect.Register register) {
      registration.handle(new RegistrationState.Event.FlowSilent(register.cause()));
    } else if (effect instanceof SipFlowState.Effect.Hint hint) {
      tools.hints().accept(hint.cause());
    } else if (effect instanceof SipFlowState.Effect.TellOpen told) {
      parts.tell(l -> l.flowOpen(line.name(), told.path(), told.cause()));
    } else if (effect instanceof SipFlowState.Effect.TellMoved told) {
      parts.tell(l -> l.flowMoved(line.name(), told.path(), told.cause()));
    } else if (effect instanceof SipFlowState.Effect.TellLost told) {
      parts.tell(l -> l.flowLost(line.name(), told.path(), told.cause()));
    }
  }

  private final class RegisteredFlow implements LineRegistration.Flow {
    /** Granted by a registration, the way is there; after a rest it is to be found anew. */
    @Override
    public void granted(Grant grant, String cause) {
      if (flow.current().isPresent() && flow.path().isPresent()) {
        FlowPath path = flow.path().get();
        calls.assigned(flow.current().get());
        handle(new SipFlowState.Event.Registered(path, cause));
        tools.seen().accept(path.mapped().address());
      }
    }

    @Override
    public void close(String cause) {
      handle(new SipFlowState.Event.Close(cause));
    }

    @Override
    public void suspected(String cause) {
      if (!isOpen() || !flow.path().filter(registration::accountsFor).isPresent()) {
        suspect(cause);
      }
    }

    @Override
    public boolean busy() {
      return calls.inProgress() && isOpen();
    }

    @Override
    public boolean open() {
      return isOpen();
    }
  }

  private final class FlowEvents implements SipFlow.Listener {
    @Override
    public void received(SipInput message, SipPort from) {
      calls.received(message, from);
    }

    @Override
    public void dead(String cause) {
      flow.suspect();
      handle(new SipFlowState.Event.Dead(cause));
    }

    @Override
    public void seenElsewhere(Endpoint mapped) {
      verify("the registrar sees " + mapped + " now");
    }

    @Override
    public void closed(SipPort port) {
      calls.closed(port);
    }
  }
}
