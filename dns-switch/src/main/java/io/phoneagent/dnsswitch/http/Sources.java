// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.http;

import io.netty.channel.socket.SocketChannel;
import io.phoneagent.dnsswitch.http.HttpServer.Limits;
import io.phoneagent.dnsswitch.limit.SourceNetwork;
import io.phoneagent.runtime.Clock;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** All sources of connections. Thread-safe. */
public final class Sources {
  // Beyond this the ones longest unseen start over.
  private static final int MOST_KNOWN = 20_000;

  private final Clock clock;
  private final Limits limits;
  private final AtomicInteger all = new AtomicInteger();
  private final Map<Object, Source> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, Source> eldest) {
          return size() > MOST_KNOWN;
        }
      };

  /** None yet. */
  public Sources(Clock clock, Limits limits) {
    this.clock = clock;
    this.limits = limits;
  }

  /** Whether the connection may stay; counted until it is closed. */
  public boolean admits(SocketChannel connection) {
    return admit(connection).isPresent();
  }

  /** The connection's source, if the connection may stay; counted until it is closed. */
  Optional<Source> admit(SocketChannel connection) {
    InetAddress address = connection.remoteAddress().getAddress();
    Source source = of(address);
    if (all.incrementAndGet() > limits.connectionsOfAll()) {
      all.decrementAndGet();
      return Optional.empty();
    }
    if (!source.connect(clock.nanos())) {
      all.decrementAndGet();
      return Optional.empty();
    }
    connection
        .closeFuture()
        .addListener(
            closed -> {
              all.decrementAndGet();
              source.disconnect();
            });
    return Optional.of(source);
  }

  private synchronized Source of(InetAddress address) {
    return known.computeIfAbsent(
        SourceNetwork.of(address), k -> new Source(limits, !limits.unlimited().test(address)));
  }
}
