// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.Endpoint;
import io.phoneagent.Transport;
import io.phoneagent.flow.FlowFramer;
import io.phoneagent.flow.FramedMessage;
import io.phoneagent.flow.StunMessage;
import io.phoneagent.runtime.TlsStream;
import io.phoneagent.sip.SipFramer;
import io.phoneagent.sip.SipLimits;
import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.NetworkBinding;
import io.phoneagent.spi.StreamPort;
import io.phoneagent.spi.StreamReceiver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** What carries a flow to the assigned endpoint: a UDP socket, or a connection. */
interface FlowCarrier {

  /** Its own address and port. */
  Endpoint local();

  /** Sends one message. */
  void send(ByteBuffer message);

  /** Closes it; nothing is heard of it afterwards. */
  void close();

  /** Told what comes of it, on the agent's thread, and never before it is opened. */
  interface Listener {

    /** It can send. A socket can at once. */
    void ready();

    /** A STUN message came from the assigned endpoint. */
    void stun(ByteBuffer message);

    /** A STUN message came from elsewhere: where the switch has moved, it speaks from there. */
    void stunFromElsewhere(ByteBuffer message);

    /** Another message came from there: of SIP, or a framed one with its frame. */
    void other(ByteBuffer message);

    /** The connection is gone, or never came to be. */
    void closed(String cause);

    /** Octets have come over the connection, be they a message or not. */
    default void heard() {}
  }

  /**
   * Opens one.
   *
   * @throws IOException if the local address is gone, or all its ports are taken
   */
  static FlowCarrier open(
      Grant grant, InetAddress local, NetworkBinding network, FlowTls tls, Listener listener)
      throws IOException {
    return open(
        grant.assignment().endpoint(),
        grant.assignment().transport(),
        grant.serverName(),
        local,
        network,
        tls,
        listener);
  }

  /**
   * Opens one to this endpoint.
   *
   * @param serverName what its certificate has to be for
   * @throws IOException if the local address is gone, or all its ports are taken
   */
  static FlowCarrier open(
      Endpoint endpoint,
      Transport transport,
      String serverName,
      InetAddress local,
      NetworkBinding network,
      FlowTls tls,
      Listener listener)
      throws IOException {
    InetSocketAddress from = new InetSocketAddress(local, 0);
    InetSocketAddress to = endpoint.socketAddress();
    return switch (transport) {
      case UDP -> ofDatagrams(network, from, to, listener);
      case TCP -> ofStream(network.openStream(from, to, new Octets(listener)));
      case TLS ->
          ofStream(
              TlsStream.open(
                  network, from, to, tls.engine(serverName, to.getPort()), new Octets(listener)));
    };
  }

  private static FlowCarrier ofDatagrams(
      NetworkBinding network, InetSocketAddress from, InetSocketAddress to, Listener listener)
      throws IOException {
    DatagramPort socket =
        network.openDatagram(
            from,
            (datagram, source) -> {
              if (!source.equals(to)) {
                // Nobody but the switch has anything to say here, and it has to prove that.
                if (StunMessage.begins(datagram)) {
                  listener.stunFromElsewhere(datagram);
                }
                return;
              }
              if (StunMessage.begins(datagram)) {
                listener.stun(datagram);
              } else {
                listener.other(datagram);
              }
            });
    return new FlowCarrier() {
      @Override
      public Endpoint local() {
        return Endpoint.of(socket.local());
      }

      @Override
      public void send(ByteBuffer message) {
        socket.send(message, to);
      }

      @Override
      public void close() {
        socket.close();
      }
    };
  }

  private static FlowCarrier ofStream(StreamPort stream) {
    return new FlowCarrier() {
      @Override
      public Endpoint local() {
        return Endpoint.of(stream.local());
      }

      @Override
      public void send(ByteBuffer message) {
        stream.send(message);
      }

      @Override
      public void close() {
        stream.close();
      }
    };
  }

  /** Cuts what a connection brings into messages. */
  final class Octets implements StreamReceiver {
    private final Listener listener;
    private final FlowFramer framer;
    private boolean broken;

    Octets(Listener listener) {
      this.listener = listener;
      SipFramer sip = new SipFramer(SipLimits.defaults(), FlowFramer::begins);
      this.framer = new FlowFramer(this::own, octets -> sip.receive(octets, listener::other));
    }

    private void own(ByteBuffer message) {
      if (FramedMessage.begins(message)) {
        listener.other(message);
      } else {
        listener.stun(message);
      }
    }

    @Override
    public void connected() {
      listener.ready();
    }

    @Override
    public void received(ByteBuffer data) {
      if (broken) {
        return;
      }
      listener.heard();
      if (!framer.receive(data)) {
        broken = true;
        listener.closed("what answers there does not speak our protocols");
      }
    }

    @Override
    public void closed(String cause) {
      if (!broken) {
        listener.closed(cause);
      }
    }
  }
}
