// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import io.phoneagent.dnsswitch.dhcp.RelayedDhcp;
import io.phoneagent.flow.FlowSource;
import io.phoneagent.runtime.Loop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** The socket that relay agents send to. Owned by the loop. */
final class DhcpPort implements AutoCloseable {
  private final Loop loop;
  private final RelayedDhcp server;
  private final LocalSockets sockets;

  /**
   * Binds and serves.
   *
   * @throws IOException if the address cannot be bound
   */
  DhcpPort(Loop loop, InetSocketAddress bind, RelayedDhcp server) throws IOException {
    this.loop = loop;
    this.server = server;
    this.sockets = new LocalSockets(loop, bind, this::received);
  }

  private void received(ByteBuffer datagram, FlowSource from) {
    byte[] octets = new byte[datagram.remaining()];
    datagram.get(octets);
    server
        .answer(octets, from.address().getAddress())
        .thenAccept(
            answer ->
                answer.ifPresent(a -> loop.execute(() -> sockets.send(ByteBuffer.wrap(a), from))));
  }

  /** The bound address. */
  InetSocketAddress address() {
    return sockets.local();
  }

  @Override
  public void close() {
    sockets.close();
  }
}
