// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The way out for datagrams. */
@FunctionalInterface
public interface MgcpTransport {
  /**
   * Sends one datagram. The buffer is read-only and its octets never change, so it may be kept.
   *
   * @throws IOException if it cannot go out; it is as good as lost then
   */
  void send(ByteBuffer datagram, MgcpPeer to) throws IOException;
}
