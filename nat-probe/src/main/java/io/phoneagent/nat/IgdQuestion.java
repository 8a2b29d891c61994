// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.spi.HttpAnswer;
import io.phoneagent.spi.IpLiteral;
import io.phoneagent.spi.ProbeAnswer;
import io.phoneagent.spi.ProbeContext;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * One question for the public address. Of several services that one counts that is connected and
 * has one; a single one is not asked for its state first, which would take as long as the address.
 */
final class IgdQuestion {
  // Four services that take two seconds each are more than a check should wait for.
  private static final Duration TIME_LIMIT = Duration.ofSeconds(5);
  private static final String STATUS = "GetStatusInfo";
  private static final String ADDRESS = "GetExternalIPAddress";

  /**
   * What came of it.
   *
   * @param service which one has said it; empty if none has
   * @param address what it has said, public or not
   * @param answer for the agent
   * @param heard whether any service has answered as a service does
   */
  record Outcome(
      Optional<WanService> service,
      Optional<InetAddress> address,
      ProbeAnswer answer,
      boolean heard) {}

  private final ProbeContext context;
  private final Queue<WanService> left;
  private final boolean several;
  private final Consumer<Outcome> ended;
  private Optional<WanService> unpublic = Optional.empty();
  private Optional<InetAddress> address = Optional.empty();
  private String why = "";
  private boolean heard;
  private boolean over;
  private Runnable cancelLimit = () -> {};

  /**
   * Of these services, in this order.
   *
   * @param ended told once, unless it is given up
   */
  IgdQuestion(ProbeContext context, List<WanService> services, Consumer<Outcome> ended) {
    this.context = context;
    this.left = new ArrayDeque<>(services);
    this.several = services.size() > 1;
    this.ended = ended;
  }

  /** Asks the first. */
  void begin() {
    cancelLimit =
        context.schedule(
            TIME_LIMIT,
            () -> {
              why = "the IGD takes longer than " + TIME_LIMIT.getSeconds() + " s to answer";
              left.clear();
              next();
            });
    next();
  }

  private void next() {
    if (over) {
      return;
    }
    WanService service = left.poll();
    if (service == null) {
      ProbeAnswer answer =
          address.isPresent()
              ? new ProbeAnswer.NotPublic(address.get())
              : new ProbeAnswer.Nothing(why);
      end(new Outcome(unpublic, address, answer, heard));
    } else if (several) {
      ask(service, STATUS, values -> status(service, values.value("NewConnectionStatus")));
    } else {
      askAddress(service);
    }
  }

  private void status(WanService service, String status) {
    if (status.equals("Connected")) {
      askAddress(service);
    } else {
      why = "the IGD says that it is not connected, but " + GatewayUri.shown(status);
      next();
    }
  }

  private void askAddress(WanService service) {
    ask(service, ADDRESS, values -> said(service, values.value("NewExternalIPAddress")));
  }

  private void said(WanService service, String text) {
    Optional<InetAddress> parsed = IpLiteral.parse(text);
    if (!parsed.isPresent()) {
      why =
          text.isEmpty()
              ? "the IGD has no public address now"
              : "the IGD says " + GatewayUri.shown(text) + ", which is no IP address";
      next();
      return;
    }
    ProbeAnswer answer = ProbeAnswer.of(parsed.get(), context.publicRanges());
    if (answer instanceof ProbeAnswer.Found) {
      end(new Outcome(Optional.of(service), parsed, answer, true));
      return;
    }
    if (!unpublic.isPresent()) {
      unpublic = Optional.of(service);
      address = parsed;
    }
    why = answer.said();
    next();
  }

  private void ask(WanService service, String action, Consumer<SoapAnswer.Values> answered) {
    Asked.of(
        context,
        SoapCodec.question(service, action),
        answer -> {
          if (!over) {
            hear(answer, action, answered);
          }
        },
        failure -> {
          why = "the IGD does not answer: " + failure;
          next();
        });
  }

  private void hear(HttpAnswer answer, String action, Consumer<SoapAnswer.Values> answered) {
    try {
      SoapAnswer said = SoapCodec.read(answer, action);
      heard = true;
      if (said instanceof SoapAnswer.Values values) {
        answered.accept(values);
        return;
      }
      why = "the IGD refuses " + action + " " + ((SoapAnswer.Fault) said).shown();
    } catch (UnusableException e) {
      why = "the IGD, asked for " + action + ": " + e.why();
    }
    next();
  }

  private void end(Outcome outcome) {
    giveUp();
    ended.accept(outcome);
  }

  boolean isOver() {
    return over;
  }

  /** Ends it; nobody is told. */
  void giveUp() {
    over = true;
    cancelLimit.run();
  }
}
