// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.ProbeContext;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.function.BiConsumer;

/**
 * Carries one {@link Asking} out. Each has a socket of its own, so that an answer to an earlier one
 * is none to it, and a forger has to guess the port.
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
  private final byte[] nonce;
  private final Clockwork clockwork;
  private Asking state = new Asking.Silent();
  private BiConsumer<Asking, Dialect> ended = (end, dialect) -> {};
  private Dialect dialect = Dialect.NAT_PMP;
  private Runnable cancelTimer = () -> {};
  private DatagramPort socket = new Unopened();

  GatewayQuestion(
      ProbeContext context,
      InetSocketAddress gateway,
      Inet4Address own,
      byte[] nonce,
      Clockwork clockwork) {
    this.context = context;
    this.gateway = gateway;
    this.own = own;
    this.nonce = nonce;
    this.clockwork = clockwork;
  }

  /**
   * Sends the first datagram.
   *
   * @param whenEnded told how it ended, and in which dialect
   */
  void begin(Asking.Waiting first, BiConsumer<Asking, Dialect> whenEnded) throws IOException {
    ended = whenEnded;
    socket = context.network().openDatagram(new InetSocketAddress(own, 0), this::received);
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
    } else if (message instanceof GatewayMessage.Mapping said && isOurs(said)) {
      clockwork.heard(Dialect.PCP, said.epoch());
      on(new Asking.Event.Answered(Dialect.PCP, said.address()));
    } else if (message instanceof GatewayMessage.Refusal said) {
      on(new Asking.Event.Refusal(said.dialect(), said.code()));
    } else if (message instanceof GatewayMessage.Unsupported said) {
      on(new Asking.Event.Unsupported(said.version()));
    }
  }

  private boolean isOurs(GatewayMessage.Mapping said) {
    return said.internalPort() == socket.local().getPort()
        && said.nonce().equals(ByteBuffer.wrap(nonce));
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
      if (step.sends()) {
        send(LIFETIME_SECONDS);
      }
      cancelTimer =
          context.schedule(Asking.patience(waiting), () -> on(new Asking.Event.TimeOut()));
      return;
    }
    end(state);
  }

  private void send(int lifetimeSeconds) {
    socket.send(
        dialect == Dialect.NAT_PMP
            ? GatewayCodec.askAddress()
            : GatewayCodec.askMapping(own, socket.local().getPort(), nonce, lifetimeSeconds),
        gateway);
  }

  private void end(Asking how) {
    if (dialect == Dialect.PCP && how instanceof Asking.Told) {
      send(0); // the mapping was but the question
    }
    socket.close();
    ended.accept(how, dialect);
  }

  /** Ends it without an answer. */
  void giveUp() {
    if (state instanceof Asking.Waiting) {
      cancelTimer.run();
      state = new Asking.Refused("given up, as the agent rests or ends");
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
