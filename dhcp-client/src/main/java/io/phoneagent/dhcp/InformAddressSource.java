// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import io.phoneagent.Lease;
import io.phoneagent.dhcpmessage.DhcpOptions;
import io.phoneagent.dhcpmessage.DhcpReader;
import io.phoneagent.dhcpmessage.LinkAddress;
import io.phoneagent.dhcpmessage.MalformedDhcpException;
import io.phoneagent.spi.AddressContext;
import io.phoneagent.spi.AddressSource;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaves the address to another source and asks the network's DHCP servers what else they have to
 * say (DHCPINFORM, RFC 2131, 3.4). A first address waits for the answer for half a second, since it
 * may name the switch; another one is told at once, with what was known before it.
 */
final class InformAddressSource implements AddressSource {
  private static final Logger LOG = LoggerFactory.getLogger(InformAddressSource.class);
  private static final Duration FIRST_WAIT = Duration.ofMillis(500);

  /** So often the wait is doubled: up to 17 minutes. */
  private static final int DOUBLINGS = 11;

  private static final int CLIENT_PORT = 68;
  private static final int SERVER_PORT = 67;

  private final AddressContext context;
  private final DhcpConfiguration configuration;
  private final AddressSource holder;
  private final Random random;
  private Optional<Listener> told = Optional.empty();
  private Optional<Opened> opened = Optional.empty();
  private Optional<Held> held = Optional.empty();
  private Optional<Attempt> attempt = Optional.empty();
  private Optional<DhcpOptions> known = Optional.empty();
  private Runnable cancelTimer = () -> {};
  private boolean linkWasDown;

  /** The link, and who the device is on it. */
  private record Opened(LinkSocket link, Identity identity) {}

  /**
   * What the holder told.
   *
   * @param isTold whether the agent has been told
   * @param isAnswered whether a server has said what goes with it
   */
  private record Held(Lease lease, String cause, boolean isTold, boolean isAnswered) {}

  InformAddressSource(
      AddressContext context, DhcpConfiguration configuration, AddressSource holder) {
    this.context = context;
    this.configuration = configuration;
    this.holder = holder;
    this.random = configuration.random().get();
  }

  @Override
  public void start(Listener listener) {
    told = Optional.of(listener);
    holder.start(
        new Listener() {
          @Override
          public void leased(Lease lease, String cause) {
            held = Optional.of(new Held(lease, cause, false, false));
            if (known.isPresent()) {
              tell(cause);
            }
            ask();
          }

          @Override
          public void lost(String cause) {
            held = Optional.empty();
            quiet();
            listener.lost(cause);
          }
        });
  }

  private void tell(String cause) {
    Held now = held.get();
    held = Optional.of(new Held(now.lease(), now.cause(), true, now.isAnswered()));
    told.ifPresent(l -> l.leased(withWhatIsKnown(now.lease()), cause));
  }

  private Lease withWhatIsKnown(Lease lease) {
    if (!known.isPresent()) {
      return lease;
    }
    List<InetAddress> names =
        lease.dnsServers().isEmpty()
            ? new ArrayList<>(known.get().hosts(DhcpOptions.NAME_SERVERS))
            : lease.dnsServers();
    return new Lease(
        lease.interfaceName(),
        lease.address(),
        lease.gateway(),
        lease.mac(),
        names,
        lease.server(),
        lease.validFor(),
        Granted.details(known.get()));
  }

  /** Asks no more, and hears nothing. */
  private void quiet() {
    cancelTimer.run();
    attempt = Optional.empty();
    opened.ifPresent(o -> o.link().rest());
  }

  /** Begins to ask about the address that is held. */
  private void ask() {
    quiet();
    Lease lease = held.get().lease();
    String hindered = "";
    if (!(lease.address() instanceof Inet4Address)) {
      hindered = "only an IPv4 address has DHCP servers that could say more";
    } else if (!opened.isPresent()) {
      hindered = open();
    }
    if (hindered.isEmpty()) {
      send(Attempt.begin(moment()));
    } else if (!held.get().isTold()) {
      tell(held.get().cause() + "; " + hindered);
    }
  }

