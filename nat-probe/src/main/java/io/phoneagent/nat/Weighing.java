// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.PublicAddress;
import io.phoneagent.spi.ProbeAnswer;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Weighs round after round, as long as the device is behind one firewall, and remembers who was
 * wrong. Only the switch can show that: it says from where it sees a bind come. On one thread.
 */
public final class Weighing {
  // A bind is answered within two round trips, or repeated for 1.5 s.
  private static final int PATIENCE_ROUNDS = 3;

  private final Map<String, Standing> standings = new HashMap<>();
  private Optional<PublicAddress> held = Optional.empty();
  private Optional<InetAddress> before = Optional.empty();
  private Optional<InetAddress> seen = Optional.empty();
  private Optional<InetAddress> claimed = Optional.empty();
  private List<ProbeReport> reports = List.of();
  private int rounds;

  /** Knows nothing yet. */
  public Weighing() {}

  /**
   * A round of questions is over.
   *
   * @param current what is held to be the public address
   * @param said by each source, also where it is nothing
   * @return what follows; in doubt once for each claim, so that one bind shows it
   */
  public Verdict weigh(Optional<PublicAddress> current, List<ProbeReport> said) {
    if (held.isPresent() && !current.isPresent()) {
      seen = Optional.empty(); // from before the device was away
      before = Optional.empty();
      claimed = Optional.empty();
    }
    held = current;
    reports = List.copyOf(said);
    Set<String> doubted = new HashSet<>();
    for (ProbeReport report : reports) {
      if (report.answer() instanceof ProbeAnswer.Found found) {
        Standing standing = standings.getOrDefault(report.source(), Standing.NEW);
        Standing now = standing.said(found.address(), current.map(PublicAddress::address));
        // What it said until now counts, and whether it insists, for which this answer counts too.
        if (!standing.believed() && !now.believed()) {
          doubted.add(report.source());
        }
        standings.put(report.source(), now);
      }
    }
    Verdict verdict = contested(Verdict.of(current, seen, reports, doubted));
    if (!(verdict instanceof Verdict.Doubtful doubtful) || !current.isPresent()) {
      return taken(verdict);
    }
    if (!claimed.equals(Optional.of(doubtful.claimed()))) {
      claimed = Optional.of(doubtful.claimed());
      rounds = 0;
      return verdict;
    }
    return ++rounds < PATIENCE_ROUNDS
        ? new Verdict.Known(current.get())
        : taken(Verdict.byWeight(current.get(), reports, doubted));
  }

  /** Whoever is silent now, and was right until now, may know better than who says another. */
  private Verdict contested(Verdict verdict) {
    Optional<InetAddress> current = held.map(PublicAddress::address);
    if (!(verdict instanceof Verdict.Known known)
        || !current.isPresent()
        || named(known, current.get())
        || seen.equals(Optional.of(known.address().address()))) {
      return verdict;
    }
    for (ProbeReport report : reports) {
      Standing standing = standings.getOrDefault(report.source(), Standing.NEW);
      if (!(report.answer() instanceof ProbeAnswer.Found)
          && standing.last().equals(current)
          && standing.believed()) {
        return new Verdict.Doubtful(
            known.address().address(),
            known.address().verdict() + ", and " + report.source() + " is silent");
      }
    }
    return verdict;
  }

  /**
   * The switch has answered a bind.
   *
   * @param address that it saw the bind come from, a public one
   * @return what follows, if anything
   */
  public Optional<Verdict> seen(InetAddress address) {
    seen = Optional.of(address);
    Optional<InetAddress> current = held.map(PublicAddress::address);
    if (current.equals(seen)) {
      before = Optional.empty();
      if (!claimed.isPresent()) {
        return Optional.empty();
      }
      claimed = Optional.empty();
      wrong(current);
      return Optional.of(Verdict.shown(held.get(), reports));
    }
    if (before.equals(seen)) {
      // What was believed at once was a lie; the next answers put it right.
      refuse(current);
      before = Optional.empty();
    }
    Verdict verdict = Verdict.of(held, seen, reports, Set.of());
    boolean names = verdict instanceof Verdict.Known known && named(known, address);
    if (names) {
      return Optional.of(taken(verdict));
    }
    if (claimed.isPresent() && held.isPresent()) {
      // The switch is reached by another way than the internet, and shows nothing.
      return Optional.of(taken(Verdict.byWeight(held.get(), reports, doubted())));
    }
    return Optional.empty();
  }

  private static boolean named(Verdict.Known known, InetAddress address) {
    return known.address().address().equals(address);
  }

  private Set<String> doubted() {
    Set<String> doubted = new HashSet<>();
    standings.forEach(
        (source, standing) -> {
          if (standing.wrongs() > 0 && standing.rights() == 0) {
            doubted.add(source);
          }
        });
    return doubted;
  }

  /** The address that a verdict names is held from now on; who was for another was wrong. */
  private Verdict taken(Verdict verdict) {
    if (!(verdict instanceof Verdict.Known known)) {
      return verdict;
    }
    Optional<InetAddress> now = Optional.of(known.address().address());
    Optional<InetAddress> was = held.map(PublicAddress::address);
    boolean shown = was.isPresent() && seen.equals(now) && !was.equals(now);
    if (claimed.isPresent() || shown) {
      wrong(now);
    }
    if (shown) {
      mark(now, true, Standing::right);
    }
    claimed = Optional.empty();
    if (!was.equals(now)) {
      before = seen.equals(now) ? Optional.empty() : was;
      seen = seen.filter(s -> now.equals(Optional.of(s)));
      held = Optional.of(known.address());
    }
    return verdict;
  }

  /** Those who named another address than this one were wrong. */
  private void wrong(Optional<InetAddress> right) {
    mark(right, false, Standing::wrong);
  }

  /** Those who named this one were wrong. */
  private void refuse(Optional<InetAddress> lie) {
    mark(lie, true, Standing::wrong);
  }

  private void mark(
      Optional<InetAddress> address, boolean naming, UnaryOperator<Standing> judgement) {
    for (ProbeReport report : reports) {
      if (report.answer() instanceof ProbeAnswer.Found found
          && address.equals(Optional.of(found.address())) == naming) {
        standings.computeIfPresent(
            report.source(), (source, standing) -> judgement.apply(standing));
      }
    }
  }
}
