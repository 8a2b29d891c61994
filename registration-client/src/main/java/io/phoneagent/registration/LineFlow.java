// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.Endpoint;
import io.phoneagent.FlowPath;
import io.phoneagent.flow.FlowClient;
import io.phoneagent.flow.FlowKey;
import io.phoneagent.flow.MappingTrial;
import io.phoneagent.flow.Measured;
import io.phoneagent.flow.TransactionId;
import io.phoneagent.runtime.Timer;
import io.phoneagent.runtime.Timers;
import io.phoneagent.spi.NetworkBinding;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The local ports of one line's flow: the one in use, and the one before it. A UDP socket goes on
 * answering for a while; a connection is closed as soon as another one is bound. What is not STUN
 * is handed on, if it comes from the assigned endpoint.
 */
final class LineFlow {
  // Time for the switch to try the old path and for calls that are on it to move.
  private static final Duration REST = Duration.ofSeconds(30);
  // Three round trips of a bad network until TLS is up, and one repetition by TCP.
  private static final Duration CONNECT_TIME = Duration.ofSeconds(3);
  // Ports that another one was opened after before they were bound. The switch moves the flow a
  // half round trip before this end hears of it; each half second may bring a new suspicion.
  private static final int MOST_OVERTAKEN = 4;
  private static final Duration ANSWER_TIME = Duration.ofSeconds(2);

  // A switch that restarts refuses connections; it is asked once a second, which costs two packets.
  private static final Duration SHORTEST_TRY = Duration.ofSeconds(1);

  /** Told what happens on the sockets, on the agent's thread. */
  interface Listener {

    /** A bind was granted. */
    void bound(FlowPath path);

    /**
     * A bind was not answered, or the connection is gone.
     *
     * @param detail what happened to a connection; empty for silence
     */
    void unanswered(String detail);

    /** The switch has proven that it is there: it has granted a bind, or challenged a path. */
    void heard();

    /**
     * The switch has proven that it says so: it is reached there now, which is not where the flow
     * leads. Told once for each time that it moves.
     */
    void relocated(Endpoint to);

    /** Something other than STUN arrived from the assigned endpoint. */
    void received(ByteBuffer datagram);

    /** A keep-alive came from a mapping that the switch does not know. */
    void mappingLost();

    /** The switch has answered {@link #ask}. */
    void asked(TransactionId question, Measured answer);
  }

  private final NetworkBinding network;
  private final FlowTls tls;
  private final Timers timers;
  private final Random random;
  private final Listener listener;
  private Optional<Port> current = Optional.empty();
  private Optional<Port> resting = Optional.empty();
  private final Deque<Port> overtaken = new ArrayDeque<>();
  private String keyId = "";
  private FlowKey flowKey = new FlowKey("no key yet", "");
  private AtomicLong counter = new AtomicLong(1);
  private Optional<Pace> pace = Optional.empty();

  private record Pace(Duration interval, int answered) {}

  private long relocatedAt;

  LineFlow(NetworkBinding network, FlowTls tls, Timers timers, Random random, Listener listener) {
    this.network = network;
    this.tls = tls;
    this.timers = timers;
    this.random = random;
    this.listener = listener;
  }

  /** Opens another local port and binds from it; from the one that is open if none is to be had. */
  void bindNewPort(Grant grant, InetAddress local) {
    Port opened = new Port(grant);
    if (current.isPresent() && current.get().wasBound) {
      resting.ifPresent(Port::close);
      resting = current;
    } else {
      // Whatever was bound before this one may still serve, and this one may be bound by now.
      current.ifPresent(this::overtake);
    }
    current = Optional.of(opened);
    try {
      opened.open(local);
    } catch (IOException e) {
      if (resting.isPresent() && resting.get().serves(grant, local)) {
        // All ports or file descriptors are taken.
        current = resting;
        resting = Optional.empty();
        current.get().bind(grant);
      } else {
        // As good as a bind that nobody answers.
        opened.closed(e.getMessage() == null ? "" : e.getMessage());
      }
    }
  }

