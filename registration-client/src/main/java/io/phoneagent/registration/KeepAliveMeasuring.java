// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.Endpoint;
import io.phoneagent.FlowPath;
import io.phoneagent.Transport;
import io.phoneagent.flow.MappingTrial;
import io.phoneagent.flow.Measured;
import io.phoneagent.flow.TransactionId;
import io.phoneagent.runtime.Timer;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Measures how long this network's firewall keeps an idle mapping, on a local port or connection of
 * its own, and keeps the flow alive as seldom as that allows. Owned by the agent's thread.
 */
final class KeepAliveMeasuring {
  private static final int MOST_NETWORKS = 8;
  private static final double JITTER = 0.1;

  /** What a measured time belongs to. */
  private record Network(
      InetAddress local,
      Optional<InetAddress> gateway,
      InetAddress mapped,
      Endpoint assigned,
      Transport transport) {}

  /** Where the flow is now. */
  private record Place(Network network, FlowPath path, Grant grant) {}

  private final AgentParts parts;
  private final String subject;
  private final LineFlow flow;
  private final Map<Network, Integer> known = new LinkedHashMap<>();
  private MappingSearch search = new MappingSearch.Off();
  private Optional<Place> place = Optional.empty();
  private Optional<SecondMapping> second = Optional.empty();
  private Duration permitted = Duration.ofSeconds(MappingSearch.LONGEST);
  private Timer due = () -> {};
  private int answered = 1;

  KeepAliveMeasuring(AgentParts parts, String subject, LineFlow flow) {
    this.parts = parts;
    this.subject = subject;
    this.flow = flow;
  }

  /**
   * The flow is bound.
   *
   * @param answeredEach every so many keep-alives one is to be answered
   */
  void bound(FlowPath path, Grant grant, Location location, int answeredEach) {
    Place now =
        new Place(
            new Network(
                path.local().address(),
                location.lease().gateway(),
                path.mapped().address(),
                path.remote(),
                grant.assignment().transport()),
            path,
            grant);
    Optional<Place> before = place;
    place = Optional.of(now);
    boolean more = answered != answeredEach;
    answered = answeredEach;
    if (more && search instanceof MappingSearch.Settled settled) {
      keepAlive(MappingSearch.used(settled.lived(), bounds()));
    }
    if (search instanceof MappingSearch.Off
        || !before.isPresent()
        || !before.get().network().equals(now.network())
        || safe(before.get()) != safe(now)) {
      int lived = known.getOrDefault(now.network(), 0);
      permitted = Duration.ofSeconds(MappingSearch.LONGEST);
      handle(new MappingSearch.Event.Opened(lived));
    }
  }

  /** A keep-alive came from another mapping than the one before. */
  void mappingLost() {
    handle(new MappingSearch.Event.Lost());
  }

  /** The flow is closed or lost, or is to be kept alive as the switch says. */
  void closed() {
    handle(new MappingSearch.Event.Closed());
    place = Optional.empty();
  }

  /** The switch has answered a question on the flow itself. */
  void asked(TransactionId question, Measured answer) {
    second.ifPresent(s -> s.test.asked(question, answer));
  }

  private static int safe(Place place) {
    return (int) Math.max(1, place.grant().assignment().keepAlive().getSeconds());
  }

  private MappingSearch.Bounds bounds() {
    return new MappingSearch.Bounds(
        place.map(KeepAliveMeasuring::safe).orElse(1), (int) permitted.getSeconds());
  }

  private void handle(MappingSearch.Event event) {
    MappingSearch before = search;
    Step<MappingSearch, MappingSearch.Effect> step = before.on(event, bounds());
    search = step.next();
    if (!step.cause().isEmpty()) {
      parts.note(
          subject,
          step.cause(),
          before.getClass().getSimpleName(),
          search.getClass().getSimpleName());
    }
    step.effects().forEach(this::carryOut);
  }

