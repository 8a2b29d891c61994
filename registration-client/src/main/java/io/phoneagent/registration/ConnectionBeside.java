// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.Endpoint;
import io.phoneagent.sip.LargeRequests;
import io.phoneagent.sip.SipInput;
import io.phoneagent.sip.SipLimits;
import io.phoneagent.sip.SipPeer;
import io.phoneagent.sip.SipReader;
import io.phoneagent.sip.SipRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * The connection to a line's server by which requests go that are too large for a datagram (RFC
 * 3261 section 18.1.1). It opens with the first of them and carries nothing but them and their
 * answers: the way that the line is called by stays the port it has registered by. On the loop.
 */
final class ConnectionBeside implements SipPort.Owner {
  // Longer than a call rings: its answer comes by the same connection.
  private static final Duration REST = Duration.ofMinutes(4);
  private static final Duration LEAVE = Duration.ofSeconds(3);

  private final AgentParts parts;
  private final SipFlow.Listener listener;
  private final SipReader reader = new SipReader(SipLimits.defaults());
  private final LargeRequests<Endpoint, SipPort> large;
  private Optional<SipPort> current = Optional.empty();
  private Optional<SipPort> of = Optional.empty();

  /**
   * None is open.
   *
   * @param listener told what the connection brings, and that it is over
   */
  ConnectionBeside(AgentParts parts, SipFlow.Listener listener) {
    this.parts = parts;
    this.listener = listener;
    this.large = new LargeRequests<>(parts.loop().clock());
  }

  /** The connection to the server that a port leads to; empty if that takes none. */
  Optional<SipPeer> to(SipPort port) {
    // Another port is there because the firewall has changed: the connection is none any more.
    boolean known =
        current.filter(c -> !c.isDead()).isPresent() && of.filter(p -> p == port).isPresent();
    if (!known) {
      close();
    }
    of = Optional.of(port);
    current = large.to(port.server(), () -> open(port));
    current.filter(SipPort::isReady).ifPresent(c -> c.closeIn(REST));
    return current.map(c -> c);
  }

  private Optional<SipPort> open(SipPort port) {
    try {
      return Optional.of(
          SipPort.open(
              parts,
              port.target().overTcp(),
              port.server().address(),
              port.local().address(),
              this));
    } catch (IOException e) {
      return Optional.empty(); // the address is gone, and the port with it
    }
  }

  /** None is wanted any more; what is under way may end. */
  void close() {
    current.ifPresent(c -> large.left(c.server(), c));
    current.ifPresent(c -> c.closeIn(LEAVE));
    current = Optional.empty();
  }

  /** The server has answered a datagram instead. */
  void overtaken(SipPort port) {
    if (large.overtaken(port.server(), port)) {
      port.close();
      listener.closed(port);
    }
  }

  @Override
  public void ready(SipPort port) {
    port.closeIn(REST);
  }

  @Override
  public void heard(SipPort port) {
    large.heard(port.server(), port);
    if (current.filter(c -> c == port).isPresent()) {
      port.closeIn(REST);
    }
  }

  /** New calls come by the port that the line has registered by, which outlives this connection. */
  @Override
  public void received(SipPort port, ByteBuffer message) {
    SipInput input = reader.read(message);
    if (!(input instanceof SipRequest request) || !request.toTag().isEmpty()) {
      listener.received(input, port);
    }
  }

  @Override
  public void gone(SipPort port, boolean opened) {
    large.closed(port.server(), port);
    listener.closed(port);
  }

  @Override
  public void closed(SipPort port, String cause) {
    // It was told when it was gone.
  }
}
