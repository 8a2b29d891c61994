// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.testkit;

import io.phoneagent.spi.StreamPort;
import io.phoneagent.spi.StreamReceiver;
import java.net.InetSocketAddress;

/** Takes the TCP connections that come in at a port of a {@link VirtualHost}. */
@FunctionalInterface
public interface VirtualListener {

  /**
   * A connection has come in.
   *
   * @param stream sends to the other end
   * @param from where it comes from
   * @return told what it brings
   */
  StreamReceiver accept(StreamPort stream, InetSocketAddress from);
}
