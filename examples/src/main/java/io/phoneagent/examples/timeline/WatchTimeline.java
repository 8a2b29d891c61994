// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.timeline;

import io.phoneagent.Line;
import io.phoneagent.MacAddress;
import io.phoneagent.PhoneAgent;
import io.phoneagent.TimelineEntry;
import io.phoneagent.spi.AddressProvider;
import java.net.URI;
import java.util.List;

/** Prints what an agent does and why, as it happens: what support asks a customer for. */
public final class WatchTimeline {
  private WatchTimeline() {}

  /** Runs it until it is killed: switch, interface, number, secret. */
  public static void main(String[] args) throws InterruptedException {
    if (args.length != 4) {
      System.err.println("usage: WatchTimeline SWITCH INTERFACE NUMBER SECRET");
      return;
    }
    try (PhoneAgent agent =
        PhoneAgent.builder()
            .dnsSwitch(URI.create(args[0]))
            .macAddress(MacAddress.of("02:00:00:00:03:64"))
            .addressProvider(AddressProvider.operatingSystem(args[1]))
            .line(Line.number(args[2]).secret(args[3]))
            .build()) {
      agent.start();
      List<TimelineEntry> seen = List.of();
      while (!Thread.currentThread().isInterrupted()) {
        List<TimelineEntry> now = agent.explain();
        for (TimelineEntry entry : newIn(now, seen)) {
          System.out.printf(
              "%s  %-14s %s -> %s: %s%n",
              entry.at(), entry.subject(), entry.from(), entry.to(), entry.cause());
        }
        seen = now;
        Thread.sleep(100);
      }
    }
  }

  /** The agent keeps the last 500 changes, so what was seen may have gone from the front. */
  static List<TimelineEntry> newIn(List<TimelineEntry> now, List<TimelineEntry> seen) {
    int known = seen.isEmpty() ? -1 : now.lastIndexOf(seen.get(seen.size() - 1));
    return now.subList(known + 1, now.size());
  }
}
