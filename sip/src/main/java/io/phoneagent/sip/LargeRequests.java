// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import io.phoneagent.runtime.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The connections by which requests go that are too large for a datagram (RFC 3261 section 18.1.1),
 * at most one to each end, and which ends have not taken one: these are asked again after ten
 * minutes. One thread owns it.
 *
 * @param <E> what ends are told apart by: where datagrams go to
 * @param <C> a connection
 */
public final class LargeRequests<E, C> {
  // Each is somebody who has been called.
  private static final int MOST_OPEN = 1_000;
  private static final int MOST_REFUSED = 10_000;
  private static final long AGAIN_NANOS = Duration.ofMinutes(10).toNanos();

  private final Clock clock;
  private final Map<E, Way<C>> open = new HashMap<>();
  private final Map<E, Long> refusedAt =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<E, Long> eldest) {
          return size() > MOST_REFUSED;
        }
      };

  /** A connection, and whether its other end has ever said anything. */
  private record Way<C>(C connection, boolean heard) {}

  /** None yet. */
  public LargeRequests(Clock clock) {
    this.clock = clock;
  }

  /**
   * The connection to an end.
   *
   * @param connect begins one; empty if that is not possible
   * @return empty if the end takes none, or there are too many
   */
  public Optional<C> to(E end, Supplier<Optional<C>> connect) {
    Way<C> known = open.get(end);
    if (known != null) {
      return Optional.of(known.connection());
    }
    Long before = refusedAt.get(end);
    boolean refused = before != null && clock.nanos() - before < AGAIN_NANOS;
    if (refused || open.size() >= MOST_OPEN) {
      return Optional.empty();
    }
    Optional<C> made = connect.get();
    made.ifPresent(connection -> open.put(end, new Way<>(connection, false)));
    return made;
  }

  private Optional<Way<C>> open(E end, C connection) {
    return Optional.ofNullable(open.get(end)).filter(way -> way.connection().equals(connection));
  }

  /** Something came over a connection. */
  public void heard(E end, C connection) {
    open(end, connection).ifPresent(way -> open.put(end, new Way<>(connection, true)));
  }

  /** A connection is over, or has never come to be: who never spoke over it is not asked again. */
  public void closed(E end, C connection) {
    Optional<Way<C>> way = open(end, connection);
    if (way.filter(w -> !w.heard()).isPresent()) {
      refusedAt.put(end, clock.nanos());
    }
    way.ifPresent(w -> open.remove(end));
  }

  /**
   * An end has answered a datagram that went out later ({@link SipTransport#overtaken}).
   *
   * @return whether it never spoke over the connection, which is of no use then and to be closed
   */
  public boolean overtaken(E end, C connection) {
    boolean useless = open(end, connection).filter(way -> !way.heard()).isPresent();
    if (useless) {
      closed(end, connection);
    }
    return useless;
  }

  /** A connection is wanted no longer, whatever its end has said. */
  public void left(E end, C connection) {
    open(end, connection).ifPresent(way -> open.remove(end));
  }
}
