// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import java.net.InetSocketAddress;
import java.util.Optional;

/** Decides about the TCP connections that others open. Called on the loop that listens. */
@FunctionalInterface
public interface StreamAcceptor {

  /**
   * A connection has come in. Returns at once.
   *
   * @param stream sends to the other end; what it is given now leaves too
   * @param from the other end
   * @return told what becomes of it, at first that it is connected; empty to close it unread
   */
  Optional<StreamReceiver> accept(StreamPort stream, InetSocketAddress from);
}
