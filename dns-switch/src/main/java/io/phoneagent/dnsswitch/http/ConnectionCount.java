// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.http;

import io.netty.channel.socket.SocketChannel;
import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;

/** How many connections each address has. Thread-safe. */
public final class ConnectionCount {
  private final int limit;
  private final ConcurrentHashMap<InetAddress, Integer> counts = new ConcurrentHashMap<>();

  public ConnectionCount(int limit) {
    this.limit = limit;
  }

  /** Whether the connection may stay; counted until it is closed. */
  public boolean admit(SocketChannel connection) {
    InetAddress source = connection.remoteAddress().getAddress();
    int count = counts.merge(source, 1, Integer::sum);
    connection
        .closeFuture()
        .addListener(
            closed -> counts.compute(source, (s, n) -> n == null || n <= 1 ? null : n - 1));
    return count <= limit;
  }
}
