// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.Endpoint;
import io.phoneagent.runtime.Timer;
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
final class LargeRequests implements SipPort.Owner {
  // A SYN that is lost is repeated after a second; whoever calls does not wait longer than this.
  private static final Duration CONNECT_TIME = Duration.ofMillis(1500);
  // Longer than a call rings: its answer comes by the same connection.
  private static final Duration REST = Duration.ofMinutes(4);
  private static final Duration LEAVE = Duration.ofSeconds(3);
  private static final long AGAIN_NANOS = Duration.ofMinutes(10).toNanos();

  /** A server that took no connection, and when. */
  private record Refusal(Endpoint server, long atNanos) {}

  private final AgentParts parts;
  private final SipFlow.Listener listener;
  private final SipReader reader = new SipReader(SipLimits.defaults());
  private Optional<SipPort> current = Optional.empty();
  private Optional<SipPort> of = Optional.empty();
  private Optional<Refusal> refused = Optional.empty();
  private Timer late = () -> {};

  /**
   * None is open.
   *
   * @param listener told what the connection brings, and that it is over
   */
  LargeRequests(AgentParts parts, SipFlow.Listener listener) {
    this.parts = parts;
    this.listener = listener;
  }

  /** The connection to the server that a port leads to; empty if that takes none. */
  Optional<SipPeer> beside(SipPort port) {
    // Another port is there because the firewall has changed: the connection is none any more.
    boolean known =
        current.filter(c -> !c.isDead()).isPresent() && of.filter(p -> p == port).isPresent();
    if (!known && !isRefused(port.server())) {
      open(port);
    } else if (!known) {
      return Optional.empty();
    }
    current.filter(SipPort::isReady).ifPresent(c -> c.closeIn(REST));
    return current.map(c -> c);
  }

  private boolean isRefused(Endpoint server) {
    return refused
        .filter(r -> r.server().equals(server))
        .filter(r -> parts.loop().nanos() - r.atNanos() < AGAIN_NANOS)
        .isPresent();
  }

  private void open(SipPort port) {
    close();
    try {
      SipPort made =
          SipPort.open(
              parts,
              port.target().overTcp(),
              port.server().address(),
              port.local().address(),
              this);
      current = Optional.of(made);
      of = Optional.of(port);
      late = parts.loop().schedule(CONNECT_TIME, () -> made.closed("no connection"));
    } catch (IOException e) {
      current = Optional.empty(); // the address is gone, and the port with it
    }
  }

  /** None is wanted any more; what is under way may end. */
  void close() {
    late.cancel();
    current.ifPresent(c -> c.closeIn(LEAVE));
    current = Optional.empty();
  }

  @Override
  public void ready(SipPort port) {
    late.cancel();
    port.closeIn(REST);
  }

  @Override
  public void heard(SipPort port) {
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
    if (current.filter(c -> c == port).isPresent()) {
      late.cancel();
      current = Optional.empty();
      refused = opened ? refused : Optional.of(new Refusal(port.server(), parts.loop().nanos()));
    }
    listener.closed(port);
  }

  @Override
  public void closed(SipPort port, String cause) {
    // It was told when it was gone.
  }
}
