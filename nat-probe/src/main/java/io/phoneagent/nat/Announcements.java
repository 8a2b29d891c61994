// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.IpLiteral;
import io.phoneagent.spi.ProbeContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
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

  private final InetSocketAddress gateway;
  private final ProbeContext context;
  private final Pacing pacing;
  private Optional<DatagramPort> socket = Optional.empty();
  private Optional<GatewayEpoch> epoch = Optional.empty();

  private Announcements(InetSocketAddress gateway, ProbeContext context) {
    this.gateway = gateway;
    this.context = context;
    this.pacing = new Pacing(context);
  }

  /** Hears those of this gateway; where the network has no multicast it only follows the time. */
  static Announcements of(InetSocketAddress gateway, String interfaceName, ProbeContext context) {
    Announcements made = new Announcements(gateway, context);
    try {
      made.socket =
          Optional.of(context.network().openMulticast(GROUP, interfaceName, made::received));
    } catch (IOException e) {
      return made; // What is not heard is found out at the next check.
    }
    return made;
  }

  private void received(ByteBuffer data, InetSocketAddress from) {
    if (from.equals(gateway)) {
      GatewayCodec.read(data).ifPresent(this::announced);
    }
  }

  private void announced(GatewayMessage message) {
    if (message instanceof GatewayMessage.Address said) {
      heard(Dialect.NAT_PMP, said.epoch());
      if (!pacing.isAnswered(said.address())) {
        pacing.askNow("NAT-PMP announced " + said.address().getHostAddress());
      }
    } else if (message instanceof GatewayMessage.Announcement said) {
      heard(Dialect.PCP, said.epoch());
    }
  }

  /** The gateway has said what time it has. */
  void heard(Dialect dialect, long seconds) {
    GatewayEpoch now = new GatewayEpoch(seconds, context.nanos());
    boolean startedAgain = epoch.isPresent() && !epoch.get().goesOn(dialect, now);
    epoch = Optional.of(now);
    if (startedAgain) {
      pacing.askNow("by " + dialect + " the gateway has begun its mappings anew");
    }
  }

  /** The gateway has answered, so announcements of the same address say nothing new. */
  void answered(InetAddress address) {
    pacing.answered(address);
  }

  void close() {
    pacing.close();
    socket.ifPresent(DatagramPort::close);
  }
}
