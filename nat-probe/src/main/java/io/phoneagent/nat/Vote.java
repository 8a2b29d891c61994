// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.spi.ProbeAnswer;
import io.phoneagent.spi.Viewpoint;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One address, and who names it.
 *
 * @param address the address
 * @param reports of those who name it, at least one
 * @param trusted how many of them are believed
 */
record Vote(InetAddress address, List<ProbeReport> reports, int trusted) {
  /** By how many trusted ones name it, then outside ones first, then by how many name it. */
  private static final Comparator<Vote> WEIGHT =
      Comparator.comparingInt(Vote::trusted)
          .thenComparing(Vote::outside)
          .thenComparingInt(v -> v.reports().size());

  /** All addresses that are named, in the order of the reports. */
  static List<Vote> count(List<ProbeReport> reports, Set<String> doubted) {
    Map<InetAddress, List<ProbeReport>> named = new LinkedHashMap<>();
    for (ProbeReport report : reports) {
      if (report.answer() instanceof ProbeAnswer.Found found) {
        named.computeIfAbsent(found.address(), a -> new ArrayList<>()).add(report);
      }
    }
    List<Vote> votes = new ArrayList<>();
    named.forEach(
        (address, by) ->
            votes.add(
                new Vote(
                    address,
                    List.copyOf(by),
                    (int) by.stream().filter(r -> !doubted.contains(r.source())).count())));
    return votes;
  }

  /** The weightiest, of equals the first. */
  static Vote best(List<Vote> votes) {
    Vote best = votes.get(0);
    for (Vote vote : votes) {
      best = WEIGHT.compare(vote, best) > 0 ? vote : best;
    }
    return best;
  }

  static Optional<Vote> of(InetAddress address, List<Vote> votes) {
    return votes.stream().filter(v -> v.address().equals(address)).findFirst();
  }

  /** Whether it is seen from outside. */
  boolean outside() {
    return reports.stream().anyMatch(r -> r.viewpoint() == Viewpoint.OUTSIDE);
  }

  /** Who is named as its source: one that sees it, or else the first that has it. */
  String source() {
    return reports.stream()
        .filter(r -> r.viewpoint() == Viewpoint.OUTSIDE)
        .findFirst()
        .orElse(reports.get(0))
        .source();
  }
}
