// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.ProbeContext;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Carries one {@link Asking} out. Each has a socket of its own, so that an answer to an earlier one
 * is none to it, and a forger has to guess the port. By PCP the question is a mapping, and however
 * it ends, that is deleted.
 */
final class GatewayQuestion {
  // RFC 6887 bounds a mapping's lifetime by what the server likes; this is short for any.
  private static final int LIFETIME_SECONDS = 60;

  /** Told of the gateway's time, which each answer has. */
  interface Clockwork {
    /** It has said that. */
    void heard(Dialect dialect, long epoch);
  }

  private final ProbeContext context;
  private final InetSocketAddress gateway;
  private final Inet4Address own;
  private final HeldMapping mapping;
  private final Clockwork clockwork;
  private Asking state = new Asking.Silent();
  private BiConsumer<Asking, Dialect> ended = (end, dialect) -> {};
  private Dialect dialect = Dialect.NAT_PMP;
  private Optional<MappingName> asked = Optional.empty();
  private Runnable cancelTimer = () -> {};
  private DatagramPort socket = new Unopened();

  GatewayQuestion(
      ProbeContext context,
      InetSocketAddress gateway,
      Inet4Address own,
      HeldMapping mapping,
      Clockwork clockwork) {
    this.context = context;
    this.gateway = gateway;
    this.own = own;
    this.mapping = mapping;
    this.clockwork = clockwork;
  }

  /**
   * Sends the first datagram.
   *
   * @param whenEnded told how it ended, and in which dialect
   */
  void begin(Asking.Waiting first, BiConsumer<Asking, Dialect> whenEnded) throws IOException {
    socket = context.network().openDatagram(new InetSocketAddress(own, 0), this::received);
    ended = whenEnded;
    enter(new Asking.Step(first, true));
  }

  private void received(ByteBuffer data, InetSocketAddress from) {
    if (from.equals(gateway)) {
      GatewayCodec.read(data).ifPresent(this::said);
    }
  }

  private void said(GatewayMessage message) {
    if (message instanceof GatewayMessage.Address said) {
      clockwork.heard(Dialect.NAT_PMP, said.epoch());
      on(new Asking.Event.Answered(Dialect.NAT_PMP, said.address()));
    } else if (message instanceof GatewayMessage.Mapping said
        && Optional.of(said.name()).equals(asked)) {
      clockwork.heard(Dialect.PCP, said.epoch());
      on(new Asking.Event.Answered(Dialect.PCP, said.address()));
    } else if (message instanceof GatewayMessage.Refusal said
        && (!said.name().isPresent() || said.name().equals(asked))) {
      on(new Asking.Event.Refusal(said.dialect(), said.code()));
    } else if (message instanceof GatewayMessage.Unsupported said) {
      int operation = dialect == Dialect.NAT_PMP ? GatewayCodec.ADDRESS : GatewayCodec.MAP;
      on(new Asking.Event.Unsupported(said.version(), said.operation() == operation));
    }
  }

  private void on(Asking.Event event) {
    Asking before = state;
    Asking.Step step = state.on(event);
    if (step.sends() || step.next() != before) {
      enter(step);
    }
  }

  private void enter(Asking.Step step) {
    cancelTimer.run();
    state = step.next();
    if (state instanceof Asking.Waiting waiting) {
      dialect = waiting.dialect();
      if (step.sends() && !ask()) {
        return;
      }
      cancelTimer =
          context.schedule(Asking.patience(waiting), () -> on(new Asking.Event.TimeOut()));
      return;
    }
    end(state);
  }

  /** Whether it could; else it has ended. */
  private boolean ask() {
    if (dialect == Dialect.NAT_PMP) {
      asked = Optional.empty(); // it has said that it knows no mappings by PCP
      socket.send(GatewayCodec.askAddress(), gateway);
      return true;
    }
    try {
      MappingName name = mapping.hold(own);
      mapping.leftBehind().ifPresent(this::delete);
      asked = Optional.of(name);
      socket.send(GatewayCodec.askMapping(own, name, LIFETIME_SECONDS), gateway);
      return true;
    } catch (IOException e) {
      state = new Asking.Refused("no port can be had for a mapping: " + e.getMessage());
      end(state);
      return false;
    }
  }

  private void delete(MappingName name) {
    socket.send(GatewayCodec.askMapping(own, name, 0), gateway);
  }

  private void end(Asking how) {
    asked.ifPresent(this::delete); // the mapping was but the question
    socket.close();
    ended.accept(how, dialect);
  }

  /** Ends it without an answer. */
  void giveUp(String why) {
    if (state instanceof Asking.Waiting) {
      cancelTimer.run();
      state = new Asking.Refused("given up, as " + why);
      end(state);
    }
  }

  /** Before the socket is opened. */
  private static final class Unopened implements DatagramPort {
    @Override
    public InetSocketAddress local() {
      return new InetSocketAddress(0);
    }

    @Override
    public void send(ByteBuffer data, InetSocketAddress to) {}

    @Override
    public void close() {}
  }
}
