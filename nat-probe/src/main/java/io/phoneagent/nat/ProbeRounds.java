// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.Lease;
import io.phoneagent.PublicAddress;
import io.phoneagent.runtime.Loop;
import io.phoneagent.runtime.Timer;
import io.phoneagent.spi.ProbeAnswer;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * Asks the sources of the public address round by round, and weighs what they say. A round waits
 * only a moment longer than for the first that finds an address. Who has not answered yet is not
 * asked a second time, and what comes after the round is weighed when it is news.
 *
 * <p>The LAN comes before the internet: as long as who is on the firewall goes on saying what is
 * known, who looks from outside is asked each half minute only.
 *
 * <p>A source that falls silent may do so because the address changes just now: a gateway that is
 * dialling in, or whose service looks for the new address itself, answers nobody. Whoever owns the
 * flows is told, and can look whether they are still there. On one loop.
 */
public final class ProbeRounds {
  /** Sources on the LAN and a round trip away outside answer in this time. */
  private static final Duration GRACE = Duration.ofMillis(250);

  // What is asked at the same time on the LAN has answered by then, and confirms it or not.
  private static final Duration GRACE_AFTER_NEWS = Duration.ofMillis(50);

  // A gateway answers in milliseconds. So long after a question, or after so many times what it
  // takes, and again and again, its silence is told; so often at most, which is for half a
  // minute, as it may be gone for good.
  private static final Duration SILENCE = Duration.ofMillis(500);
  private static final int TIMES_LATELY = 4;
  private static final int MOST_TOLD = 60;

  private final Loop loop;
  private final BiConsumer<Lease, Verdict> told;
  private final Runnable again;
  private final Runnable silent;
  private final List<NamedProbe> probes = new ArrayList<>();
  private final Map<NamedProbe, Lease> asked = new HashMap<>();
  private static final Duration OUTSIDE_AT_REST = Duration.ofSeconds(30);

  private final Set<NamedProbe> round = new LinkedHashSet<>();
  private final Map<NamedProbe, ProbeReport> said = new HashMap<>();
  private Weighing weighing = new Weighing();
  private Optional<Lease> lease = Optional.empty();
  private Optional<PublicAddress> current = Optional.empty();
  private boolean open;
  private boolean askAgain;
  private boolean hurried;
  private Optional<Long> outsideAskedNanos = Optional.empty();
  private int generation;
  private Optional<Timer> grace = Optional.empty();
  private Duration patience = NamedProbe.TIME_LIMIT;
  private Timer patienceTimer = () -> {};
  private Timer silence = () -> {};
  private boolean lanSpoke;
  private boolean spoken; // in this round
  private long begunNanos;
  private long latelyNanos;
  private int tellsLeft;

  /**
   * Of no source yet.
   *
   * @param told the verdict of each round, and under which lease it was asked
   * @param again called after a round in which another one was asked for
   * @param silent called where sources that have said the address say it no more: once, and for
   *     half a minute each half second where one of them is on the LAN
   */
  public ProbeRounds(Loop loop, BiConsumer<Lease, Verdict> told, Runnable again, Runnable silent) {
    this.loop = loop;
    this.told = told;
    this.again = again;
    this.silent = silent;
  }

  /** Under which the sources were asked last. */
  public Optional<Lease> lease() {
    return lease;
  }

  /** All sources that are asked. */
  public List<NamedProbe> probes() {
    return probes;
  }

  /** Other sources are asked from now on, and at once where a round is under way. */
  public void use(List<NamedProbe> others) {
    use(others, NamedProbe.TIME_LIMIT);
  }

  /**
   * The same.
   *
   * @param longest that a round is waited for while nothing is known and nobody says anything
   */
  public void use(List<NamedProbe> others, Duration longest) {
    boolean wasOpen = open;
    cancel();
    patience = longest;
    probes.clear();
    probes.addAll(others);
    if (wasOpen && lease.isPresent()) {
      ask(lease.get(), current);
    }
  }

  /** Asks the sources; where they are being asked under this lease, once more after that. */
  public void ask(Lease under, Optional<PublicAddress> held) {
    if (open && lease.equals(Optional.of(under))) {
      askAgain = true;
      return;
    }
    if (lease.isPresent() && !sameNetwork(lease.get(), under)) {
      weighing = new Weighing();
      lanSpoke = false;
      tellsLeft = 0;
    }
    lease = Optional.of(under);
    current = held;
    open = true;
    askAgain = false;
    spoken = false;
    begunNanos = loop.nanos();
    stopWaiting();
    said.clear();
    round.clear();
    boolean lanFirst =
        held.isPresent()
            && probes.stream().anyMatch(p -> !p.isOutside())
            && outsideAskedNanos
                .filter(at -> loop.nanos() - at < OUTSIDE_AT_REST.toNanos())
                .isPresent();
    probes.stream().filter(p -> !(lanFirst && p.isOutside())).forEach(round::add);
    List.copyOf(round).forEach(p -> ask(p, under));
    if (!lanFirst) {
      outsideAskedNanos = Optional.of(loop.nanos());
    }
    if (!held.isPresent()) {
      patienceTimer = loop.schedule(patience, this::close);
    } else {
      awaitSilence();
    }
    closeIfComplete();
  }

