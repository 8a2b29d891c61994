// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.Endpoint;
import io.phoneagent.Transport;
import io.phoneagent.runtime.Timer;
import io.phoneagent.sip.SipPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * One socket or connection of a line to a server of its registrar, which is a peer of its own: what
 * was asked through one port is not answered through another. Only what comes from that server's
 * address and port is heard. On the loop.
 */
final class SipPort implements SipPeer, FlowCarrier.Listener {
  // Three round trips of a bad network until TLS is up, and one repetition by TCP.
  private static final Duration CONNECT_TIME = Duration.ofSeconds(3);
  // A server that closes each connection at once is not asked more often.
  private static final Duration SHORTEST_TRY = Duration.ofSeconds(1);
  // What is to go out as soon as there is a connection.
  private static final int MOST_WAITING = 8;
  private static final byte[] PING = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  /** Told what happens. */
  interface Owner {

    /** It can send. */
    void ready(SipPort port);

    /** Octets have come from the server. */
    void heard(SipPort port);

    /** A message has come from the server. */
    void received(SipPort port, ByteBuffer message);

    /** It is over; not told before another one may be opened. */
    void closed(SipPort port, String cause);

    /**
     * It is over, at this very moment.
     *
     * @param opened whether it could ever send
     */
    default void gone(SipPort port, boolean opened) {}
  }

  private final AgentParts parts;
  private final RegistrarTarget target;
  private final Endpoint server;
  private final Owner owner;
  private final long openedAt;
  private final Deque<ByteBuffer> waiting = new ArrayDeque<>();
  private Optional<FlowCarrier> carrier = Optional.empty();
  private boolean ready;
  private boolean dead;
  private Timer end = () -> {};

  private SipPort(AgentParts parts, RegistrarTarget target, InetAddress address, Owner owner) {
    this.parts = parts;
    this.target = target;
    this.server = new Endpoint(address, target.port());
    this.owner = owner;
    this.openedAt = parts.loop().nanos();
  }

  /**
   * Opens one.
   *
   * @param address of the server
   * @param local the phone's
   * @throws IOException if the local address is gone, or all its ports are taken
   */
  static SipPort open(
      AgentParts parts, RegistrarTarget target, InetAddress address, InetAddress local, Owner owner)
      throws IOException {
    SipPort port = new SipPort(parts, target, address, owner);
    port.carrier =
        Optional.of(
            FlowCarrier.open(
                port.server,
                target.transport(),
                target.domain(),
                local,
                parts.network(),
                parts.tls(),
                port));
    if (target.transport().isStream()) {
      port.end = parts.loop().schedule(CONNECT_TIME, () -> port.closed("no connection"));
    } else {
      port.ready = true;
    }
    return port;
  }

  RegistrarTarget target() {
    return target;
  }

  Endpoint server() {
    return server;
  }

  Endpoint local() {
    return carrier.map(FlowCarrier::local).orElseThrow(() -> new IllegalStateException("not open"));
  }

  boolean isReady() {
    return ready && !dead;
  }

  boolean isDead() {
    return dead;
  }

  /** Sends a message, as soon as there is a connection. */
  void send(ByteBuffer message) throws IOException {
    if (dead || waiting.size() == MOST_WAITING) {
      throw new IOException("the port is closed");
    }
    if (ready) {
      carrier.ifPresent(c -> c.send(message));
    } else {
      waiting.add(message);
    }
  }

  /** Line ends, which are no message. */
  void ping() {
    if (isReady()) {
      carrier.ifPresent(c -> c.send(ByteBuffer.wrap(PING)));
    }
  }

  @Override
  public void ready() {
    if (!dead) {
      end.cancel();
      ready = true;
      carrier.ifPresent(c -> waiting.forEach(c::send));
      waiting.clear();
      owner.ready(this);
    }
  }

  @Override
  public void heard() {
    owner.heard(this);
  }

  @Override
  public void stun(ByteBuffer message) {
    // A registrar has nothing to say in STUN.
  }

  @Override
  public void stunFromElsewhere(ByteBuffer message) {
    // Nor has anybody else.
  }

  @Override
  public void other(ByteBuffer message) {
    if (!dead) {
      owner.heard(this);
      owner.received(this, message);
    }
  }

  @Override
  public void closed(String cause) {
    if (dead) {
      return;
    }
    close();
    owner.gone(this, ready);
    long age = parts.loop().nanos() - openedAt;
    Duration wait = Duration.ofNanos(Math.max(0, SHORTEST_TRY.toNanos() - age));
    end = parts.loop().schedule(wait, () -> owner.closed(this, cause));
  }

  /** Closes it after this time. */
  void closeIn(Duration delay) {
    end.cancel();
    if (!dead) {
      end = parts.loop().schedule(delay, this::close);
    }
  }

  void close() {
    dead = true;
    end.cancel();
    carrier.ifPresent(FlowCarrier::close);
  }

  @Override
  public String transport() {
    return target.transport().name();
  }

  boolean isStream() {
    return target.transport() != Transport.UDP;
  }

  @Override
  public String host() {
    return hostOf(server.address());
  }

  /** Without the zone, which means something on this machine only. */
  static String hostOf(InetAddress address) {
    String text = address.getHostAddress();
    int zone = text.indexOf('%');
    return zone < 0 ? text : text.substring(0, zone);
  }

  @Override
  public int port() {
    return server.port();
  }

  /**
   * A dialog's other end is the server, whichever of our ports it speaks to; by TLS, no other way.
   */
  @Override
  public boolean isSameEnd(SipPeer other) {
    return other instanceof SipPort port
        && port.server.equals(server)
        && (port.target.transport() == Transport.TLS) == (target.transport() == Transport.TLS);
  }

  @Override
  public String toString() {
    return transport() + ' ' + server;
  }
}
