// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.Lease;
import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.IpLiteral;
import io.phoneagent.spi.ProbeContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Hears what one gateway announces to all hosts of its network (RFC 6886, section 3.2.1; RFC 6887,
 * section 14.1), and follows its time. Both only make the agent ask: anybody on the network can
 * send an announcement in the gateway's name.
 */
final class Announcements {
  /** Where all hosts hear them. */
  static final InetSocketAddress GROUP =
      new InetSocketAddress(IpLiteral.parse("224.0.0.1").get(), 5350);

  // A change comes as a burst, and is asked about at once. A forger, who goes on and on, gets as
  // many questions as a phone that checks each second.
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
  private static final Duration QUIET = Duration.ofSeconds(2);

  // An interface that was made anew has left the group, and nobody says so. Joining is three calls.
  private static final Duration JOIN_AGAIN = Duration.ofMinutes(1);

  private final InetSocketAddress gateway;
  private final String interfaceName;
  private final ProbeContext context;
  private final Map<Dialect, GatewayEpoch> epochs = new EnumMap<>(Dialect.class);
  private Optional<DatagramPort> socket = Optional.empty();
  private Optional<Lease> joinedUnder = Optional.empty();
  private long joinedAtNanos;
  private Optional<InetAddress> answered = Optional.empty();
  private Optional<String> next = Optional.empty();
  private Duration pause = SHORTEST_PAUSE;
  private long askedAtNanos;
  private boolean pausing;
  private Runnable cancelPause = () -> {};

  Announcements(InetSocketAddress gateway, String interfaceName, ProbeContext context) {
    this.gateway = gateway;
    this.interfaceName = interfaceName;
    this.context = context;
  }

  /**
   * Hears those of this gateway, as a question goes to it: joins the group, also again after a
   * minute or under another lease. Where that fails it only follows the gateway's time; what is not
   * heard is found out at the next check.
   */
  void hear(Lease lease) {
    boolean sameLease = joinedUnder.equals(Optional.of(lease));
    if (sameLease && context.nanos() - joinedAtNanos < JOIN_AGAIN.toNanos()) {
      return;
    }
    joinedUnder = Optional.of(lease);
    joinedAtNanos = context.nanos();
    socket.ifPresent(DatagramPort::close);
    socket = Optional.empty();
    try {
      socket = Optional.of(context.network().openMulticast(GROUP, interfaceName, this::received));
    } catch (IOException e) {
      return; // tried again at a later question
    }
  }

  private void received(ByteBuffer data, InetSocketAddress from) {
    if (from.equals(gateway)) {
      GatewayCodec.read(data).ifPresent(this::announced);
    }
  }

  private void announced(GatewayMessage message) {
    if (message instanceof GatewayMessage.Address said) {
      announcedTime(Dialect.NAT_PMP, said.epoch());
      if (!answered.equals(Optional.of(said.address()))) {
        askNow("NAT-PMP announced " + said.address().getHostAddress());
      }
    } else if (message instanceof GatewayMessage.Announcement said) {
      announcedTime(Dialect.PCP, said.epoch());
    }
  }

  private void announcedTime(Dialect dialect, long seconds) {
    GatewayEpoch now = new GatewayEpoch(seconds, context.nanos());
    Optional<GatewayEpoch> before = Optional.ofNullable(epochs.get(dialect));
    if (before.isPresent() && !before.get().goesOn(dialect, now)) {
      epochs.clear(); // what the other dialect says of the same restart is no news
      askNow("by " + dialect + " the gateway has begun its mappings anew");
    }
    epochs.put(dialect, now);
  }

  /** The gateway has said in an answer what time it has; that answer is as new as another one. */
  void heard(Dialect dialect, long seconds) {
    epochs.put(dialect, new GatewayEpoch(seconds, context.nanos()));
  }

  /** The gateway has answered, so announcements of the same address say nothing new. */
  void answered(InetAddress address) {
    answered = Optional.of(address);
  }

  private void askNow(String cause) {
    if (pausing) {
      next = Optional.of(cause);
      return;
    }
    boolean quiet = context.nanos() - askedAtNanos > QUIET.toNanos();
    Duration twice = pause.multipliedBy(2);
    Duration longer = twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
    pause = quiet ? SHORTEST_PAUSE : longer;
    askedAtNanos = context.nanos();
    pausing = true;
    cancelPause = context.schedule(pause, this::pauseOver);
    context.askNow(cause);
  }

  private void pauseOver() {
    pausing = false;
    Optional<String> cause = next;
    next = Optional.empty();
    cause.ifPresent(this::askNow);
  }

  void close() {
    cancelPause.run();
    next = Optional.empty();
    socket.ifPresent(DatagramPort::close);
    socket = Optional.empty();
    joinedUnder = Optional.empty();
  }
}
