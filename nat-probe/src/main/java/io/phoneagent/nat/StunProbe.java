// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.Lease;
import io.phoneagent.spi.IpLiteral;
import io.phoneagent.spi.Probe;
import io.phoneagent.spi.ProbeAnswer;
import io.phoneagent.spi.ProbeContext;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** Asks one STUN server, at the addresses that its name leads to, one after another. */
final class StunProbe implements Probe {
  private static final int MOST_DATAGRAMS = 3;
  // A resolver answers within a round trip or two; what comes later serves the next question.
  private static final Duration LOOK_UP_TIME = Duration.ofSeconds(3);
  private static final Duration LOOK_UP_AGAIN = Duration.ofMinutes(5);

  private final StunServer server;
  private final ProbeContext context;
  private final Random random;
  private final boolean named;
  private List<InetAddress> found = List.of();
  private long foundAtNanos;
  private boolean lookingUp;
  private String noAddress = "";
  private int turn;
  private boolean silent;
  private Optional<StunQuestion> open = Optional.empty();
  private Optional<CompletableFuture<ProbeAnswer>> waiting = Optional.empty();
  private Runnable cancelWait = () -> {};
  private Runnable onceFound = () -> {};

  StunProbe(StunServer server, ProbeContext context, Random random) {
    this.server = server;
    this.context = context;
    this.random = random;
    Optional<InetAddress> literal = IpLiteral.parse(server.host());
    this.named = !literal.isPresent();
    literal.ifPresent(l -> found = List.of(l));
  }

  @Override
  public CompletionStage<ProbeAnswer> ask(Lease lease) {
    giveUp("it is asked again");
    CompletableFuture<ProbeAnswer> answer = new CompletableFuture<>();
    waiting = Optional.of(answer);
    lookUpAgain();
    if (!found.isEmpty()) {
      question(lease, answer);
    } else if (lookingUp) {
      cancelWait =
          context.schedule(
              LOOK_UP_TIME,
              () -> nothing(answer, "no name server has said where " + server.host() + " is"));
      onceFound = () -> question(lease, answer);
    } else {
      nothing(answer, noAddress);
    }
    return answer;
  }

  /** The addresses that were found before serve until there are others. */
  private void lookUpAgain() {
    boolean old = context.nanos() - foundAtNanos > LOOK_UP_AGAIN.toNanos();
    if (!named || lookingUp || !(found.isEmpty() || silent || old)) {
      return;
    }
    lookingUp = true;
    context
        .resolve(server.host())
        .whenComplete(
            (addresses, failure) -> {
              lookingUp = false;
              if (failure == null && !addresses.isEmpty()) {
                found = List.copyOf(addresses);
                foundAtNanos = context.nanos();
              }
              noAddress = server.host() + " is not known to the name server";
              Runnable next = onceFound;
              onceFound = () -> {};
              next.run();
            });
  }

  private void question(Lease lease, CompletableFuture<ProbeAnswer> answer) {
    cancelWait.run();
    List<InetAddress> reachable =
        found.stream()
            .filter(a -> (a instanceof Inet4Address) == (lease.address() instanceof Inet4Address))
            .collect(Collectors.toList());
    if (reachable.isEmpty()) {
      nothing(answer, found.isEmpty() ? noAddress : server.host() + " has no address of our kind");
      return;
    }
    InetAddress at = reachable.get(turn % reachable.size());
    StunQuestion question =
        new StunQuestion(context, random, new InetSocketAddress(at, server.port()));
    open = Optional.of(question);
    question.begin(
        lease.address(),
        new Sounding.Waiting(1, silent ? 1 : MOST_DATAGRAMS),
        end -> {
          open = Optional.empty();
          silent = end instanceof Sounding.Silent;
          turn += silent ? 1 : 0;
          answer(answer, answerOf(end, at));
        });
  }

  private ProbeAnswer answerOf(Sounding end, InetAddress at) {
    if (end instanceof Sounding.Told told) {
      return ProbeAnswer.of(told.address(), context.publicRanges());
    }
    return new ProbeAnswer.Nothing(
        end instanceof Sounding.Refused refused
            ? refused.why()
            : "the server " + at.getHostAddress() + " does not answer");
  }

  private void nothing(CompletableFuture<ProbeAnswer> answer, String why) {
    onceFound = () -> {};
    answer(answer, new ProbeAnswer.Nothing(why));
  }

  private void answer(CompletableFuture<ProbeAnswer> answer, ProbeAnswer said) {
    cancelWait.run();
    waiting = Optional.empty();
    answer.complete(said);
  }

  private void giveUp(String why) {
    open.ifPresent(q -> q.giveUp(why));
    waiting.ifPresent(w -> nothing(w, "given up, as " + why));
  }

  @Override
  public void suspend() {
    giveUp("the agent rests or ends");
  }

  @Override
  public void close() {
    suspend();
  }
}
