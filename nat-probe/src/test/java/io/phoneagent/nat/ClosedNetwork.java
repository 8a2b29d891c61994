// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.DatagramReceiver;
import io.phoneagent.spi.NetworkBinding;
import io.phoneagent.spi.StreamPort;
import io.phoneagent.spi.StreamReceiver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import javax.net.SocketFactory;

/** A network that takes no connections, as those of vendors from before there were any. */
record ClosedNetwork(NetworkBinding open) implements NetworkBinding {
  @Override
  public DatagramPort openDatagram(InetSocketAddress local, DatagramReceiver receiver)
      throws IOException {
    return open.openDatagram(local, receiver);
  }

  @Override
  public StreamPort openStream(
      InetSocketAddress local, InetSocketAddress remote, StreamReceiver receiver)
      throws IOException {
    return open.openStream(local, remote, receiver);
  }

  @Override
  public SocketFactory sockets() {
    return open.sockets();
  }

  @Override
  public List<InetAddress> resolve(String host) throws UnknownHostException {
    return open.resolve(host);
  }
}
