// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.PublicAddress;
import io.phoneagent.spi.ProbeAnswer;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the sources together say of the public address. Where they disagree, an address that is
 * still named by one of them is kept: a change wants agreement.
 */
public sealed interface Verdict {

  /** The public address is this one. */
  record Known(PublicAddress address) implements Verdict {}

  /** No source could say. */
  record Unknown(String why) implements Verdict {}

  /**
   * Weighs the reports.
   *
   * @param current what was held to be the address so far
   * @param reports of this round, in the order in which the sources were configured
   */
  static Verdict of(Optional<InetAddress> current, List<ProbeReport> reports) {
    List<Vote> votes = new ArrayList<>();
    List<String> silent = new ArrayList<>();
    for (ProbeReport report : reports) {
      if (report.answer() instanceof ProbeAnswer.Found found) {
        count(votes, found.address(), report.source());
      } else if (report.answer() instanceof ProbeAnswer.Nothing nothing) {
        silent.add(report.source() + ": " + nothing.why());
      }
    }
    if (votes.isEmpty()) {
      return new Unknown(silent.isEmpty() ? "no source was asked" : String.join("; ", silent));
    }
    if (votes.size() == 1) {
      Vote only = votes.get(0);
      return only.known("said by " + only.count + " of " + reports.size());
    }
    Optional<Vote> kept =
        votes.stream().filter(v -> Optional.of(v.address).equals(current)).findFirst();
    if (kept.isPresent()) {
      return kept.get().known("the sources disagree: kept");
    }
    Vote most = votes.get(0);
    for (Vote vote : votes) {
      if (vote.count > most.count) {
        most = vote;
      }
    }
    return most.known("the sources disagree: taken from most, or from the first");
  }

  private static void count(List<Vote> votes, InetAddress address, String source) {
    for (Vote vote : votes) {
      if (vote.address.equals(address)) {
        vote.count++;
        return;
      }
    }
    votes.add(new Vote(address, source));
  }

  /** How many sources named an address, and which did first. */
  final class Vote {
    private final InetAddress address;
    private final String source;
    private int count = 1;

    private Vote(InetAddress address, String source) {
      this.address = address;
      this.source = source;
    }

    private Verdict known(String verdict) {
      return new Known(new PublicAddress(address, source, verdict));
    }
  }
}
