// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.spi.ListenerPort;
import io.phoneagent.spi.ProbeContext;
import io.phoneagent.spi.StreamPort;
import io.phoneagent.spi.StreamReceiver;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Where a gateway's events come in: a TCP port that takes connections of the gateway alone, few at
 * once, each for one event and not for long.
 */
final class EventDoor {
  private static final int MOST_CONNECTIONS = 4;
  private static final Duration TIME_LIMIT = Duration.ofSeconds(3);

  private final ProbeContext context;
  private final Inet4Address gateway;
  private final String path;
  private final Predicate<String> isOurs;
  private final Consumer<IgdEvent> heard;
  private final Set<Visitor> visitors = new HashSet<>();
  private final ListenerPort listener;

  /**
   * Opens it.
   *
   * @param path where the events are to go
   * @param isOurs whether a subscription is
   * @param heard told of each event that concerns the public address
   * @throws IOException if the network takes no connections
   */
  EventDoor(
      ProbeContext context,
      Inet4Address own,
      Inet4Address gateway,
      String path,
      Predicate<String> isOurs,
      Consumer<IgdEvent> heard)
      throws IOException {
    this.context = context;
    this.gateway = gateway;
    this.path = path;
    this.isOurs = isOurs;
    this.heard = heard;
    this.listener = context.network().openListener(new InetSocketAddress(own, 0), this::accept);
  }

  /** Its address and port. */
  InetSocketAddress local() {
    return listener.local();
  }

  private Optional<StreamReceiver> accept(StreamPort stream, InetSocketAddress from) {
    if (!from.getAddress().equals(gateway) || visitors.size() >= MOST_CONNECTIONS) {
      return Optional.empty();
    }
    Visitor visitor = new Visitor(stream);
    visitors.add(visitor);
    return Optional.of(visitor);
  }

  void close() {
    listener.close();
    for (Visitor visitor : new HashSet<>(visitors)) {
      visitor.end();
    }
  }

  /** One connection. */
  private final class Visitor implements StreamReceiver {
    private final StreamPort stream;
    private final EventReader reader = new EventReader(path, isOurs);
    private final Runnable cancelLimit;

    Visitor(StreamPort stream) {
      this.stream = stream;
      this.cancelLimit = context.schedule(TIME_LIMIT, this::end);
    }

    @Override
    public void connected() {}

    @Override
    public void received(ByteBuffer data) {
      if (!visitors.contains(this)) {
        return;
      }
      Optional<EventReader.Reply> reply = reader.read(data);
      if (reply.isPresent()) {
        stream.send(reply.get().octets());
        end();
        reply.get().event().ifPresent(heard);
      }
    }

    @Override
    public void closed(String cause) {
      end();
    }

    private void end() {
      if (visitors.remove(this)) {
        cancelLimit.run();
        stream.close();
      }
    }
  }
}
