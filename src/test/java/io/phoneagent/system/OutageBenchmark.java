// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import io.phoneagent.Transport;
import io.phoneagent.lab.Outages;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.TestBed;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * How long a phone cannot be called after its firewall's public address has changed, with an HTTP
 * GET every second and a caller every 100 ms. {@code benchmarks/outage} runs it.
 */
final class OutageBenchmark {

  private static final double GOAL = 1500;

  private OutageBenchmark() {}

  public static void main(String[] arguments) {
    List<String> words = List.of(arguments);
    int changes = words.contains("--quick") ? 5 : 20;
    boolean dropping = words.contains("--nat-drops-unknown-tcp");
    int flag = words.indexOf("--transport");
    Transport transport =
        flag < 0 ? Transport.UDP : Transport.valueOf(words.get(flag + 1).toUpperCase(Locale.ROOT));
    Random random = new Random();
    Figures figures =
        new Figures("outage over " + transport + (dropping ? ", NAT drops unknown TCP" : ""), GOAL);
    try (TestBed bed = TestBed.up(Map.of("LAB_TCP_LOOSE", dropping ? "0" : "1"), Numbers.ANN)) {
      bed.transport(transport);
      PhoneProcess phone = bed.phone("phone1", Numbers.ANN).awaitReachable();
      Outages outages = new Outages(bed, bed.trunk(), "site1", phone);
      for (int change = 0; change < changes; change++) {
        figures.add(outages.measure(Duration.ofMillis(1000 + random.nextInt(1000))).millis());
      }
      if (phone.events().named("leased").size() != 1) {
        throw new IllegalStateException("the phone was restarted");
      }
    }
    System.exit(figures.conclude() ? 0 : 1);
  }
}
