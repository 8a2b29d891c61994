// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import io.phoneagent.PhoneAgentException;
import io.phoneagent.dhcp.DhcpState.Effect;
import io.phoneagent.dhcp.DhcpState.Event;
import io.phoneagent.dhcpmessage.DhcpReader;
import io.phoneagent.dhcpmessage.LinkAddress;
import io.phoneagent.dhcpmessage.MalformedDhcpException;
import io.phoneagent.spi.AddressContext;
import io.phoneagent.spi.AddressSource;
import java.io.IOException;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the DHCP client of one interface on its agent's thread, and carries out the effects. */
final class DhcpAddressSource implements AddressSource {
  private static final Logger LOG = LoggerFactory.getLogger(DhcpAddressSource.class);
  private static final Duration REOPEN_AFTER = Duration.ofSeconds(5);
  private static final Duration PUT_BACK_AGAIN = Duration.ofSeconds(10);
  private static final int CLIENT_PORT = 68;
  private static final int SERVER_PORT = 67;

  private final AddressContext context;
  private final DhcpConfiguration configuration;
  private final Random random;
  private final String memory;
  private Optional<Listener> told = Optional.empty();
  private Optional<Opened> opened = Optional.empty();
  private DhcpState state = new DhcpState.Stopped();
  private Runnable cancelTimer = () -> {};
  private String trouble = "";
  private Optional<Long> putBackAt = Optional.empty();
  private boolean closed;

  /** The link while it is open, and who the device is on it. */
  private record Opened(LinkSocket link, Identity identity) {}

  DhcpAddressSource(AddressContext context, DhcpConfiguration configuration) {
    this.context = context;
    this.configuration = configuration;
    this.random = configuration.random().get();
    this.memory = "dhcp-" + configuration.interfaceName().replaceAll("[^A-Za-z0-9]", "-");
  }

  @Override
  public void start(Listener listener) {
    told = Optional.of(listener);
    context.loop().execute(this::open);
  }

  private void open() {
    if (closed) {
      return;
    }
    try {
      LinkSocket link = configuration.link().open(configuration.interfaceName(), context.loop());
      Identity identity =
          new Identity(LinkAddress.of(link.mac()), configuration.wanted(), configuration.said());
      opened = Optional.of(new Opened(link, identity));
      trouble = "";
      handle(new Event.Start(kept().flatMap(Remembered::parse)));
      link.start(new Incoming(identity));
    } catch (IOException | PhoneAgentException e) {
      String why = "DHCP: " + e.getMessage();
      if (!why.equals(trouble)) {
        trouble = why;
        told.ifPresent(l -> l.troubled(why, Optional.of(REOPEN_AFTER)));
      }
      wakeIn(REOPEN_AFTER, this::open);
    }
  }

  private void wakeIn(Duration delay, Runnable task) {
    cancelTimer.run();
    cancelTimer = context.schedule(delay, task);
  }

  @Override
  public void suspend() {
    handle(new Event.Suspend());
  }

  @Override
  public void resume() {
    handle(new Event.Resume());
  }

  @Override
  public void close() {
    end(true);
  }

  @Override
  public void closeForRestart() {
    end(false);
  }

  private void end(boolean release) {
    if (!closed) {
      closed = true;
      cancelTimer.run();
      handle(new Event.Stop(release));
      opened.ifPresent(o -> o.link().close());
    }
  }

  private void handle(Event event) {
    DhcpState before = state;
    Step step = before.on(event, new Moment(context.nanos(), random, configuration.check()));
    state = step.next();
    if (before.getClass() != state.getClass()) {
      LOG.debug(
          "{}: {} -> {} on {}",
          configuration.interfaceName(),
          before.getClass().getSimpleName(),
          state.getClass().getSimpleName(),
          event.getClass().getSimpleName());
    }
    for (Effect effect : step.effects()) {
      Optional<String> failure = carryOut(effect);
      if (failure.isPresent()) {
        handle(new Event.ApplyFailed(failure.get()));
        return; // what follows tells of an address that is not there
      }
    }
  }

  /** Why it could not be done, where that matters. */
  private Optional<String> carryOut(Effect effect) {
    if (effect instanceof Effect.WakeIn wake) {
      wakeIn(wake.delay(), () -> handle(new Event.TimerDue()));
    } else if (effect instanceof Effect.CancelTimer) {
      cancelTimer.run();
    } else if (effect instanceof Effect.Remember remember) {
      keep(remember.remembered().text());
    } else if (effect instanceof Effect.Forget) {
      keep("");
    } else if (effect instanceof Effect.TellLeased leased) {
      opened.ifPresent(
          o ->
              told.ifPresent(
                  l ->
                      l.leased(
                          leased.granted().lease(o.link().interfaceName(), o.link().mac()),
                          leased.cause())));
    } else if (effect instanceof Effect.TellLost lost) {
      told.ifPresent(l -> l.lost(lost.cause()));
    } else if (effect instanceof Effect.TellTroubled troubled) {
      told.ifPresent(l -> l.troubled(troubled.cause(), Optional.empty()));
    } else if (opened.isPresent()) {
      return carryOutOn(opened.get(), effect);
    }
    return Optional.empty();
  }

