// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.runtime;

import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.DatagramReceiver;
import io.phoneagent.spi.ListenerPort;
import io.phoneagent.spi.NetworkBinding;
import io.phoneagent.spi.StreamAcceptor;
import io.phoneagent.spi.StreamPort;
import io.phoneagent.spi.StreamReceiver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import javax.net.SocketFactory;

/** A vendor's network; what it receives is handed to a loop, whatever thread brings it. */
public final class LoopedNetwork implements NetworkBinding {
  private final NetworkBinding vendors;
  private final Executor loop;
  private final BooleanSupplier inLoop;

  /**
   * Wraps a network.
   *
   * @param loop takes what arrives
   * @param inLoop whether the caller is on it already
   */
  public LoopedNetwork(NetworkBinding vendors, Executor loop, BooleanSupplier inLoop) {
    this.vendors = vendors;
    this.loop = loop;
    this.inLoop = inLoop;
  }

  @Override
  public DatagramPort openDatagram(InetSocketAddress local, DatagramReceiver receiver)
      throws IOException {
    return vendors.openDatagram(local, (data, from) -> deliver(receiver, data, from));
  }

  @Override
  public DatagramPort openMulticast(
      InetSocketAddress group, String interfaceName, DatagramReceiver receiver) throws IOException {
    return vendors.openMulticast(
        group, interfaceName, (data, from) -> deliver(receiver, data, from));
  }

  private void deliver(DatagramReceiver receiver, ByteBuffer data, InetSocketAddress from) {
    if (inLoop.getAsBoolean()) {
      receiver.received(data, from);
      return;
    }
    ByteBuffer copy = OctetCopy.of(data);
    loop.execute(() -> receiver.received(copy, from));
  }

  @Override
  public StreamPort openStream(
      InetSocketAddress local, InetSocketAddress remote, StreamReceiver receiver)
      throws IOException {
    return vendors.openStream(local, remote, new LoopedStream(receiver));
  }

  @Override
  public ListenerPort openListener(InetSocketAddress local, StreamAcceptor acceptor)
      throws IOException {
    return vendors.openListener(
        local,
        (stream, from) -> {
          LoopedStream looped = new LoopedStream();
          loop.execute(() -> looped.judge(acceptor, stream, from));
          return Optional.of(looped);
        });
  }

  /** Hands what a vendor's connection brings to the loop, in its order. */
  private final class LoopedStream implements StreamReceiver {
    // Read and written on the loop only.
    private Optional<StreamReceiver> receiver;

    LoopedStream(StreamReceiver receiver) {
      this.receiver = Optional.of(receiver);
    }

    /** One that came in, and is judged on the loop before the loop hears anything of it. */
    LoopedStream() {
      this.receiver = Optional.empty();
    }

    private void judge(StreamAcceptor acceptor, StreamPort stream, InetSocketAddress from) {
      receiver = acceptor.accept(stream, from);
      if (!receiver.isPresent()) {
        stream.close();
      }
    }

    private void tell(Consumer<StreamReceiver> what) {
      loop.execute(() -> receiver.ifPresent(what));
    }

    @Override
    public void connected() {
      tell(StreamReceiver::connected);
    }

    @Override
    public void received(ByteBuffer data) {
      ByteBuffer copy = OctetCopy.of(data);
      tell(r -> r.received(copy));
    }

    @Override
    public void closed(String cause) {
      tell(r -> r.closed(cause));
    }
  }

  @Override
  public SocketFactory sockets() {
    return vendors.sockets();
  }

  @Override
  public List<InetAddress> resolve(String host) throws UnknownHostException {
    return vendors.resolve(host);
  }
}
