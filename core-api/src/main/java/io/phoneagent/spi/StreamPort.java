// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * A TCP connection, open or being opened. Its methods may be called from any thread and never
 * block.
 */
public interface StreamPort extends AutoCloseable {

  /** The bound address and port. */
  InetSocketAddress local();

  /**
   * Sends. What cannot leave yet waits its turn, up to some hundred kilobytes: a connection whose
   * other end takes no more than that is closed. Without effect once it is closed.
   *
   * @param data read from its position to its limit before the call returns
   */
  void send(ByteBuffer data);

  /** Closes the connection; its receiver hears nothing afterwards. Idempotent. */
  @Override
  void close();
}
