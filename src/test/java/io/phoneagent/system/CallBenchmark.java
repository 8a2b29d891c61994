// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import io.phoneagent.Transport;
import io.phoneagent.lab.TestBed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How long the ends of a call do not hear each other while the public address of one end's firewall
 * changes, of the other's, or of both at once. {@code benchmarks/calls} runs it and tells its
 * flags.
 */
final class CallBenchmark {
  private static final List<String> KINDS = List.of("site1", "site2", "site1 site2");

  private final List<String> words;

  private CallBenchmark(List<String> words) {
    this.words = words;
  }

  public static void main(String[] arguments) {
    System.exit(new CallBenchmark(List.of(arguments)).run() ? 0 : 1);
  }

  private Optional<String> value(String flag) {
    int at = words.indexOf(flag);
    return at < 0 ? Optional.empty() : Optional.of(words.get(at + 1));
  }

  private boolean run() {
    int count = value("--calls").map(Integer::valueOf).orElse(words.contains("--quick") ? 3 : 20);
    List<Transport> transports =
        value("--transport")
            .map(t -> List.of(Transport.valueOf(t.toUpperCase(Locale.ROOT))))
            .orElse(List.of(Transport.values()));
    List<String> kinds = value("--sites").map(s -> List.of(s.replace('+', ' '))).orElse(KINDS);
    List<CallsOverChange.Outcome> all = new ArrayList<>();
    try (TestBed bed = TestBed.up(Map.of("LAB_UPNP", "1"), Numbers.ANN, Numbers.BOB)) {
      bed.probe(value("--probe").orElse("natpmp"), Duration.ofSeconds(1));
      for (Transport transport : transports) {
        bed.transport(transport);
        for (String sites : kinds) {
          all.add(
              CallsOverChange.run(
                  bed,
                  List.of(sites.split(" ", -1)),
                  "without audio over " + transport + ", change of " + sites,
                  count));
          bed.endPrograms();
        }
      }
    }
    boolean kept = true;
    for (CallsOverChange.Outcome outcome : all) {
      kept &= outcome.gaps().conclude(CallsOverChange.GOAL) && outcome.lost().isEmpty();
      outcome.lost().forEach(l -> System.out.println(outcome.gaps().what() + ", lost: " + l));
    }
    return kept;
  }
}
