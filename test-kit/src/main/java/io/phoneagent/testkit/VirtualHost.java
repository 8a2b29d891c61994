// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.testkit;

import io.phoneagent.runtime.Clock;
import io.phoneagent.runtime.Loop;
import io.phoneagent.runtime.Timer;
import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.DatagramReceiver;
import io.phoneagent.spi.ListenerPort;
import io.phoneagent.spi.NetworkBinding;
import io.phoneagent.spi.StreamAcceptor;
import io.phoneagent.spi.StreamPort;
import io.phoneagent.spi.StreamReceiver;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
  private final Map<InetSocketAddress, List<GroupSocket>> groups = new HashMap<>();
  private final Map<Integer, VirtualListener> listeners = new HashMap<>();
  // Those of them that were opened by what runs here, and not by a test.
  private final Set<Integer> opened = new HashSet<>();
  private final Map<Ends, VirtualStream> streams = new HashMap<>();
  private int nextPort = FIRST_PORT;
  private int mostSockets = Integer.MAX_VALUE;
  private boolean cut;

  private record Ends(int localPort, InetSocketAddress remote) {}

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

  /** How many sockets, connections and listeners are open; not those of {@link #listen}. */
  public int openSockets() {
    return sockets.size()
        + streams.size()
        + opened.size()
        + groups.values().stream().mapToInt(List::size).sum();
  }

  /** No more than so many sockets and connections can be open from now on. */
  public void mostSockets(int most) {
    mostSockets = most;
  }

  /** Takes TCP connections at a port. */
  public void listen(int port, VirtualListener listener) {
    listeners.put(port, listener);
  }

  /** What runs on it is killed: connections are reset, and nothing listens any more. */
  public void killAll() {
    sockets.clear();
    groups.clear();
    listeners.clear();
    opened.clear();
    for (VirtualStream stream : new ArrayList<>(streams.values())) {
      send(stream, Packet.of(Packet.Kind.RESET));
      streams.remove(ends(stream));
    }
  }

  /** A loop whose sockets are this host's. */
  public Loop loop() {
    return new HostLoop();
  }

  /** The network as this host reaches it, without TCP for an HTTP client. */
  public NetworkBinding network() {
    return new HostNetwork();
  }

  private DatagramPort open(InetSocketAddress local, DatagramReceiver receiver) throws IOException {
    requireFree();
    int port = local.getPort() == 0 ? nextPort++ : local.getPort();
    if (sockets.containsKey(port)) {
      throw new BindException("port " + port + " is taken");
    }
    Socket socket = new Socket(new InetSocketAddress(address, port), receiver);
    sockets.put(port, socket);
    return socket;
  }

  private void requireFree() throws SocketException {
    if (openSockets() >= mostSockets) {
      throw new SocketException("Too many open files");
    }
  }

  private DatagramPort join(InetSocketAddress group, DatagramReceiver receiver) {
    GroupSocket socket = new GroupSocket(group, receiver);
    groups.computeIfAbsent(group, g -> new ArrayList<>()).add(socket);
    return socket;
  }

  private StreamPort openStream(
      InetSocketAddress local, InetSocketAddress remote, StreamReceiver receiver)
      throws IOException {
    requireFree();
    int port = local.getPort() == 0 ? nextPort++ : local.getPort();
    VirtualStream stream = stream(new InetSocketAddress(address, port), remote, receiver);
    network.time().execute(() -> send(stream, Packet.of(Packet.Kind.OPEN)));
    return stream;
  }

  private VirtualStream stream(
      InetSocketAddress local, InetSocketAddress remote, StreamReceiver receiver) {
    Ends ends = new Ends(local.getPort(), remote);
    VirtualStream stream =
        new VirtualStream(local, remote, receiver, this::send, () -> streams.remove(ends));
    streams.put(ends, stream);
    return stream;
  }

  private static Ends ends(VirtualStream stream) {
    return new Ends(stream.local().getPort(), stream.remote());
  }

  private void send(VirtualStream stream, Packet packet) {
    // Only what it knows; after a restart that is not what the stream's owner believes.
    if (streams.get(ends(stream)) == stream) {
      send(packet, stream.local(), stream.remote());
    }
  }

  private void send(Packet packet, InetSocketAddress from, InetSocketAddress to) {
    if (cut) {
      return;
    }
    if (nat.isPresent()) {
      nat.get().outbound(packet, from, to);
    } else {
      network.carry(packet, from, to);
    }
  }

  boolean deliver(Packet packet, InetSocketAddress from, InetSocketAddress to) {
    if (cut) {
      return false;
    }
    if (packet.isTcp()) {
      network.time().execute(() -> receive(packet, from, to));
      return true;
    }
    if (to.getAddress().isMulticastAddress()) {
      List<GroupSocket> members = groups.getOrDefault(to, List.of());
      members.forEach(m -> network.time().execute(() -> m.receive(packet, from)));
      return !members.isEmpty();
    }
    Socket socket = sockets.get(to.getPort());
    if (socket == null) {
      return false;
    }
    network.time().execute(() -> socket.receive(packet, from));
    return true;
  }

  private void receive(Packet packet, InetSocketAddress from, InetSocketAddress to) {
    VirtualStream known = streams.get(new Ends(to.getPort(), from));
    VirtualListener listener = listeners.get(to.getPort());
    if (known != null) {
      known.received(packet);
    } else if (packet.kind() == Packet.Kind.OPEN && listener != null) {
      accept(listener, from, to);
    } else if (packet.kind() != Packet.Kind.RESET) {
      send(Packet.of(Packet.Kind.RESET), to, from);
    }
  }

  private void accept(VirtualListener listener, InetSocketAddress from, InetSocketAddress to) {
    Accepted receiver = new Accepted();
    VirtualStream stream = stream(to, from, receiver);
    StreamReceiver taken = listener.accept(stream, from);
    receiver.taken = Optional.of(taken);
    send(stream, Packet.of(Packet.Kind.OPENED));
    stream.opened();
    if (taken instanceof Unwanted) {
      stream.close();
    }
  }

  private ListenerPort openListener(InetSocketAddress local, StreamAcceptor acceptor)
      throws IOException {
    requireFree();
    int port = local.getPort() == 0 ? nextPort++ : local.getPort();
    if (listeners.containsKey(port)) {
      throw new BindException("port " + port + " is taken");
    }
    VirtualListener listener =
        (stream, from) -> acceptor.accept(stream, from).orElseGet(Unwanted::new);
    listeners.put(port, listener);
    opened.add(port);
    return new ListenerPort() {
      @Override
      public InetSocketAddress local() {
        return new InetSocketAddress(address, port);
      }

      @Override
      public void close() {
        if (listeners.remove(port, listener)) {
          opened.remove(port);
        }
      }
    };
  }

  /** Of a connection that nobody has taken. */
  private static final class Unwanted implements StreamReceiver {
    @Override
    public void connected() {}

    @Override
    public void received(ByteBuffer data) {}

    @Override
    public void closed(String cause) {}
  }

  /** What a listener has to say who hears of a connection, it says after the connection is made. */
  private static final class Accepted implements StreamReceiver {
    private Optional<StreamReceiver> taken = Optional.empty();

    @Override
    public void connected() {
      taken.ifPresent(StreamReceiver::connected);
    }

    @Override
    public void received(ByteBuffer data) {
      taken.ifPresent(t -> t.received(data));
    }

    @Override
    public void closed(String cause) {
      taken.ifPresent(t -> t.closed(cause));
    }
  }

  private final class Socket implements DatagramPort {
    private final InetSocketAddress local;
    private final DatagramReceiver receiver;

    Socket(InetSocketAddress local, DatagramReceiver receiver) {
      this.local = local;
      this.receiver = receiver;
    }

    private void receive(Packet packet, InetSocketAddress from) {
      if (sockets.get(local.getPort()) == this) {
        receiver.received(packet.octets(), from);
      }
    }

    @Override
    public InetSocketAddress local() {
      return local;
    }

    @Override
    public void send(ByteBuffer data, InetSocketAddress to) {
      Packet packet = Packet.of(Packet.Kind.DATAGRAM, data);
      if (sockets.get(local.getPort()) == this) {
        VirtualHost.this.send(packet, local, to);
      }
    }

    @Override
    public void close() {
      sockets.remove(local.getPort(), this);
    }
  }

  private final class GroupSocket implements DatagramPort {
    private final InetSocketAddress group;
    private final DatagramReceiver receiver;

    GroupSocket(InetSocketAddress group, DatagramReceiver receiver) {
      this.group = group;
      this.receiver = receiver;
    }

    private void receive(Packet packet, InetSocketAddress from) {
      if (groups.getOrDefault(group, List.of()).contains(this)) {
        receiver.received(packet.octets(), from);
      }
    }

    @Override
    public InetSocketAddress local() {
      return new InetSocketAddress(address, group.getPort());
    }

    @Override
    public void send(ByteBuffer data, InetSocketAddress to) {
      VirtualHost.this.send(Packet.of(Packet.Kind.DATAGRAM, data), local(), to);
    }

    @Override
    public void close() {
      groups.getOrDefault(group, new ArrayList<>()).remove(this);
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
    public DatagramPort openMulticast(
        InetSocketAddress group, String interfaceName, DatagramReceiver receiver) {
      return join(group, receiver);
    }

    @Override
    public StreamPort openStream(
        InetSocketAddress local, InetSocketAddress remote, StreamReceiver receiver)
        throws IOException {
      return VirtualHost.this.openStream(local, remote, receiver);
    }

    @Override
    public ListenerPort openListener(InetSocketAddress local, StreamAcceptor acceptor)
        throws IOException {
      return VirtualHost.this.openListener(local, acceptor);
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
    public DatagramPort openMulticast(
        InetSocketAddress group, String interfaceName, DatagramReceiver receiver) {
      return join(group, receiver);
    }

    @Override
    public StreamPort openStream(
        InetSocketAddress local, InetSocketAddress remote, StreamReceiver receiver)
        throws IOException {
      return VirtualHost.this.openStream(local, remote, receiver);
    }

    @Override
    public ListenerPort openListener(InetSocketAddress local, StreamAcceptor acceptor)
        throws IOException {
      return VirtualHost.this.openListener(local, acceptor);
    }

    @Override
    public SocketFactory sockets() {
      throw new IllegalStateException(
          "a virtual network has no HTTP; give the agent an HttpExchange");
    }

    @Override
    public List<InetAddress> resolve(String host) throws UnknownHostException {
      return network.resolve(host);
    }
  }
}
