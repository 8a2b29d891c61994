// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.PublicAddress;
import io.phoneagent.spi.ProbeAnswer;
import io.phoneagent.spi.PublicRanges;
import io.phoneagent.spi.Viewpoint;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the sources together say of the public address, by these rules, of which the first that
 * applies counts:
 *
 * <ol>
 *   <li>what the switch has seen since, and a source names: that
 *   <li>nothing is known yet: what most of those say who are believed; between equals, who sees the
 *       address from outside knows more than who only has it
 *   <li>all who are believed say the same: that, at once where it is another one
 *   <li>they disagree: another address is in doubt, until the switch has seen where a bind comes
 *       from
 *   <li>nobody is believed: what was known stays, unless two say the same
 * </ol>
 */
public sealed interface Verdict {
  /** What the switch is called as a source. */
  String SWITCH = "the switch";

  /** The public address is this one; its verdict names the case. */
  record Known(PublicAddress address) implements Verdict {}

  /**
   * It may have become this one, but not all sources say so: a bind shows it.
   *
   * @param why who says what
   */
  record Doubtful(InetAddress claimed, String why) implements Verdict {}

  /** No source could say; why begins with the case. */
  record Unknown(String why) implements Verdict {}

  /**
   * Weighs the reports.
   *
   * @param current what was held to be the address so far
   * @param seen where the switch saw the last bind come from, if that was since then
   * @param reports of this round, in the order in which the sources were configured
   * @param doubted the sources that are not believed for now
   */
  static Verdict of(
      Optional<PublicAddress> current,
      Optional<InetAddress> seen,
      List<ProbeReport> reports,
      Set<String> doubted) {
    List<Vote> votes = Vote.count(reports, doubted);
    if (votes.isEmpty()) {
      return withoutVotes(seen, reports);
    }
    Optional<InetAddress> held = current.map(PublicAddress::address);
    Optional<Vote> proven = seen.filter(s -> !held.equals(seen)).flatMap(s -> Vote.of(s, votes));
    if (proven.isPresent()) {
      return known(proven.get(), true, held, reports);
    }
    if (!held.isPresent()) {
      return known(Vote.best(votes), false, held, reports);
    }
    List<Vote> believed = votes.stream().filter(v -> v.trusted() > 0).collect(Collectors.toList());
    if (believed.size() == 1) {
      return known(believed.get(0), false, held, reports);
    }
    List<Vote> others =
        (believed.isEmpty() ? votes : believed)
            .stream().filter(v -> !held.get().equals(v.address())).collect(Collectors.toList());
    boolean kept = Vote.of(held.get(), votes).isPresent();
    if (believed.isEmpty() && (kept || Vote.best(others).reports().size() < 2)) {
      return new Known(current.get());
    }
    Vote claim = Vote.best(others);
    return new Doubtful(claim.address(), "the sources disagree: " + sayings(votes));
  }

  /** The same where a bind could not show it: the weightiest counts, and what is held before it. */
  static Verdict byWeight(PublicAddress current, List<ProbeReport> reports, Set<String> doubted) {
    List<Vote> votes = Vote.count(reports, doubted);
    if (votes.isEmpty()) {
      return withoutVotes(Optional.empty(), reports);
    }
    Vote best = Vote.best(votes);
    Optional<Vote> kept = Vote.of(current.address(), votes);
    return kept.isPresent()
            && kept.get().trusted() >= best.trusted()
            && (kept.get().outside() || !best.outside())
        ? new Known(current)
        : known(best, false, Optional.of(current.address()), reports);
  }

  /** The switch has shown that nothing has changed: who says otherwise is wrong. */
  static Known shown(PublicAddress current, List<ProbeReport> reports) {
    Vote vote =
        Vote.of(current.address(), Vote.count(reports, Set.of()))
            .orElseGet(() -> new Vote(current.address(), List.of(), 0));
    return new Known(
        new PublicAddress(
            current.address(), current.source(), how(vote, true, Optional.empty(), reports)));
  }

