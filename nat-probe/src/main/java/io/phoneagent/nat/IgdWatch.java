// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.IpLiteral;
import io.phoneagent.spi.ProbeAnswer;
import io.phoneagent.spi.ProbeContext;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * What is known of the IGD of one gateway, as long as the device is behind it: where it is, what it
 * has said, and that it tells by itself when that changes. All of that only makes the agent ask.
 */
final class IgdWatch {
  // A check does not wait for what is missing: it is looked for beside it.
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);
  // What announces itself is looked for sooner, once for a burst.
  private static final Duration LOOK_AT_LEAST = Duration.ofSeconds(1);
  // Each question is a TCP connection and SOAP; after the fourth pause a change is over.
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final ProbeContext context;
  private final Random random;
  private final String interfaceName;
  private final Inet4Address own;
  private final Inet4Address gateway;
  private final Pacing pacing;
  private final List<CompletableFuture<ProbeAnswer>> open = new ArrayList<>();
  private final List<CompletableFuture<ProbeAnswer>> waiting = new ArrayList<>();
  private final List<IgdQuestion> questions = new ArrayList<>();
  private Optional<DatagramPort> group = Optional.empty();
  private Optional<IgdSearch> search = Optional.empty();
  private Optional<Device> known = Optional.empty();
  private Optional<Absence> absence = Optional.empty();
  private Optional<IgdEvent> toldBefore = Optional.empty();

  /** An IGD that was found. */
  private static final class Device {
    private final Finding.Candidate identity;
    private List<WanService> services;
    private Optional<WanService> heardOf = Optional.empty();
    private Optional<IgdEvents> events = Optional.empty();
    private boolean hasAnswered;
    private boolean outdated;

    Device(Finding.Found found) {
      this.identity = found.candidate();
      this.services = found.services();
    }

    void prefer(WanService service) {
      List<WanService> sorted = new ArrayList<>(services);
      sorted.remove(service);
      sorted.add(0, service);
      services = sorted;
    }

    void close() {
      events.ifPresent(IgdEvents::close);
      events = Optional.empty();
      heardOf = Optional.empty();
    }
  }

  private record Absence(String why, long sinceNanos) {}

  private IgdWatch(
      ProbeContext context,
      Random random,
      String interfaceName,
      Inet4Address own,
      Inet4Address gateway) {
    this.context = context;
    this.random = random;
    this.interfaceName = interfaceName;
    this.own = own;
    this.gateway = gateway;
    this.pacing = new Pacing(context, LONGEST_PAUSE);
  }

  /** Of this gateway; where the network has no multicast nothing that it announces is heard. */
  static IgdWatch of(
      ProbeContext context,
      Random random,
      String interfaceName,
      Inet4Address own,
      Inet4Address gateway) {
    IgdWatch made = new IgdWatch(context, random, interfaceName, own, gateway);
    try {
      made.group =
          Optional.of(
              context.network().openMulticast(IgdSearch.GROUP, interfaceName, made::received));
    } catch (IOException e) {
      return made; // Events may tell it, or the next check.
    }
    return made;
  }

  boolean is(String onInterface, InetAddress from, InetAddress to) {
    return interfaceName.equals(onInterface) && own.equals(from) && gateway.equals(to);
  }

  /** Asks for the public address. */
  CompletableFuture<ProbeAnswer> ask() {
    CompletableFuture<ProbeAnswer> answer = new CompletableFuture<>();
    open.add(answer);
    if (known.isPresent() && !known.get().outdated) {
      question(known.get(), answer, known.get().hasAnswered);
    } else if (absence.isPresent()) {
      if (isOver(LOOK_AGAIN, absence.get())) {
        look();
      }
      tell(answer, new ProbeAnswer.Nothing(absence.map(Absence::why).orElse("")));
    } else {
      lookFor(answer);
    }
    return answer;
  }

  private boolean isOver(Duration pause, Absence since) {
    return context.nanos() - since.sinceNanos() >= pause.toNanos();
  }

  private void lookFor(CompletableFuture<ProbeAnswer> answer) {
    waiting.add(answer);
    look();
  }

  private void look() {
    if (search.isPresent()) {
      return;
    }
    forget();
    IgdSearch begun = new IgdSearch(context, own, gateway, this::looked);
    search = Optional.of(begun);
    try {
      begun.begin();
    } catch (IOException e) {
      looked(new Finding.Missing("no socket can be opened: " + e.getMessage()));
    }
  }

  private void looked(Finding end) {
    search = Optional.empty();
    List<CompletableFuture<ProbeAnswer>> answers = new ArrayList<>(waiting);
    waiting.clear();
    if (end instanceof Finding.Found found) {
      Device device = new Device(found);
      known = Optional.of(device);
      absence = Optional.empty();
      answers.forEach(a -> question(device, a, false));
      if (answers.isEmpty()) {
        pacing.askNow("UPnP: the gateway has an IGD now");
      }
    } else {
      missing(((Finding.Missing) end).why());
      answers.forEach(this::tellAbsence);
    }
  }

  private void missing(String why) {
    forget();
    absence = Optional.of(new Absence(why, context.nanos()));
  }

  private void tellAbsence(CompletableFuture<ProbeAnswer> answer) {
    tell(answer, new ProbeAnswer.Nothing(absence.map(Absence::why).orElse("")));
  }

  private void tell(CompletableFuture<ProbeAnswer> answer, ProbeAnswer what) {
    answer.complete(what);
    open.removeIf(CompletableFuture::isDone);
  }

  /**
   * Asks what is known.
   *
   * @param looksAnew whether it is looked for once more if it does not answer
   */
  private void question(Device device, CompletableFuture<ProbeAnswer> answer, boolean looksAnew) {
    IgdQuestion question =
        new IgdQuestion(
            context,
            device.services,
            outcome -> {
              questions.removeIf(IgdQuestion::isOver);
              ended(device, outcome, answer, looksAnew);
            });
    questions.add(question);
    question.begin();
  }

  private void ended(
      Device device,
      IgdQuestion.Outcome outcome,
      CompletableFuture<ProbeAnswer> answer,
      boolean looksAnew) {
    boolean current = known.equals(Optional.of(device));
    if (outcome.heard()) {
      device.hasAnswered = true;
      outcome.address().ifPresent(pacing::answered);
      if (current) {
        outcome.service().ifPresent(s -> hear(device, s));
      }
      tell(answer, outcome.answer());
    } else if (looksAnew && (current || !known.isPresent())) {
      lookFor(answer);
    } else {
      if (current) {
        missing(outcome.answer().said());
      }
      tell(answer, outcome.answer());
    }
  }

  /** Subscribes to the service that has the address, unless that is so already. */
  private void hear(Device device, WanService service) {
    device.prefer(service);
    if (device.heardOf.equals(Optional.of(service)) || !service.events().isPresent()) {
      return;
    }
    device.close();
    try {
      IgdEvents events =
          new IgdEvents(context, own, gateway, service.events().get(), random, this::told);
      device.events = Optional.of(events);
      device.heardOf = Optional.of(service);
      events.begin();
    } catch (IOException e) {
      return; // Tried again at the next answer; until then it is asked.
    }
  }

  private void told(IgdEvent event) {
    boolean known = IpLiteral.parse(event.address()).filter(pacing::isAnswered).isPresent();
    // An IGD tells of every mapping that any host makes, such as we by PCP for each question.
    boolean explained = event.first() || toldBefore.filter(event::isOfMapping).isPresent();
    toldBefore = Optional.of(event);
    if (!known || !explained) {
      // What it names may be the address of before, and nothing else may come.
      pacing.askUntilItChanges(event.shown());
    }
  }

  private void received(ByteBuffer data, InetSocketAddress from) {
    if (from.getAddress().equals(gateway)) {
      SsdpCodec.read(data).ifPresent(this::announced);
    }
  }

  private void announced(SsdpMessage message) {
    boolean ofKnown = known.isPresent() && known.get().identity.device().equals(message.device());
    if (message instanceof SsdpMessage.Gone) {
      if (ofKnown) {
        pacing.askNow("UPnP: the gateway's IGD says that it leaves"); // which is looked into
      }
    } else if (ofKnown) {
      if (isAnother(known.get().identity, (SsdpMessage.Here) message)) {
        known.get().outdated = true;
        pacing.askNow("UPnP: the gateway's IGD has started again");
      }
    } else if (absence.isPresent() && isOver(LOOK_AT_LEAST, absence.get())) {
      look();
    }
  }

  private boolean isAnother(Finding.Candidate before, SsdpMessage.Here now) {
    return !before.boot().equals(now.boot())
        || !GatewayUri.at(gateway, now.location()).equals(Optional.of(before.location()));
  }

  private void forget() {
    known.ifPresent(Device::close);
    known = Optional.empty();
  }

  /** Lets go of everything, and tells who waits that nothing comes. */
  void close() {
    pacing.close();
    group.ifPresent(DatagramPort::close);
    search.ifPresent(IgdSearch::giveUp);
    search = Optional.empty();
    questions.forEach(IgdQuestion::giveUp);
    questions.clear();
    forget();
    waiting.clear();
    new ArrayList<>(open)
        .forEach(a -> tell(a, new ProbeAnswer.Nothing("given up, as the agent rests or ends")));
  }
}
