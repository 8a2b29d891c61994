// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.flow.TransactionId;
import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.ProbeContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/** Carries one {@link Sounding} out, on a socket of its own. */
final class StunQuestion {
  private final ProbeContext context;
  private final InetSocketAddress server;
  private final TransactionId transaction;
  private Sounding state = new Sounding.Silent();
  private Optional<DatagramPort> socket = Optional.empty();
  private Runnable cancelTimer = () -> {};
  private Consumer<Sounding> ended = end -> {};

  /**
   * Of one server.
   *
   * @param random unpredictable for others: who guesses port and transaction can forge the answer
   */
  StunQuestion(ProbeContext context, Random random, InetSocketAddress server) {
    this.context = context;
    this.server = server;
    this.transaction = TransactionId.next(random);
  }

  /**
   * Sends the first datagram.
   *
   * @param own the address it is sent from
   * @param whenEnded told once how it ended, perhaps before this returns
   */
  void begin(InetAddress own, Sounding.Waiting first, Consumer<Sounding> whenEnded) {
    ended = whenEnded;
    try {
      socket =
          Optional.of(
              context.network().openDatagram(new InetSocketAddress(own, 0), this::received));
    } catch (IOException e) {
      enter(
          new Sounding.Step(
              new Sounding.Refused("no socket can be opened: " + e.getMessage()), false));
      return;
    }
    enter(new Sounding.Step(first, true));
  }

  private void received(ByteBuffer data, InetSocketAddress from) {
    if (from.equals(server)) {
      StunAnswer.read(data, transaction).ifPresent(this::on);
    }
  }

  private void on(Sounding.Event event) {
    if (state instanceof Sounding.Waiting) {
      enter(state.on(event));
    }
  }

  private void enter(Sounding.Step step) {
    cancelTimer.run();
    state = step.next();
    if (step.sends()) {
      // RFC 8489, section 6.2.1: a repetition is the same datagram.
      socket.ifPresent(s -> s.send(StunAnswer.question(transaction), server));
    }
    if (state instanceof Sounding.Waiting waiting) {
      cancelTimer =
          context.schedule(Sounding.patience(waiting), () -> on(new Sounding.Event.TimeOut()));
      return;
    }
    socket.ifPresent(DatagramPort::close);
    ended.accept(state);
  }

  /** Ends it without an answer. */
  void giveUp(String why) {
    if (state instanceof Sounding.Waiting) {
      enter(new Sounding.Step(new Sounding.Refused("given up, as " + why), false));
    }
  }
}