  private void carryOut(MappingSearch.Effect effect) {
    if (effect instanceof MappingSearch.Effect.Measure measure) {
      measure(Duration.ofSeconds(measure.seconds()));
    } else if (effect instanceof MappingSearch.Effect.Stop) {
      due.cancel();
      forgetSecond();
    } else if (effect instanceof MappingSearch.Effect.DueIn in) {
      due.cancel();
      forgetSecond(); // idle for so long it would be dead
      due =
          parts
              .loop()
              .schedule(
                  parts.jittered(in.delay(), JITTER), () -> handle(new MappingSearch.Event.Due()));
    } else if (effect instanceof MappingSearch.Effect.KeepAlive keepAlive) {
      keepAlive(keepAlive.seconds());
    } else if (effect instanceof MappingSearch.Effect.KeepAliveSafely) {
      flow.keepAliveSafely();
    } else if (effect instanceof MappingSearch.Effect.Remember remember) {
      place.ifPresent(p -> remember(p.network(), remember.lived()));
    }
  }

  private void keepAlive(int seconds) {
    if (seconds > bounds().safe()) {
      flow.keepAliveEvery(Duration.ofSeconds(seconds), answered);
    }
  }

  private void remember(Network network, int lived) {
    known.remove(network);
    if (lived > 0) {
      known.put(network, lived);
      if (known.size() > MOST_NETWORKS) {
        known.remove(known.keySet().iterator().next());
      }
    }
  }

  private void measure(Duration time) {
    if (!second.isPresent()) {
      second = place.flatMap(this::open);
    }
    if (second.isPresent()) {
      second.get().measure(time);
    } else {
      handle(new MappingSearch.Event.Unclear());
    }
  }

  private Optional<SecondMapping> open(Place at) {
    SecondMapping opened = new SecondMapping();
    try {
      opened.carrier =
          Optional.of(flow.openBeside(at.grant(), at.path().local().address(), opened));
    } catch (IOException e) {
      return Optional.empty(); // all ports or file descriptors are taken
    }
    if (!at.grant().assignment().transport().isStream()) {
      opened.ready();
    }
    return Optional.of(opened);
  }

  private void forgetSecond() {
    second.ifPresent(SecondMapping::close);
    second = Optional.empty();
  }

  private final class SecondMapping implements FlowCarrier.Listener, MappingTrial.Listener {
    // A connection that does not come to be is as unclear as an answer that does not come.
    private static final long CONNECT_SECONDS = 5;

    private final MappingTrial test =
        new MappingTrial(flow::proof, parts.loop(), this::send, flow::ask, this, parts.random());
    private Optional<FlowCarrier> carrier = Optional.empty();
    private Optional<Duration> wanted = Optional.empty();
    private boolean ready;
    private Timer connecting = () -> {};

    void measure(Duration time) {
      if (ready) {
        test.measure(time);
      } else {
        wanted = Optional.of(time);
        connecting =
            parts.loop().schedule(Duration.ofSeconds(CONNECT_SECONDS), () -> closed("no answer"));
      }
    }

    private void send(ByteBuffer message) {
      carrier.ifPresent(c -> c.send(message));
    }

    void close() {
      connecting.cancel();
      test.close();
      carrier.ifPresent(FlowCarrier::close);
    }

    private boolean isCurrent() {
      return second.isPresent() && second.get() == this;
    }

    private void ended(MappingSearch.Event event) {
      if (isCurrent()) {
        forgetSecond();
        handle(event);
      }
    }

    @Override
    public void ready() {
      connecting.cancel();
      ready = true;
      wanted.ifPresent(test::measure);
    }

    @Override
    public void stun(ByteBuffer message) {
      test.received(message);
    }

    @Override
    public void other(ByteBuffer message) {
      // Nothing else has a place here.
    }

    @Override
    public void stunFromElsewhere(ByteBuffer message) {
      // Where the switch has moved, it says so on the flow.
    }

    @Override
    public void closed(String cause) {
      // A firewall may forget a connection by resetting it; on its own that proves nothing.
      ended(new MappingSearch.Event.Unclear());
    }

    @Override
    public void permitted(Duration longest) {
      permitted = longest;
    }

    @Override
    public void lived() {
      if (isCurrent()) {
        handle(new MappingSearch.Event.Lived());
      }
    }

    @Override
    public void died() {
      ended(new MappingSearch.Event.Died());
    }

    @Override
    public void unclear() {
      ended(new MappingSearch.Event.Unclear());
    }
  }
}