  private void overtake(Port port) {
    if (!port.awaitsAnswer) {
      port.close();
      return;
    }
    overtaken.add(port);
    if (!port.isStream()) {
      // What it has asked is answered by then.
      port.client.askNoMore();
      port.end.cancel();
      port.end =
          timers.schedule(
              ANSWER_TIME,
              () -> {
                overtaken.remove(port);
                port.close();
              });
    }
    if (overtaken.size() > MOST_OVERTAKEN) {
      overtaken.remove().close();
    }
  }

  /** Binds from the port that is open, perhaps with another key. */
  void bindSamePort(Grant grant, InetAddress local) {
    if (current.isPresent() && !current.get().dead) {
      current.get().bind(grant);
    } else {
      bindNewPort(grant, local);
    }
  }

  /** Keeps the flow alive so often from now on, with every so many keep-alives answered. */
  void keepAliveEvery(Duration interval, int answered) {
    pace = Optional.of(new Pace(interval, answered));
    current.ifPresent(p -> p.client.keepAliveEvery(interval, answered));
  }

  /** Keeps the flow alive now, and as often as before from then on. */
  void keepAliveNow() {
    current.ifPresent(p -> p.client.keepAliveNow());
  }

  /** Keeps the flow alive as the switch says. */
  void keepAliveSafely() {
    if (pace.isPresent()) {
      pace = Optional.empty();
      current.ifPresent(p -> p.client.keepAliveSafely(p.grant.assignment().keepAlive()));
    }
  }

  /**
   * Opens another way to the assigned endpoint, which is no flow.
   *
   * @throws IOException if the local address is gone, or all its ports are taken
   */
  FlowCarrier openBeside(Grant grant, InetAddress local, FlowCarrier.Listener beside)
      throws IOException {
    return FlowCarrier.open(grant, local, network, tls, beside);
  }

  /** Asks the switch to speak through a second mapping. */
  TransactionId ask() {
    return current.map(p -> p.client.ask()).orElse(new TransactionId(0, 0));
  }

  /** What proves messages of this line now. */
  MappingTrial.Proof proof() {
    return new MappingTrial.Proof() {
      @Override
      public FlowKey key() {
        return flowKey;
      }

      @Override
      public long nextCounter() {
        return counter.getAndIncrement();
      }
    };
  }

  /** Sends to the assigned endpoint. */
  void send(ByteBuffer datagram) {
    // A port that is not bound yet is a stranger's to the switch.
    boolean known = current.isPresent() && current.get().wasBound;
    Optional<Port> before = resting.filter(p -> !p.dead);
    (known || !before.isPresent() ? current : before).ifPresent(p -> p.send(datagram));
  }

  /** The local address and port of the flow. */
  Optional<Endpoint> local() {
    Optional<FlowCarrier> carrier = current.flatMap(p -> p.carrier);
    return (carrier.isPresent() ? carrier : resting.flatMap(p -> p.carrier))
        .map(FlowCarrier::local);
  }

  void close() {
    current.ifPresent(Port::close);
    resting.ifPresent(Port::close);
    closeOvertaken();
    current = Optional.empty();
    resting = Optional.empty();
  }

  private void closeOvertaken() {
    overtaken.forEach(Port::close);
    overtaken.clear();
  }

  private final class Port implements FlowCarrier.Listener {
    private final long openedAt = timers.nanos();
    private Grant grant;
    private FlowClient client;
    private Optional<FlowCarrier> carrier = Optional.empty();
    private boolean ready;
    private boolean wasBound;
    private boolean awaitsAnswer = true;
    private boolean dead;
    private Timer end = () -> {};

    Port(Grant grant) {
      this.grant = grant;
      this.client = newClient();
    }

    void open(InetAddress local) throws IOException {
      carrier = Optional.of(FlowCarrier.open(grant, local, network, tls, this));
      if (isStream()) {
        end = timers.schedule(CONNECT_TIME, () -> closed("no connection"));
      } else {
        ready();
      }
    }

    /** Whether a bind from here is as good as one from another port of that address. */
    boolean serves(Grant newGrant, InetAddress local) {
      return !dead
          && carrier.isPresent()
          && carrier.get().local().address().equals(local)
          && grant.assignment().endpoint().equals(newGrant.assignment().endpoint())
          && grant.assignment().transport() == newGrant.assignment().transport();
    }

