// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.runtime;

import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.DatagramReceiver;
import io.phoneagent.spi.NetworkBinding;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import javax.net.SocketFactory;

/** A vendor's network, whose datagrams are handed to a loop whatever thread brings them. */
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

  private void deliver(DatagramReceiver receiver, ByteBuffer data, InetSocketAddress from) {
    if (inLoop.getAsBoolean()) {
      receiver.received(data, from);
      return;
    }
    ByteBuffer copy = ByteBuffer.allocate(data.remaining());
    copy.put(data);
    ((Buffer) copy).flip();
    loop.execute(() -> receiver.received(copy, from));
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
