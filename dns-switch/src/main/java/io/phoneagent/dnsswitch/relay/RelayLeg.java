// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.relay;

import io.phoneagent.flow.StunMessage;
import io.phoneagent.flow.StunWriter;
import io.phoneagent.runtime.Clock;
import io.phoneagent.spi.DatagramPort;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/** One side of a call's media: a port of the relay's. Owned by the relay's loop. */
public final class RelayLeg {
  // An RTP header (RFC 3550, section 5.1).
  private static final int SHORTEST_RTP = 12;

  private final Clock clock;
  private final String ufrag;
  private final String password;
  private Optional<DatagramPort> port = Optional.empty();
  private int portNumber;
  private MediaSource source = new MediaSource.Stated(Optional.empty());
  private Optional<InetSocketAddress> remote = Optional.empty();
  private Optional<RelayLeg> partner = Optional.empty();
  private volatile long heardAtNanos;

  RelayLeg(Clock clock, String ufrag, String password) {
    this.clock = clock;
    this.heardAtNanos = clock.nanos();
    this.ufrag = ufrag;
    this.password = password;
  }

  void opened(DatagramPort opened) {
    port = Optional.of(opened);
    portNumber = opened.local().getPort();
  }

  /** The UDP port that this side sends to. */
  public int port() {
    return portNumber;
  }

  /** Names this end in connectivity checks. */
  public String ufrag() {
    return ufrag;
  }

  /** Proves connectivity checks; told to the phone in signalling only. */
  public String password() {
    return password;
  }

  void takeFrom(MediaSource newSource) {
    source = newSource;
    if (newSource instanceof MediaSource.Stated stated) {
      remote = stated.address();
    } else if (newSource instanceof MediaSource.FirstFrom) {
      remote = Optional.empty();
    }
  }

  void join(RelayLeg other) {
    partner = Optional.of(other);
  }

  /** When something that counts last came in, in the clock's nanoseconds. From any thread. */
  public long heardAtNanos() {
    return heardAtNanos;
  }

  void close() {
    partner = Optional.empty();
    port.ifPresent(DatagramPort::close);
    port = Optional.empty();
  }

  void received(ByteBuffer packet, InetSocketAddress from) {
    if (StunMessage.begins(packet)) {
      check(packet, from);
      return;
    }
    if (packet.remaining() < SHORTEST_RTP || (packet.get(packet.position()) & 0xC0) != 0x80) {
      return; // neither RTP nor RTCP of version 2
    }
    if (!remote.isPresent()
        && source instanceof MediaSource.FirstFrom first
        && first.address().equals(from.getAddress())) {
      remote = Optional.of(from);
    }
    if (remote.isPresent() && remote.get().equals(from)) {
      heardAtNanos = clock.nanos();
      partner.ifPresent(p -> p.send(packet));
    }
  }

  private void send(ByteBuffer packet) {
    if (remote.isPresent() && port.isPresent()) {
      port.get().send(packet, remote.get());
    }
  }

  /**
   * A connectivity check of ICE (RFC 8445, section 7.3); one that is not proven is not answered.
   */
  private void check(ByteBuffer packet, InetSocketAddress from) {
    Optional<StunMessage> read = StunMessage.read(packet);
    if (!(source instanceof MediaSource.Proven)
        || !read.isPresent()
        || read.get().kind() != StunMessage.Kind.REQUEST
        || !read.get().username().orElse("").startsWith(ufrag + ":")
        || !read.get().iceIntegrityHolds(password)) {
      return;
    }
    remote = Optional.of(from);
    heardAtNanos = clock.nanos();
    ByteBuffer answer =
        StunWriter.of(StunMessage.Kind.SUCCESS, read.get().transaction())
            .mappedAddress(from)
            .iceIntegrity(password);
    port.ifPresent(p -> p.send(answer, from));
  }
}