    private boolean isStream() {
      return grant.assignment().transport().isStream();
    }

    @Override
    public void ready() {
      end.cancel();
      ready = true;
      client.bind();
    }

    void bind(Grant newGrant) {
      if (!grant.flowKey().keyId().equals(newGrant.flowKey().keyId())) {
        client.close();
        grant = newGrant;
        client = newClient();
      }
      awaitsAnswer = true;
      if (ready) {
        client.bind();
      }
    }

    private FlowClient newClient() {
      FlowKey key =
          new FlowKey(
              grant.flowKey().keyId(), Base64.getEncoder().encodeToString(grant.flowKey().key()));
      if (!keyId.equals(key.id())) {
        keyId = key.id();
        counter = new AtomicLong(1);
        relocatedAt = 0;
      }
      flowKey = key;
      FlowClient made =
          new FlowClient(
              key,
              grant.assignment().transport(),
              counter,
              grant.assignment().keepAlive(),
              timers,
              this::send,
              new FlowClient.Listener() {
                @Override
                public void bound(Endpoint mapped) {
                  boundAs(mapped);
                }

                @Override
                public void relocated(Endpoint to, long stamp) {
                  relocatedTo(to, stamp);
                }

                @Override
                public void unanswered() {
                  awaitsAnswer = false;
                  if (isStream()) {
                    closed("no answer");
                  } else if (isCurrent()) {
                    listener.unanswered("");
                  }
                }

                @Override
                public void mappingLost() {
                  if (isCurrent()) {
                    listener.mappingLost();
                  }
                }

                @Override
                public void asked(TransactionId question, Measured answer) {
                  listener.asked(question, answer);
                }
              },
              random);
      pace.ifPresent(p -> made.keepAliveEvery(p.interval(), p.answered()));
      return made;
    }

    /** What is said again, by whomever, has been heeded. */
    private void relocatedTo(Endpoint to, long stamp) {
      if (stamp <= relocatedAt || !isCurrent()) {
        return;
      }
      relocatedAt = stamp;
      if (!grant.assignment().endpoint().equals(to)) {
        listener.relocated(to);
      }
    }

    private boolean isCurrent() {
      return current.isPresent() && current.get() == this;
    }

    private void boundAs(Endpoint mapped) {
      if (overtaken.remove(this)) {
        // The flow is here until the newest port is bound.
        wasBound = true;
        end.cancel();
        client.rest();
        resting.ifPresent(Port::close);
        resting = Optional.of(this);
        return;
      }
      if (!isCurrent() || !carrier.isPresent()) {
        return;
      }
      wasBound = true;
      closeOvertaken();
      resting.ifPresent(this::relieve);
      listener.bound(new FlowPath(carrier.get().local(), mapped, grant.assignment().endpoint()));
    }

    private void relieve(Port old) {
      if (old.isStream()) {
        old.close(); // a connection cannot come back to life
        resting = Optional.empty();
        return;
      }
      old.client.rest();
      old.end.cancel();
      old.end = timers.schedule(REST, old::close);
    }

    void send(ByteBuffer message) {
      carrier.ifPresent(c -> c.send(message));
    }

    @Override
    public void stun(ByteBuffer message) {
      if (client.received(message)) {
        listener.heard();
      }
    }

    @Override
    public void stunFromElsewhere(ByteBuffer message) {
      client.receivedFromElsewhere(message);
    }

    @Override
    public void other(ByteBuffer message) {
      client.heard();
      listener.received(message);
    }

    /** A connection that failed at once is not tried again at once. */
    @Override
    public void closed(String cause) {
      if (dead) {
        return;
      }
      close();
      overtaken.remove(this);
      long age = timers.nanos() - openedAt;
      Duration wait = Duration.ofNanos(Math.max(0, SHORTEST_TRY.toNanos() - age));
      end = timers.schedule(wait, () -> told(cause));
    }

    private void told(String cause) {
      if (isCurrent()) {
        listener.unanswered(cause);
      }
    }

    void close() {
      dead = true;
      awaitsAnswer = false;
      end.cancel();
      client.close();
      carrier.ifPresent(FlowCarrier::close);
    }
  }
}
