// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** Takes what a {@link DatagramPort} receives. Called on the loop that opened the port. */
@FunctionalInterface
public interface DatagramReceiver {

  /**
   * One datagram arrived.
   *
   * @param data its bytes; the buffer is valid during the call only
   * @param from the address and port in its header, which anybody can forge
   */
  void received(ByteBuffer data, InetSocketAddress from);
}
