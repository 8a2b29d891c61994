// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import io.phoneagent.Transport;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.TestBed;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A public address that flaps while its phone is called, a hundred times over each transport.
 * {@code benchmarks/flaps} runs it and tells its flags.
 */
final class FlapBenchmark {
  private final List<String> words;

  private FlapBenchmark(List<String> words) {
    this.words = words;
  }

  public static void main(String[] arguments) {
    System.exit(new FlapBenchmark(List.of(arguments)).run() ? 0 : 1);
  }

  private Optional<String> value(String flag) {
    int at = words.indexOf(flag);
    return at < 0 ? Optional.empty() : Optional.of(words.get(at + 1));
  }

  private boolean run() {
    int count = value("--flaps").map(Integer::valueOf).orElse(words.contains("--quick") ? 8 : 100);
    long seed = value("--seed").map(Long::valueOf).orElse(System.currentTimeMillis());
    List<Transport> transports =
        value("--transport")
            .map(t -> List.of(Transport.valueOf(t.toUpperCase(Locale.ROOT))))
            .orElse(List.of(Transport.values()));
    boolean kept = true;
    try (TestBed bed =
        TestBed.up(Map.of("LAB_UPNP", "1"), Numbers.ANN.backedByTrunk(TestBed.OUTSIDE))) {
      bed.probe("natpmp", Duration.ofSeconds(1));
      for (Transport transport : transports) {
        bed.transport(transport);
        PhoneProcess phone =
            bed.phone("phone1", Numbers.ANN.backedByTrunk(TestBed.OUTSIDE)).awaitReachable();
        Flaps.Outcome outcome = Flaps.run(bed, phone, "flaps " + transport, count, seed);
        kept &= outcome.isRight();
        bed.endPrograms();
      }
    }
    return kept;
  }
}