  private static Verdict withoutVotes(Optional<InetAddress> seen, List<ProbeReport> reports) {
    Optional<String> inner = innerRouter(reports);
    if (inner.isPresent()) {
      return seen.isPresent()
          ? new Known(
              new PublicAddress(
                  seen.get(), SWITCH, inner.get() + ", " + SWITCH + " sees " + text(seen.get())))
          : new Unknown(inner.get() + ", and no source sees it from outside");
    }
    String why =
        reports.stream()
            .map(r -> r.source() + ": " + r.answer().said())
            .collect(Collectors.joining("; "));
    boolean captive = reports.stream().anyMatch(r -> r.answer() instanceof ProbeAnswer.Intercepted);
    if (captive) {
      return new Unknown("captive portal: " + why);
    }
    return new Unknown(reports.isEmpty() ? "no source was asked" : why);
  }

  /** What the gateway has where that is no public address. */
  private static Optional<String> innerRouter(List<ProbeReport> reports) {
    for (ProbeReport report : reports) {
      if (report.answer() instanceof ProbeAnswer.NotPublic inner
          && report.viewpoint() == Viewpoint.GATEWAY) {
        return Optional.of(innerRouter(inner.address()));
      }
    }
    return Optional.empty();
  }

  private static String innerRouter(InetAddress address) {
    boolean shared = PublicRanges.isShared(address);
    return shared || PublicRanges.isPrivate(address)
        ? (shared ? "CGNAT" : "double NAT") + ": the gateway has " + text(address)
        : "reserved address: the gateway has "
            + text(address)
            + " (where that is the outside of a laboratory, treat-as-public says so)";
  }

  private static Verdict known(
      Vote vote, boolean proven, Optional<InetAddress> held, List<ProbeReport> reports) {
    return new Known(
        new PublicAddress(vote.address(), vote.source(), how(vote, proven, held, reports)));
  }

  private static String how(
      Vote vote, boolean proven, Optional<InetAddress> held, List<ProbeReport> reports) {
    String by = proven ? SWITCH : vote.source();
    String sees = ", " + by + (vote.outside() || proven ? " sees " : " says ");
    Optional<String> inner = innerRouter(reports);
    if (inner.isPresent()) {
      return inner.get() + sees + text(vote.address());
    }
    List<ProbeReport> others = new ArrayList<>();
    Optional<InetAddress> had = Optional.empty();
    for (ProbeReport report : reports) {
      if (report.answer() instanceof ProbeAnswer.Found found
          && !found.address().equals(vote.address())) {
        others.add(report);
        boolean stale = held.equals(Optional.of(found.address()));
        if (report.viewpoint() == Viewpoint.GATEWAY && !stale && !had.isPresent()) {
          had = Optional.of(found.address());
        }
      }
    }
    String count =
        (proven ? SWITCH + " and " : "") + vote.reports().size() + " of " + reports.size();
    if (others.isEmpty()) {
      return "agreed: said by " + count;
    }
    if (had.isPresent() && (vote.outside() || proven) && !onFirewall(vote)) {
      return "double NAT: the gateway has " + text(had.get()) + sees + text(vote.address());
    }
    boolean stale =
        others.stream()
            .allMatch(r -> held.equals(Optional.of(((ProbeAnswer.Found) r.answer()).address())));
    String kind = stale ? "stale: " : others.size() == 1 ? "one liar: " : "liars: ";
    return kind + sayings(Vote.count(others, Set.of())) + "; said by " + count;
  }

  /** Whether the firewall itself names it too. */
  private static boolean onFirewall(Vote vote) {
    return vote.reports().stream().anyMatch(r -> r.viewpoint() == Viewpoint.GATEWAY);
  }

  private static String sayings(List<Vote> votes) {
    return votes.stream()
        .map(
            v ->
                v.reports().stream().map(ProbeReport::source).collect(Collectors.joining(", "))
                    + (v.reports().size() == 1 ? " says " : " say ")
                    + text(v.address()))
        .collect(Collectors.joining(", "));
  }

  private static String text(InetAddress address) {
    return address.getHostAddress();
  }
}
