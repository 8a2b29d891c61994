// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import com.fasterxml.jackson.databind.JsonNode;
import io.phoneagent.lab.Event;
import io.phoneagent.lab.FlappingSite;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.TestBed;
import io.phoneagent.lab.TrunkPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/**
 * A firewall whose public address flaps between two, and a caller all the while. The addresses stay
 * for 50 ms to 3 s, with as many below 0.4 s as above.
 */
final class Flaps {
  /**
   * Each call rings so soon, in milliseconds, its phone or the backup of a phone that is silent.
   */
  static final double BOUND = 2500;

  /**
   * So long after a change a backup may ring, in milliseconds: the 0.9 s for which a phone may be
   * silent, after the 1.5 s in which it is to be back.
   */
  static final double BACKUP_IS_RIGHT = 2400;

  private static final List<String> ADDRESSES = List.of("203.0.113.12", "203.0.113.11");
  private static final int SHORTEST = 50;
  private static final int LONGEST = 3000;
  private static final Pattern TRANSLATED =
      Pattern.compile("src=10\\S+|dst=(203\\.0\\.113\\.1[12]) sport=\\d+ dport=(\\d+)");

  private Flaps() {}

  /**
   * What came of it.
   *
   * @param calls the time from each INVITE to its first 180, in milliseconds
   * @param lost the calls that heard none
   * @param backups how long after the last change before it each backup rang, in milliseconds
   * @param stale what the switch has of the flow that the firewall has not; empty where it has
   */
  record Outcome(Figures calls, List<String> lost, List<Double> backups, Optional<String> stale) {
    /** Whether no call was lost or late, no backup rang without need, and no binding is stale. */
    boolean isRight() {
      return lost.isEmpty()
          && stale.isEmpty()
          && calls.percentile(100) < BOUND
          && backups.stream().allMatch(since -> since < BACKUP_IS_RIGHT);
    }
  }

  /** The site's address changes so often, while its phone, which has a backup, is called. */
  static Outcome run(TestBed bed, PhoneProcess phone, String what, int count, long seed) {
    System.out.printf(Locale.ROOT, "%s: %d flaps, seed %d%n", what, count, seed);
    Random random = new Random(seed);
    List<FlappingSite.Stay> stays = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double exponent = random.nextDouble();
      int millis = (int) (SHORTEST * Math.pow((double) LONGEST / SHORTEST, exponent));
      stays.add(new FlappingSite.Stay(ADDRESSES.get(i % 2), millis));
    }
    TrunkPeer trunk = bed.trunk();
    trunk.incoming("ring");
    String series = what.replace(' ', '-') + "-";
    trunk.say("repeat " + series + " " + phone.account().number() + " 100 cancel=0 give-up=8000");
    trunk.answered(series + "1", 180, Duration.ofSeconds(20));
    List<Event> changes;
    try (FlappingSite site = bed.lab().flap("site1", stays)) {
      changes = site.awaitLast();
    }
    Optional<String> stale = awaitTruth(bed, phone);
    trunk.say("repeat-stop");
    List<Event> invites =
        trunk.events().named("invite").stream()
            .filter(e -> e.text("id").startsWith(series))
            .toList();
    for (Event invite : invites) {
      trunk.ended(invite.text("id"), Duration.ofSeconds(60));
    }
    List<Event> ringing =
        trunk.events().named("response").stream()
            .filter(e -> e.body().path("status").asInt() == 180)
            .toList();
    Figures calls = new Figures(what + ", INVITE to 180", false);
    List<String> lost = new ArrayList<>();
    for (Event invite : invites) {
      Optional<Event> rang =
          ringing.stream().filter(e -> e.text("id").equals(invite.text("id"))).findFirst();
      if (rang.isPresent()) {
        calls.add(rang.get().at() - invite.at());
      } else {
        lost.add(invite.text("id"));
      }
    }
    List<Double> backups =
        trunk.events().named("rung").stream()
            .map(e -> e.at() - lastBefore(changes, e.at()))
            .toList();
    calls.print();
    System.out.printf(
        Locale.ROOT,
        "%s: %d calls, %d lost, %d rang the backup, ms after a change: %s; %s%n",
        what,
        invites.size(),
        lost.size(),
        backups.size(),
        backups,
        stale.orElse("the switch's record is the firewall's mapping"));
    return new Outcome(calls, lost, backups, stale);
  }

  private static double lastBefore(List<Event> changes, double at) {
    return changes.stream().mapToDouble(Event::at).filter(c -> c <= at).max().orElse(0);
  }

  /** Waits until the switch has the flow where the firewall has it, and says how not. */
  private static Optional<String> awaitTruth(TestBed bed, PhoneProcess phone) {
    List<String> last = new ArrayList<>();
    try {
      Awaitility.await("the switch's record")
          .atMost(Duration.ofSeconds(10))
          .until(
              () -> {
                last.clear();
                JsonNode record = bed.record(phone.account()).body();
                List<String> mappings = mappings(bed);
                last.add(
                    "flow %s, observed %s, public %s; the firewall has %s"
                        .formatted(
                            record.path("flowAddress").asText(),
                            record.path("observedAddress").asText(),
                            record.path("publicAddress").asText(),
                            mappings));
                String address = bed.lab().publicIp("site1");
                return mappings.contains(record.path("flowAddress").asText())
                    && record.path("flowAddress").asText().startsWith(address + ":")
                    && record.path("publicAddress").asText().equals(address);
              });
      return Optional.empty();
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      return Optional.of("stale: " + last);
    }
  }

  /** The public addresses and ports from which the firewall lets the switch's signalling in. */
  private static List<String> mappings(TestBed bed) {
    List<String> found = new ArrayList<>();
    String said = bed.lab().exec("fw1", "conntrack", "-L").orFail().output();
    for (String line : said.lines().toList()) {
      Matcher reply = TRANSLATED.matcher(line);
      if (line.contains("dport=506")) {
        while (reply.find()) {
          if (reply.group(1) != null) {
            found.add(reply.group(1) + ":" + reply.group(2));
          }
        }
      }
    }
    return found;
  }
}
