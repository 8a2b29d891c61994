// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.Call;
import io.phoneagent.CallTarget;
import io.phoneagent.Line;
import io.phoneagent.MediaDescription;
import io.phoneagent.PhoneAgentException;
import io.phoneagent.flow.FramedMessage;
import io.phoneagent.mgcp.CallAgents;
import io.phoneagent.mgcp.GatewayListener;
import io.phoneagent.mgcp.GatewayOptions;
import io.phoneagent.mgcp.MgcpEndpoint;
import io.phoneagent.mgcp.MgcpGateway;
import io.phoneagent.mgcp.MgcpLimits;
import io.phoneagent.mgcp.MgcpPeer;
import io.phoneagent.mgcp.NotifiedEntity;
import io.phoneagent.mgcp.RestartMethod;
import io.phoneagent.spi.IpLiteral;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The MGCP gateway of one line: a plain telephone, controlled by the switch over the line's flow.
 * The flow's other end is the one call agent there is. A flow that moves is no restart; another
 * switch is one, as it knows of no calls. A restart is announced when the switch asks for it, which
 * it does as fast as it can take it, or at the latest after a random delay.
 */
final class LineGateway implements LineSignalling {
  private enum Switch implements MgcpPeer {
    /** Whoever is at the flow's other end. */
    ON_THE_FLOW
  }

  private final AgentParts parts;
  private final Line line;
  private final Supplier<Duration> mostWaiting;
  private final MgcpGateway gateway;
  private final MgcpEndpoint endpoint;
  private Optional<Grant> grant = Optional.empty();
  private boolean started;

  /**
   * A gateway that is off until its flow is open.
   *
   * @param mostWaiting the longest wait of a restart, asked for at each
   */
  LineGateway(
      AgentParts parts,
      Line line,
      AnalogLine device,
      LineFlow flow,
      Supplier<Duration> mostWaiting) {
    this.parts = parts;
    this.line = line;
    this.mostWaiting = mostWaiting;
    this.gateway =
        new MgcpGateway(
            parts.loop(),
            (message, to) -> flow.send(FramedMessage.of(message)),
            new FlowsEnd(),
            // A name without an address: it stays when the network changes.
            GatewayOptions.of(line.number().e164().substring(1))
                .within(MgcpLimits.defaults().datagramBytes(FramedMessage.LONGEST)),
            parts.random()::nextDouble,
            new Told());
    this.endpoint = gateway.line(1, device.port(), device.media(parts.loop(), parts.network()));
    device.attach(parts.loop(), endpoint);
  }

  private final class FlowsEnd implements CallAgents {
    @Override
    public List<MgcpPeer> addresses(NotifiedEntity entity) {
      return grant.filter(g -> names(entity, g)).isPresent() ? firstAddresses() : List.of();
    }

    private boolean names(NotifiedEntity entity, Grant granted) {
      String domain = entity.domain();
      String host = domain.startsWith("[") ? domain.substring(1, domain.length() - 1) : domain;
      return host.equalsIgnoreCase(granted.serverName())
          || IpLiteral.parse(host)
              .filter(granted.assignment().endpoint().address()::equals)
              .isPresent();
    }

    @Override
    public boolean hears(MgcpPeer from) {
      return started; // what overtakes the flow's opening is repeated
    }

    @Override
    public Optional<NotifiedEntity> first() {
      return Optional.empty();
    }

    @Override
    public List<MgcpPeer> firstAddresses() {
      return List.of(Switch.ON_THE_FLOW);
    }
  }

  private final class Told implements GatewayListener {
    @Override
    public void inService(RestartMethod method) {
      note("the switch knows the telephone: " + method.text());
    }

    @Override
    public void disconnected(List<MgcpPeer> tried) {
      note("the switch does not answer the telephone");
    }

    @Override
    public void restartRefused(int code, String comment) {
      parts.disrupted(
          "telephone", "the switch refuses it: " + code + " " + comment, Optional.empty());
    }

    private void note(String what) {
      parts.note(line.number().e164(), what, "", "");
    }
  }

  @Override
  public void assigned(Grant now) {
    Optional<URI> before = grant.map(Grant::dnsSwitch);
    grant = Optional.of(now);
    if (started && before.isPresent() && !before.get().equals(now.dnsSwitch())) {
      started = false;
      gateway.stop(false, () -> {});
    }
  }

  @Override
  public void flowMoved() {
    if (started) {
      gateway.moved();
    } else {
      started = true;
      gateway.start(mostWaiting.get());
    }
  }

  @Override
  public void received(ByteBuffer message) {
    Optional<ByteBuffer> read = FramedMessage.read(message);
    if (!read.isPresent()) {
      return;
    }
    try {
      gateway.receive(read.get(), Switch.ON_THE_FLOW);
    } catch (RuntimeException | LinkageError e) {
      // A maker's port or media may have any defect; the flow goes on.
      parts.disrupted("telephone", "its port or media has failed: " + e, Optional.empty());
    }
  }

  @Override
  public boolean inProgress() {
    return !endpoint.isFree();
  }

  @Override
  public void hangUp() {
    if (started) {
      started = false;
      gateway.stop(true, () -> {});
    }
  }

  @Override
  public Call call(CallTarget target, MediaDescription offer) {
    throw new PhoneAgentException(
        line.number() + " is a plain telephone; it calls by what is dialled on it");
  }
}