  private void awaitSilence() {
    if (lanSpoke) {
      silence =
          loop.schedule(
              Duration.ofNanos(Math.max(SILENCE.toNanos(), TIMES_LATELY * latelyNanos)),
              () -> {
                tellSilence();
                awaitSilence();
              });
    }
  }

  private void tellSilence() {
    if (tellsLeft > 0) {
      tellsLeft--;
      lanSpoke &= tellsLeft > 0;
      silent.run();
    }
  }

  private void spoke(NamedProbe probe) {
    silence.cancel();
    if (open && !spoken) {
      spoken = true;
      long took = loop.nanos() - begunNanos;
      // Smoothed, as a round trip is: one late answer of a gateway that was busy says little.
      latelyNanos += latelyNanos == 0 ? took : (took - latelyNanos) / 4;
    }
    lanSpoke |= !probe.isOutside();
    tellsLeft = probe.isOutside() ? Math.max(1, tellsLeft) : MOST_TOLD;
  }

  private void ask(NamedProbe probe, Lease under) {
    if (!under.equals(asked.get(probe))) {
      asked.put(probe, under);
      int mine = generation;
      CompletableFuture<Void> unused =
          probe
              .ask(under)
              .thenAccept(report -> loop.execute(() -> answered(mine, under, probe, report)));
    }
  }

  /** Where the LAN has news, or nothing, the internet says what it is. */
  private void askOutside(Lease under, boolean news) {
    boolean silent =
        said.keySet().containsAll(round)
            && said.values().stream().noneMatch(r -> r.answer().equals(currentAnswer()));
    if ((news || silent) && round.size() < probes.size()) {
      outsideAskedNanos = Optional.of(loop.nanos());
      List<NamedProbe> others =
          probes.stream().filter(p -> !round.contains(p)).collect(Collectors.toList());
      round.addAll(others);
      others.forEach(p -> ask(p, under));
    }
  }

  private static boolean sameNetwork(Lease one, Lease other) {
    return one.gateway().equals(other.gateway())
        && one.interfaceName().equals(other.interfaceName());
  }

  private void answered(int asking, Lease under, NamedProbe probe, ProbeReport report) {
    if (asking != generation || !lease.equals(Optional.of(under))) {
      return; // asked under a lease that is gone, or before a rest
    }
    asked.remove(probe);
    said.put(probe, report);
    boolean found = report.answer() instanceof ProbeAnswer.Found;
    boolean news = found && current.isPresent() && !report.answer().equals(currentAnswer());
    if (found) {
      spoke(probe);
    }
    if (!open) {
      if (found && !report.answer().equals(currentAnswer())) {
        weigh();
      }
      return;
    }
    askOutside(under, news);
    if (!closeIfComplete() && found) {
      if (!grace.isPresent() || (news && !hurried)) {
        stopWaiting();
        hurried = news;
        grace = Optional.of(loop.schedule(news ? GRACE_AFTER_NEWS : GRACE, this::close));
      }
    }
  }

  private ProbeAnswer currentAnswer() {
    return current
        .<ProbeAnswer>map(c -> new ProbeAnswer.Found(c.address()))
        .orElse(new ProbeAnswer.Nothing(""));
  }

  private boolean closeIfComplete() {
    boolean complete = open && said.keySet().containsAll(round);
    if (complete) {
      close();
    }
    return complete;
  }

  private void close() {
    stopWaiting();
    open = false;
    if (said.values().stream().noneMatch(r -> r.answer() instanceof ProbeAnswer.Found)) {
      tellSilence();
    }
    weigh();
    if (askAgain) {
      askAgain = false;
      again.run();
    }
  }

  private void stopWaiting() {
    grace.ifPresent(Timer::cancel);
    grace = Optional.empty();
    patienceTimer.cancel();
    silence.cancel();
    hurried = false;
  }

  private void weigh() {
    List<ProbeReport> reports = new ArrayList<>();
    for (NamedProbe probe : probes) {
      if (!round.contains(probe) && !said.containsKey(probe)) {
        continue; // it was not asked
      }
      reports.add(
          Optional.ofNullable(said.get(probe)).orElseGet(() -> probe.nothing("no answer yet")));
    }
    Verdict verdict = weighing.weigh(current, reports);
    take(verdict);
    lease.ifPresent(l -> told.accept(l, verdict));
  }

  private void take(Verdict verdict) {
    if (verdict instanceof Verdict.Known known) {
      current = Optional.of(known.address());
    }
  }

  /**
   * The switch has answered a bind.
   *
   * @param address that it saw it come from, a public one
   * @return what follows, if anything
   */
  public Optional<Verdict> seen(InetAddress address) {
    Optional<Verdict> verdict = weighing.seen(address);
    verdict.ifPresent(this::take);
    return verdict;
  }

  /** Waits for nothing any more. */
  public void cancel() {
    generation++;
    open = false;
    askAgain = false;
    stopWaiting();
    asked.clear();
    outsideAskedNanos = Optional.empty();
    probes.forEach(NamedProbe::forget);
  }
}