  /** Why it could not be opened; empty if it was. */
  private String open() {
    try {
      LinkSocket link = configuration.link().open(configuration.interfaceName(), context.loop());
      Identity identity =
          new Identity(LinkAddress.of(link.mac()), configuration.wanted(), configuration.said());
      opened = Optional.of(new Opened(link, identity));
      link.start(new Incoming(identity));
      return "";
    } catch (IOException e) {
      LOG.warn("{}: DHCP cannot be asked: {}", configuration.interfaceName(), e.getMessage());
      return "DHCP cannot be asked: " + e.getMessage();
    }
  }

  private Moment moment() {
    return new Moment(context.nanos(), random, configuration.check());
  }

  private void send(Attempt now) {
    attempt = Optional.of(now);
    Opened on = opened.get();
    Inet4Address address = (Inet4Address) held.get().lease().address();
    try {
      on.link().listen();
      on.link()
          .sendIp(
              LinkAddress.BROADCAST,
              on.identity().packet(Question.inform(now, context.nanos(), address)));
    } catch (IOException e) {
      LOG.info("{}: {}", configuration.interfaceName(), e.getMessage()); // asked again
    }
    Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(DOUBLINGS, now.sent() - 1));
    Duration most = wait.plus(wait.dividedBy(4));
    cancelTimer =
        context.schedule(
            now.sent() == 1 ? wait : moment().between(wait, most), () -> askAgain(now));
  }

  private void askAgain(Attempt last) {
    Held now = held.get();
    if (!now.isTold()) {
      tell(now.cause() + "; no DHCP server has said more yet");
    }
    send(last.again(moment()));
  }

  private void answered(Reply reply) {
    if (!attempt.isPresent() || reply.xid() != attempt.get().xid()) {
      return;
    }
    quiet();
    Held now = held.get();
    boolean same = known.equals(Optional.of(reply.options()));
    known = Optional.of(reply.options());
    held = Optional.of(new Held(now.lease(), now.cause(), now.isTold(), true));
    String says = "DHCP: " + reply.server().getHostAddress() + " says what else there is";
    if (!now.isTold()) {
      tell(now.cause() + "; " + says);
    } else if (!same) {
      tell(says);
    }
  }

  @Override
  public void suspend() {
    quiet();
    holder.suspend();
  }

  @Override
  public void resume() {
    holder.resume();
    if (held.isPresent() && !held.get().isAnswered() && !attempt.isPresent()) {
      ask();
    }
  }

  @Override
  public void close() {
    end();
    holder.close();
  }

  @Override
  public void closeForRestart() {
    end();
    holder.closeForRestart();
  }

  private void end() {
    quiet();
    opened.ifPresent(o -> o.link().close());
    opened = Optional.empty();
  }

  /** What comes from the link: read, or dropped. */
  private final class Incoming implements LinkSocket.Listener {
    private final Identity identity;

    private Incoming(Identity identity) {
      this.identity = identity;
    }

    @Override
    public void up() {
      // Another network may be behind the plug, even where the address stays.
      if (linkWasDown && held.isPresent()) {
        ask();
      }
      linkWasDown = false;
    }

    @Override
    public void down(String cause) {
      linkWasDown = true;
    }

    @Override
    public void ip(LinkAddress from, byte[] packet, boolean checksumDone) {
      try {
        UdpPacket udp = UdpPacket.read(packet, checksumDone);
        if (udp.toPort() == CLIENT_PORT && udp.fromPort() == SERVER_PORT) {
          Reply.read(from, DhcpReader.read(udp.payload()), identity)
              .filter(DhcpState.Event.Acknowledged.class::isInstance)
              .ifPresent(e -> answered(((DhcpState.Event.Acknowledged) e).reply()));
        }
      } catch (MalformedDhcpException e) {
        LOG.debug("{}: dropped: {}", configuration.interfaceName(), e.getMessage());
      }
    }

    @Override
    public void arp(byte[] packet) {
      // nothing depends on it
    }
  }
}
