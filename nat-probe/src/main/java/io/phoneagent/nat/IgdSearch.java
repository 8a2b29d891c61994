// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.HttpAnswer;
import io.phoneagent.spi.HttpQuestion;
import io.phoneagent.spi.IpLiteral;
import io.phoneagent.spi.ProbeContext;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Carries one {@link Finding} out, on a socket of its own. The gateway is asked by its own address
 * and by the group's: there are networks where one of them does not arrive.
 */
final class IgdSearch {
  /** Where UPnP devices are searched for and announce themselves. */
  static final InetSocketAddress GROUP =
      new InetSocketAddress(IpLiteral.parse("239.255.255.250").get(), 1900);

  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final ProbeContext context;
  private final Inet4Address own;
  private final Inet4Address gateway;
  private final Consumer<Finding> ended;
  private Finding state = new Finding.Missing("");
  private Optional<DatagramPort> socket = Optional.empty();
  private Runnable cancelTimer = () -> {};

  /**
   * Of one look.
   *
   * @param ended told once that it is found, or missing
   */
  IgdSearch(ProbeContext context, Inet4Address own, Inet4Address gateway, Consumer<Finding> ended) {
    this.context = context;
    this.own = own;
    this.gateway = gateway;
    this.ended = ended;
  }

  /** Sends the first search. */
  void begin() throws IOException {
    socket =
        Optional.of(context.network().openDatagram(new InetSocketAddress(own, 0), this::received));
    enter(new Finding.Step(Finding.begin(), Finding.Effect.SEARCH));
  }

  private void received(ByteBuffer data, InetSocketAddress from) {
    if (from.getAddress().equals(gateway)
        && SsdpCodec.read(data).orElse(null) instanceof SsdpMessage.Here here) {
      on(event(here));
    }
  }

  private Finding.Event event(SsdpMessage.Here here) {
    Optional<URI> location = GatewayUri.at(gateway, here.location());
    if (!location.isPresent()) {
      return new Finding.Event.LedElsewhere(
          "the IGD's LOCATION leads elsewhere than to "
              + gateway.getHostAddress()
              + ": "
              + GatewayUri.shown(here.location()));
    }
    return new Finding.Event.Answered(
        new Finding.Candidate(here.device(), here.boot(), location.get()));
  }

  private void on(Finding.Event event) {
    Finding.Step step = state.on(event);
    boolean ends = isOver(step.next()) && !isOver(state);
    if (ends || step.effect() != Finding.Effect.NONE) {
      enter(step);
    } else {
      state = step.next();
    }
  }

  private static boolean isOver(Finding state) {
    return state instanceof Finding.Found || state instanceof Finding.Missing;
  }

  private void enter(Finding.Step step) {
    cancelTimer.run();
    state = step.next();
    if (state instanceof Finding.Searching searching) {
      search();
      cancelTimer =
          context.schedule(Finding.patience(searching), () -> on(new Finding.Event.TimeOut()));
    } else if (state instanceof Finding.Reading reading) {
      read(reading.candidate());
    } else {
      socket.ifPresent(DatagramPort::close);
      ended.accept(state);
    }
  }

  private void search() {
    InetSocketAddress one = new InetSocketAddress(gateway, GROUP.getPort());
    for (String target : SsdpCodec.TARGETS) {
      socket.ifPresent(
          s -> {
            s.send(SsdpCodec.search(target, one), one);
            s.send(SsdpCodec.search(target, GROUP), GROUP);
          });
    }
  }

  private void read(Finding.Candidate candidate) {
    HttpQuestion question =
        new HttpQuestion(
            "GET",
            candidate.location(),
            Collections.singletonMap("Connection", "close"),
            "",
            TIMEOUT,
            XmlReader.MOST_CHARACTERS);
    Asked.of(
        context,
        question,
        answer -> on(described(candidate, answer)),
        why -> on(new Finding.Event.Undescribed("the IGD's description: " + why)));
  }

  private Finding.Event described(Finding.Candidate candidate, HttpAnswer answer) {
    if (answer.status() != 200) {
      return new Finding.Event.Undescribed(
          "the IGD's description: it answered with status " + answer.status());
    }
    try {
      return new Finding.Event.Described(
          IgdDescription.services(answer.body(), candidate.location(), gateway));
    } catch (UnusableException e) {
      return new Finding.Event.Undescribed("the IGD's description: " + e.why());
    }
  }

  /** Ends it; nobody is told. */
  void giveUp() {
    cancelTimer.run();
    state = new Finding.Missing("");
    socket.ifPresent(DatagramPort::close);
  }
}
