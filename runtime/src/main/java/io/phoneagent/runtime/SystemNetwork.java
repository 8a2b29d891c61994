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
import java.util.Arrays;
import java.util.List;
import javax.net.SocketFactory;

/** The network as the operating system offers it: its sockets, its routes, its resolver. */
public final class SystemNetwork implements NetworkBinding {
  private final Loop loop;

  /** Receives datagrams on this loop. */
  public SystemNetwork(Loop loop) {
    this.loop = loop;
  }

  @Override
  public DatagramPort openDatagram(InetSocketAddress local, DatagramReceiver receiver)
      throws IOException {
    return loop.openDatagram(local, receiver);
  }

  @Override
  public DatagramPort openMulticast(
      InetSocketAddress group, String interfaceName, DatagramReceiver receiver) throws IOException {
    return loop.openMulticast(group, interfaceName, receiver);
  }

  @Override
  public StreamPort openStream(
      InetSocketAddress local, InetSocketAddress remote, StreamReceiver receiver)
      throws IOException {
    return loop.openStream(local, remote, receiver);
  }

  @Override
  public ListenerPort openListener(InetSocketAddress local, StreamAcceptor acceptor)
      throws IOException {
    return loop.openListener(local, acceptor);
  }

  @Override
  public SocketFactory sockets() {
    return SocketFactory.getDefault();
  }

  @Override
  public List<InetAddress> resolve(String host) throws UnknownHostException {
    return Arrays.asList(InetAddress.getAllByName(host));
  }
}
