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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/**
 * Asks all sources of the public address round by round, and weighs what they say. A round waits
 * for the slowest as long as nothing is known; after that only a moment longer than for the first
 * that finds an address. Who has not answered yet is not asked a second time, and what comes after
 * the round is weighed when it is news. On one loop.
 */
public final class ProbeRounds {
  /** Sources on the LAN and a round trip away outside answer in this time. */
  private static final Duration GRACE = Duration.ofMillis(250);

  // What is asked at the same time on the LAN has answered by then, and confirms it or not.
  private static final Duration GRACE_AFTER_NEWS = Duration.ofMillis(50);

  private final Loop loop;
  private final BiConsumer<Lease, Verdict> told;
  private final Runnable again;
  private final List<NamedProbe> probes = new ArrayList<>();
  private final Map<NamedProbe, Lease> asked = new HashMap<>();
  private final Map<NamedProbe, ProbeReport> said = new HashMap<>();
  private Weighing weighing = new Weighing();
  private Optional<Lease> lease = Optional.empty();
  private Optional<PublicAddress> current = Optional.empty();
  private boolean open;
  private boolean askAgain;
  private boolean hurried;
  private int generation;
  private Optional<Timer> grace = Optional.empty();

  /**
   * Of no source yet.
   *
   * @param told the verdict of each round, and under which lease it was asked
   * @param again called after a round in which another one was asked for
   */
  public ProbeRounds(Loop loop, BiConsumer<Lease, Verdict> told, Runnable again) {
    this.loop = loop;
    this.told = told;
    this.again = again;
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
    boolean wasOpen = open;
    cancel();
    probes.clear();
    probes.addAll(others);
    if (wasOpen && lease.isPresent()) {
      ask(lease.get(), current);
    }
  }

  /** Asks all sources; where they are being asked under this lease, once more after that. */
  public void ask(Lease under, Optional<PublicAddress> held) {
    if (open && lease.equals(Optional.of(under))) {
      askAgain = true;
      return;
    }
    if (lease.isPresent() && !sameNetwork(lease.get(), under)) {
      weighing = new Weighing();
    }
    lease = Optional.of(under);
    current = held;
    open = true;
    askAgain = false;
    endGrace();
    said.clear();
    for (NamedProbe probe : probes) {
      if (!under.equals(asked.get(probe))) {
        asked.put(probe, under);
        int mine = generation;
        CompletableFuture<Void> unused =
            probe
                .ask(under)
                .thenAccept(report -> loop.execute(() -> answered(mine, under, probe, report)));
      }
    }
    closeIfComplete();
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
    if (!open) {
      if (found && !report.answer().equals(currentAnswer())) {
        weigh();
      }
      return;
    }
    if (!closeIfComplete() && found && current.isPresent()) {
      boolean news = !report.answer().equals(currentAnswer());
      if (!grace.isPresent() || (news && !hurried)) {
        endGrace();
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
    boolean complete = open && said.size() == probes.size();
    if (complete) {
      close();
    }
    return complete;
  }

  private void close() {
    endGrace();
    open = false;
    weigh();
    if (askAgain) {
      askAgain = false;
      again.run();
    }
  }

  private void endGrace() {
    grace.ifPresent(Timer::cancel);
    grace = Optional.empty();
    hurried = false;
  }

  private void weigh() {
    List<ProbeReport> reports = new ArrayList<>();
    for (NamedProbe probe : probes) {
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
    endGrace();
    asked.clear();
    probes.forEach(NamedProbe::forget);
  }
}
