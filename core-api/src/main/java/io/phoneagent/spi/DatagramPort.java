// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** An open UDP socket. Its methods may be called from any thread and never block. */
public interface DatagramPort extends AutoCloseable {

  /** The bound address and port. */
  InetSocketAddress local();

  /**
   * Sends one datagram. UDP promises nothing: a datagram that cannot leave (no route, full buffer)
   * is lost, as it could be on the way.
   *
   * @param data read from its position to its limit before the call returns
   */
  void send(ByteBuffer data, InetSocketAddress to);

  /** Closes the socket; nothing is received afterwards. Idempotent. */
  @Override
  void close();
}
