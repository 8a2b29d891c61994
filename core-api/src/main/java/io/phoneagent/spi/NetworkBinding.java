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
 *
 * <p>A plug-in is a class with a public constructor without parameters that a jar provides as this
 * service, in its module descriptor and in {@code META-INF/services}; a device has one at most, and
 * each agent gets an object of its own.
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

  /**
   * Opens a UDP socket that hears what is sent to a multicast group on one interface. The port may
   * be shared with other sockets of this machine, which hear the same.
   *
   * @param group its address and port
   * @param interfaceName such as {@code eth0}
   * @param receiver called on the agent's thread
   * @throws IOException if it cannot be joined; a network that does not say otherwise has no
   *     multicast, and an agent on it finds out at its next check what others announce
   */
  default DatagramPort openMulticast(
      InetSocketAddress group, String interfaceName, DatagramReceiver receiver) throws IOException {
    throw new IOException("this network has no multicast");
  }

  /**
   * Begins to open a TCP connection; returns at once. There is no time-out of its own: whoever does
   * not want to wait longer closes it.
   *
   * @param local the address to bind; port 0 takes a free one
   * @param receiver called on the agent's thread
   * @throws IOException if it cannot be bound
   */
  StreamPort openStream(InetSocketAddress local, InetSocketAddress remote, StreamReceiver receiver)
      throws IOException;

  /**
   * Takes TCP connections that others open.
   *
   * @param local the address to bind; port 0 takes a free one
   * @param acceptor called on the agent's thread
   * @throws IOException if it cannot be bound; a network that does not say otherwise lets nobody
   *     in, and an agent on it finds out at its next check what others would tell
   */
  default ListenerPort openListener(InetSocketAddress local, StreamAcceptor acceptor)
      throws IOException {
    throw new IOException("this network takes no connections");
  }

  /** Makes TCP sockets for the HTTP client. */
  SocketFactory sockets();

  /**
   * Looks up a name; blocks.
   *
   * @throws UnknownHostException if it has no address
   */
  List<InetAddress> resolve(String host) throws UnknownHostException;
}
