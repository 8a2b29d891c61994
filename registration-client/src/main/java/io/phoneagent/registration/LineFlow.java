// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.Endpoint;
import io.phoneagent.FlowPath;
import io.phoneagent.flow.FlowClient;
import io.phoneagent.flow.FlowKey;
import io.phoneagent.flow.StunMessage;
import io.phoneagent.runtime.Timer;
import io.phoneagent.runtime.Timers;
import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.NetworkBinding;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The UDP sockets of one line's flow: the one in use, and the one before it, which goes on
 * answering for a while. What is not STUN is handed on, if it comes from the assigned endpoint.
 */
final class LineFlow {
  // Time for the switch to try the old path and for calls that are on it to move.
  private static final Duration REST = Duration.ofSeconds(30);

  /** Told what happens on the sockets, on the agent's thread. */
  interface Listener {

    /** A bind was granted. */
    void bound(FlowPath path);

    /** A bind was not answered. */
    void unanswered();

    /** Something other than STUN arrived from the assigned endpoint. */
    void received(ByteBuffer datagram);
  }

  private final NetworkBinding network;
  private final Timers timers;
  private final Random random;
  private final Listener listener;
  private Optional<Port> current = Optional.empty();
  private Optional<Port> resting = Optional.empty();
  private String keyId = "";
  private AtomicLong counter = new AtomicLong(1);

  LineFlow(NetworkBinding network, Timers timers, Random random, Listener listener) {
    this.network = network;
    this.timers = timers;
    this.random = random;
    this.listener = listener;
  }

  /** Opens another local port and binds from it. */
  void bindNewPort(Grant grant, InetAddress local) {
    Port opened = new Port(grant);
    try {
      opened.open(local);
    } catch (IOException e) {
      // The address is gone or all ports are taken: as good as a bind that nobody answers.
      timers.schedule(Duration.ofSeconds(1), listener::unanswered);
      return;
    }
    resting.ifPresent(Port::close);
    resting = current;
    current = Optional.of(opened);
    opened.client.bind();
  }

  /** Binds from the port that is open, perhaps with another key. */
  void bindSamePort(Grant grant, InetAddress local) {
    if (!current.isPresent()) {
      bindNewPort(grant, local);
      return;
    }
    Port port = current.get();
    if (!port.grant.flowKey().keyId().equals(grant.flowKey().keyId())) {
      port.client.close();
      port.grant = grant;
      port.client = port.newClient();
    }
    port.client.bind();
  }

  /** Sends to the assigned endpoint. */
  void send(ByteBuffer datagram) {
    current.ifPresent(p -> p.send(datagram));
  }

  /** The local address and port of the flow. */
  Optional<Endpoint> local() {
    return current.map(p -> Endpoint.of(p.socket.local()));
  }

  void close() {
    current.ifPresent(Port::close);
    resting.ifPresent(Port::close);
    current = Optional.empty();
    resting = Optional.empty();
  }

  private final class Port {
    private Grant grant;
    private FlowClient client;
    private DatagramPort socket = new ClosedPort();
    private Timer end = () -> {};

    Port(Grant grant) {
      this.grant = grant;
      this.client = newClient();
    }

    void open(InetAddress local) throws IOException {
      socket = network.openDatagram(new InetSocketAddress(local, 0), this::received);
    }

    private FlowClient newClient() {
      FlowKey key =
          new FlowKey(
              grant.flowKey().keyId(), Base64.getEncoder().encodeToString(grant.flowKey().key()));
      if (!keyId.equals(key.id())) {
        keyId = key.id();
        counter = new AtomicLong(1);
      }
      return new FlowClient(
          key,
          counter,
          grant.assignment().keepAlive(),
          timers,
          this::send,
          new FlowClient.Listener() {
            @Override
            public void bound(Endpoint mapped) {
              boundAs(mapped);
            }

            @Override
            public void unanswered() {
              if (isCurrent()) {
                listener.unanswered();
              }
            }
          },
          random);
    }

    private boolean isCurrent() {
      return current.isPresent() && current.get() == this;
    }

    private void boundAs(Endpoint mapped) {
      if (!isCurrent()) {
        return;
      }
      resting.ifPresent(
          old -> {
            old.client.rest();
            old.end.cancel();
            old.end = timers.schedule(REST, old::close);
          });
      listener.bound(
          new FlowPath(Endpoint.of(socket.local()), mapped, grant.assignment().endpoint()));
    }

    void send(ByteBuffer datagram) {
      socket.send(datagram, grant.assignment().endpoint().socketAddress());
    }

    private void received(ByteBuffer datagram, InetSocketAddress from) {
      if (!from.equals(grant.assignment().endpoint().socketAddress())) {
        return; // nobody but the switch has anything to say here
      }
      if (StunMessage.begins(datagram)) {
        client.received(datagram);
      } else {
        client.heard();
        listener.received(datagram);
      }
    }

    void close() {
      end.cancel();
      client.close();
      socket.close();
    }
  }

  /** Stands for a socket until it is opened. */
  private static final class ClosedPort implements DatagramPort {
    @Override
    public InetSocketAddress local() {
      throw new IllegalStateException("the port is not open");
    }

    @Override
    public void send(ByteBuffer data, InetSocketAddress to) {
      // A closed socket sends nothing.
    }

    @Override
    public void close() {
      // It is.
    }
  }
}
