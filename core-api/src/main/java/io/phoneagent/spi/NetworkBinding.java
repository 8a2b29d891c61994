// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import javax.net.SocketFactory;

/**
 * How an agent reaches the network: sockets bound to an interface, or led through a tunnel, and the
 * resolver that goes with it. Thread-safe.
 */
public interface NetworkBinding {

  /**
   * Opens a UDP socket.
   *
   * @param local the address to bind; port 0 takes a free one
   * @param receiver called on the agent's thread
   * @throws IOException if it cannot be bound
   */
  DatagramPort openDatagram(InetSocketAddress local, DatagramReceiver receiver) throws IOException;

  /** Makes TCP sockets. */
  SocketFactory sockets();

  /**
   * Looks up a name; blocks.
   *
   * @throws UnknownHostException if it has no address
   */
  List<InetAddress> resolve(String host) throws UnknownHostException;
}
