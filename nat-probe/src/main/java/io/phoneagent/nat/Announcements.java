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

  // An interface that was made anew has left the group, and nobody says so. Joining is three calls.
  private static final Duration JOIN_AGAIN = Duration.ofMinutes(1);

  // An address that changes all the time is followed before a caller is sent to the backup number,
  // 0.9 s; a forger who goes on gets two questions a second, on the LAN.
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

  // A change there and back is over by then; who announces on and on costs four messages a second.
  private static final Duration DOUBT_PAUSE = Duration.ofMillis(250);

  private final InetSocketAddress gateway;
  private final String interfaceName;
  private final ProbeContext context;
  private final Pacing pacing;
  private final Map<Dialect, GatewayEpoch> epochs = new EnumMap<>(Dialect.class);
  private Optional<DatagramPort> socket = Optional.empty();
  private Optional<Lease> joinedUnder = Optional.empty();
  private long joinedAtNanos;
  private Optional<Runnable> cancelDoubt = Optional.empty();

  Announcements(InetSocketAddress gateway, String interfaceName, ProbeContext context) {
    this.gateway = gateway;
    this.interfaceName = interfaceName;
    this.context = context;
    this.pacing = new Pacing(context, LONGEST_PAUSE);
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
      if (pacing.isAnswered(said.address())) {
        doubtFlow();
      } else {
        pacing.askAbout(said.address(), "NAT-PMP announced " + said.address().getHostAddress());
      }
    } else if (message instanceof GatewayMessage.Announcement said) {
      announcedTime(Dialect.PCP, said.epoch());
    }
  }

  /**
   * Whoever announces what is known repeats himself, or has had another address in between, of
   * which nobody could hear.
   */
  private void doubtFlow() {
    if (!cancelDoubt.isPresent()) {
      cancelDoubt =
          Optional.of(
              context.schedule(
                  DOUBT_PAUSE,
                  () -> {
                    cancelDoubt = Optional.empty();
                    context.flowInDoubt();
                  }));
    }
  }

  private void announcedTime(Dialect dialect, long seconds) {
    GatewayEpoch now = new GatewayEpoch(seconds, context.nanos());
    Optional<GatewayEpoch> before = Optional.ofNullable(epochs.get(dialect));
    if (before.isPresent() && !before.get().goesOn(dialect, now)) {
      epochs.clear(); // what the other dialect says of the same restart is no news
      pacing.askNow("by " + dialect + " the gateway has begun its mappings anew");
    }
    epochs.put(dialect, now);
  }

  /**
   * The gateway has said in an answer what time it has; that answer is as new as another one. Where
   * its time has gone back it has lost its mappings, whatever the address is now.
   */
  void heard(Dialect dialect, long seconds) {
    GatewayEpoch now = new GatewayEpoch(seconds, context.nanos());
    Optional<GatewayEpoch> before = Optional.ofNullable(epochs.put(dialect, now));
    if (before.filter(now::isBehind).isPresent()) {
      doubtFlow();
    }
  }

  /** The gateway has answered, so announcements of the same address say nothing new. */
  void answered(InetAddress address) {
    pacing.answered(address);
  }

  void close() {
    pacing.close();
    cancelDoubt.ifPresent(Runnable::run);
    cancelDoubt = Optional.empty();
    socket.ifPresent(DatagramPort::close);
    socket = Optional.empty();
    joinedUnder = Optional.empty();
  }
}
