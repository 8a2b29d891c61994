// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.runtime;

import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.DatagramReceiver;
import io.phoneagent.spi.ListenerPort;
import io.phoneagent.spi.StreamAcceptor;
import io.phoneagent.spi.StreamPort;
import io.phoneagent.spi.StreamReceiver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;

/**
 * One thread that owns some state: tasks, timers and received datagrams all run on it, one after
 * the other. {@link #execute} and {@link #schedule} may be called from any thread.
 */
public interface Loop extends Timers, Executor {

  /** The clock behind these timers. */
  Clock clock();

  @Override
  default long nanos() {
    return clock().nanos();
  }

  /**
   * Opens a UDP socket whose datagrams are received on this loop.
   *
   * @param local the address to bind; port 0 takes a free one
   * @throws IOException if it cannot be bound
   */
  DatagramPort openDatagram(InetSocketAddress local, DatagramReceiver receiver) throws IOException;

  /**
   * Opens a UDP socket that hears a multicast group on one interface, on this loop.
   *
   * @param group its address and port; the port may be shared with other sockets
   * @throws IOException if the group cannot be joined there
   */
  DatagramPort openMulticast(
      InetSocketAddress group, String interfaceName, DatagramReceiver receiver) throws IOException;

  /**
   * Begins to open a TCP connection whose octets are received on this loop.
   *
   * @param local the address to bind; port 0 takes a free one
   * @throws IOException if it cannot be bound
   */
  StreamPort openStream(InetSocketAddress local, InetSocketAddress remote, StreamReceiver receiver)
      throws IOException;

  /**
   * Takes TCP connections, whose octets are received on this loop.
   *
   * @param local the address to bind; port 0 takes a free one
   * @throws IOException if it cannot be bound
   */
  ListenerPort openListener(InetSocketAddress local, StreamAcceptor acceptor) throws IOException;
}
