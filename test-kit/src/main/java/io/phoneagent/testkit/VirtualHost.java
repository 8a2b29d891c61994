// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.testkit;

import io.phoneagent.runtime.Clock;
import io.phoneagent.runtime.Loop;
import io.phoneagent.runtime.Timer;
import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.DatagramReceiver;
import io.phoneagent.spi.NetworkBinding;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.SocketFactory;

/**
 * A machine in a virtual network: its loop runs on virtual time, its sockets are in that network.
 */
public final class VirtualHost {
  private static final int FIRST_PORT = 50_000;

  private final VirtualNetwork network;
  private final InetAddress address;
  private final Optional<VirtualNat> nat;
  private final Map<Integer, Socket> sockets = new HashMap<>();
  private int nextPort = FIRST_PORT;
  private boolean cut;

  VirtualHost(VirtualNetwork network, InetAddress address, Optional<VirtualNat> nat) {
    this.network = network;
    this.address = address;
    this.nat = nat;
  }

  /** Its own address. */
  public InetAddress address() {
    return address;
  }

  /** Drops everything to and from it, silently, or no longer. */
  public void cut(boolean dropped) {
    cut = dropped;
  }

  /** How many sockets are open. */
  public int openSockets() {
    return sockets.size();
  }

  /** A loop whose sockets are this host's. */
  public Loop loop() {
    return new HostLoop();
  }

  /** The network as this host reaches it; it has no TCP. */
  public NetworkBinding network() {
    return new HostNetwork();
  }

  private DatagramPort open(InetSocketAddress local, DatagramReceiver receiver) throws IOException {
    int port = local.getPort() == 0 ? nextPort++ : local.getPort();
    if (sockets.containsKey(port)) {
      throw new BindException("port " + port + " is taken");
    }
    Socket socket = new Socket(new InetSocketAddress(address, port), receiver);
    sockets.put(port, socket);
    return socket;
  }

  boolean deliver(byte[] data, InetSocketAddress from, InetSocketAddress to) {
    Socket socket = sockets.get(to.getPort());
    if (cut || socket == null) {
      return false;
    }
    network.time().execute(() -> socket.receive(data, from));
    return true;
  }

  private final class Socket implements DatagramPort {
    private final InetSocketAddress local;
    private final DatagramReceiver receiver;

    Socket(InetSocketAddress local, DatagramReceiver receiver) {
      this.local = local;
      this.receiver = receiver;
    }

    private void receive(byte[] data, InetSocketAddress from) {
      if (sockets.get(local.getPort()) == this) {
        receiver.received(ByteBuffer.wrap(data), from);
      }
    }

    @Override
    public InetSocketAddress local() {
      return local;
    }

    @Override
    public void send(ByteBuffer data, InetSocketAddress to) {
      byte[] copy = new byte[data.remaining()];
      data.get(copy);
      if (cut || sockets.get(local.getPort()) != this) {
        return;
      }
      if (nat.isPresent()) {
        nat.get().outbound(copy, local, to);
      } else {
        network.carry(copy, local, to);
      }
    }

    @Override
    public void close() {
      sockets.remove(local.getPort(), this);
    }
  }

  private final class HostLoop implements Loop {
    @Override
    public Clock clock() {
      return network.time();
    }

    @Override
    public DatagramPort openDatagram(InetSocketAddress local, DatagramReceiver receiver)
        throws IOException {
      return open(local, receiver);
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      return network.time().schedule(delay, task);
    }

    @Override
    public void execute(Runnable task) {
      network.time().execute(task);
    }
  }

  private final class HostNetwork implements NetworkBinding {
    @Override
    public DatagramPort openDatagram(InetSocketAddress local, DatagramReceiver receiver)
        throws IOException {
      return open(local, receiver);
    }

    @Override
    public SocketFactory sockets() {
      throw new IllegalStateException(
          "a virtual network has no TCP; give the agent an HttpExchange");
    }

    @Override
    public List<InetAddress> resolve(String host) throws UnknownHostException {
      throw new UnknownHostException(host + ": a virtual network has no names");
    }
  }
}