  /** A vendor's store that fails costs the memory, not the address. */
  @SuppressWarnings("IllegalCatch")
  private Optional<String> kept() {
    try {
      return context.store().get(memory);
    } catch (RuntimeException e) {
      storeFails(e);
      return Optional.empty();
    }
  }

  @SuppressWarnings("IllegalCatch")
  private void keep(String text) {
    try {
      context.store().put(memory, text);
    } catch (RuntimeException e) {
      storeFails(e);
    }
  }

  private void storeFails(RuntimeException e) {
    told.ifPresent(
        l ->
            l.troubled(
                "DHCP: the identity store fails: " + e + "; the address is not remembered",
                Optional.empty()));
  }

  @SuppressWarnings("IllegalCatch") // A vendor's applier may throw against its contract.
  private Optional<String> carryOutOn(Opened on, Effect effect) {
    try {
      if (effect instanceof Effect.Listen) {
        on.link().listen();
      } else if (effect instanceof Effect.Rest) {
        on.link().rest();
      } else if (effect instanceof Effect.Send send) {
        LinkAddress to =
            send.question().to().map(g -> g.reply().from()).orElse(LinkAddress.BROADCAST);
        on.link().sendIp(to, on.identity().packet(send.question()));
      } else if (effect instanceof Effect.ProbeLink probe) {
        on.link().sendArp(ArpPacket.probe(on.identity().mac(), probe.address()).write());
      } else if (effect instanceof Effect.Announce announce) {
        on.link().sendArp(ArpPacket.announcement(on.identity().mac(), announce.address()).write());
      } else if (effect instanceof Effect.Apply apply) {
        configuration
            .applier()
            .apply(apply.granted().applied(on.link().interfaceName(), context.nanos()));
      } else if (effect instanceof Effect.Remove remove) {
        configuration
            .applier()
            .remove(remove.granted().applied(on.link().interfaceName(), context.nanos()));
      } else if (effect instanceof Effect.Abandon abandon) {
        configuration.applier().remove(DhcpLease.of(on.link().interfaceName(), abandon.address()));
      }
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      if (effect instanceof Effect.Apply) {
        return Optional.of(
            e instanceof IOException ? String.valueOf(e.getMessage()) : e.toString());
      }
      // The link tells by itself what becomes of it, and questions are repeated.
      LOG.info("{}: {}", configuration.interfaceName(), e.toString());
      return Optional.empty();
    }
  }

  /** What comes from the link: read, or dropped. */
  private final class Incoming implements LinkSocket.Listener {
    private final Identity identity;

    private Incoming(Identity identity) {
      this.identity = identity;
    }

    @Override
    public void up() {
      handle(new Event.LinkUp());
    }

    @Override
    public void down(String cause) {
      handle(new Event.LinkDown(cause));
    }

    /** Not again and again: whoever takes it may have a reason, and take it again. */
    @Override
    public void taken(Inet4Address address) {
      long now = context.nanos();
      boolean ours = state.held().filter(g -> g.address().equals(address)).isPresent();
      if (ours && !putBackAt.filter(at -> now - at < PUT_BACK_AGAIN.toNanos()).isPresent()) {
        putBackAt = Optional.of(now);
        handle(new Event.Taken(address));
      }
    }

    @Override
    public void ip(LinkAddress from, byte[] packet, boolean checksumDone) {
      try {
        UdpPacket udp = UdpPacket.read(packet, checksumDone);
        if (udp.toPort() == CLIENT_PORT && udp.fromPort() == SERVER_PORT) {
          Reply.read(from, DhcpReader.read(udp.payload()), identity)
              .ifPresent(DhcpAddressSource.this::handle);
        }
      } catch (MalformedDhcpException e) {
        LOG.debug("{}: dropped: {}", configuration.interfaceName(), e.getMessage());
      }
    }

    @Override
    public void arp(byte[] packet) {
      ArpPacket.read(packet)
          .filter(arp -> !arp.senderMac().equals(identity.mac()))
          .ifPresent(arp -> handle(new Event.Claimed(arp.claimed(), arp.senderMac())));
    }
  }
}
