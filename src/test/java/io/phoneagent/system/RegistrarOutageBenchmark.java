// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import io.phoneagent.Transport;
import io.phoneagent.lab.Account;
import io.phoneagent.lab.Outages;
import io.phoneagent.lab.PeerPhone;
import io.phoneagent.lab.PeerRegistrar;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.RegistrarBed;
import io.phoneagent.lab.RunningProgram;
import io.phoneagent.lab.TrunkPeer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;

/**
 * How long phones that are registered with a SIP registrar cannot be called after a change of their
 * firewall's address: ours, and baresip beside them. {@code benchmarks/registrar-outage} runs it.
 */
final class RegistrarOutageBenchmark {
  private static final int REFRESH_SECONDS = 60;
  private static final double MEDIAN_GOAL = 1500;
  private static final Duration EVERY = Duration.ofMillis(100);
  // Twice what baresip takes at worst.
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int SETTLED_MILLIS = 1000;

  private final List<String> words;
  private final Random random = new Random();

  private RegistrarOutageBenchmark(List<String> words) {
    this.words = words;
  }

  public static void main(String[] arguments) {
    System.exit(new RegistrarOutageBenchmark(List.of(arguments)).run() ? 0 : 1);
  }

  private Optional<String> value(String flag) {
    int at = words.indexOf(flag);
    return at < 0 ? Optional.empty() : Optional.of(words.get(at + 1));
  }

  private boolean run() {
    int changes = value("--changes").map(Integer::valueOf).orElse(20);
    OutageTable table = new OutageTable(value("--results").map(Path::of));
    List<OutageRow> rows = new ArrayList<>();
    List<Outages.Callee> callees = new ArrayList<>();
    try (RegistrarBed bed = RegistrarBed.upForStrangers();
        TrunkPeer caller = bed.registrar().caller()) {
      for (Transport transport : Transport.values()) {
        PhoneProcess phone =
            bed.phone("phone1", "+155512300%02d".formatted(rows.size() + 1), transport)
                .awaitReachable();
        rows.add(
            table.row(
                "ours, a page each second, " + transport,
                OptionalDouble.of(MEDIAN_GOAL),
                OptionalDouble.empty()));
        callees.add(Outages.Callee.of(phone));
      }
      Account other =
          new Account(
              "+15551230009", RegistrarBed.PASSWORD, Optional.empty(), false, Optional.empty());
      rows.add(
          table.row("baresip, refresh 60 s, UDP", OptionalDouble.empty(), OptionalDouble.empty()));
      callees.add(Outages.Callee.other(other.number()));
      bed.lab().lease("phone1b");
      try (RunningProgram baresip =
          PeerPhone.BARESIP.start(
              bed.lab(),
              "phone1b",
              new PeerPhone.Registration(other, PeerRegistrar.PUBLIC, "udp", REFRESH_SECONDS))) {
        Outages outages = Outages.of(bed.lab(), caller, "site1", callees, EVERY, PATIENCE);
        for (int i = 0; i < changes; i++) {
          // Anywhere between two refreshes.
          Duration phase =
              Duration.ofMillis(SETTLED_MILLIS + random.nextInt(REFRESH_SECONDS * 1000));
          List<Outages.Outage> measured = outages.measureAll(phase);
          for (int row = 0; row < rows.size(); row++) {
            table.add(rows.get(row), measured.get(row));
          }
          System.out.printf(
              Locale.ROOT,
              "change %d, ms: %s%n",
              i + 1,
              measured.stream().map(o -> String.format(Locale.ROOT, "%.0f", o.millis())).toList());
        }
        if (!baresip.alive()) {
          throw new IllegalStateException(baresip.report("has ended"));
        }
      }
    }
    return table.print();
  }
}
