// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.flow.FlowSource;
import io.phoneagent.runtime.Clock;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The connections by which requests go that are too large for a datagram (RFC 3261 section 18.1.1),
 * by the address that datagrams go to. Owned by the loop.
 */
final class LargeRequests {
  // Each is a phone or the trunk that somebody has called.
  private static final int MOST_OPEN = 1_000;
  private static final int MOST_REFUSED = 10_000;
  private static final long AGAIN_NANOS = Duration.ofMinutes(10).toNanos();

  private final Clock clock;
  private final Function<InetSocketAddress, Optional<FlowSource>> connect;
  private final Map<InetSocketAddress, Way> open = new HashMap<>();
  private final Map<InetSocketAddress, Long> refusedAt =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetSocketAddress, Long> eldest) {
          return size() > MOST_REFUSED;
        }
      };

  /** A connection, and whether its other end has ever said anything. */
  private record Way(FlowSource source, boolean heard) {}

  /**
   * None yet.
   *
   * @param connect begins a connection
   */
  LargeRequests(Clock clock, Function<InetSocketAddress, Optional<FlowSource>> connect) {
    this.clock = clock;
    this.connect = connect;
  }

  /** The connection to this address; empty if it takes none, or there are too many. */
  Optional<FlowSource> to(InetSocketAddress address) {
    Way known = open.get(address);
    if (known != null) {
      return Optional.of(known.source());
    }
    Long before = refusedAt.get(address);
    boolean refused = before != null && clock.nanos() - before < AGAIN_NANOS;
    if (refused || open.size() >= MOST_OPEN) {
      return Optional.empty();
    }
    Optional<FlowSource> made = connect.apply(address);
    made.ifPresent(source -> open.put(address, new Way(source, false)));
    return made;
  }

  /** Something came over a connection. */
  void heard(FlowSource from) {
    open.computeIfPresent(
        from.address(), (address, way) -> way.source().equals(from) ? new Way(from, true) : way);
  }

  /** A connection is over, or has never come to be: who never spoke over it is not asked again. */
  void closed(FlowSource connection) {
    Way way = open.get(connection.address());
    if (way == null || !way.source().equals(connection)) {
      return;
    }
    open.remove(connection.address());
    if (!way.heard()) {
      refusedAt.put(connection.address(), clock.nanos());
    }
  }
}
