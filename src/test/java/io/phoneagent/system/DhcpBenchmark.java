// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import io.phoneagent.lab.DhcpServer;
import io.phoneagent.lab.Lab;
import io.phoneagent.lab.RunningProgram;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How soon an agent has its address, beside udhcpc of BusyBox, from two servers. {@code
 * benchmarks/dhcp} runs it.
 */
final class DhcpBenchmark {
  static final String OURS = "agent";
  static final String PEER = "udhcpc";
  static final String OURS_LOOKING = "agent-looks-0.2s";
  static final String PEER_LOOKING = "udhcpc-a200";

  private static final double GOAL = 1.2;
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private DhcpBenchmark() {}

  public static void main(String[] arguments) {
    int rounds = List.of(arguments).contains("--quick") ? 5 : 20;
    boolean kept = true;
    try (Lab lab = Lab.up(Map.of("LAB_DHCP", "0"))) {
      for (DhcpServer kind : List.of(DhcpServer.DNSMASQ, DhcpServer.KEA)) {
        try (RunningProgram server = kind.start(lab)) {
          List<String> lines = measured(lab, kind, server, rounds);
          kept &= ratio(kind, lines, OURS, PEER);
          kept &= ratio(kind, lines, OURS_LOOKING, PEER_LOOKING);
        }
      }
    }
    System.exit(kept ? 0 : 1);
  }

  private static List<String> measured(
      Lab lab, DhcpServer kind, RunningProgram server, int rounds) {
    List<String> command =
        List.of(
            "java",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            LeaseTimes.class.getName(),
            Integer.toString(rounds));
    try (RunningProgram times = lab.start("leases-" + kind, "phone1", command)) {
      if (times.exitCode(LIMIT) != 0) {
        throw new AssertionError("no lease from " + kind + ": " + times.errors() + server.errors());
      }
      return times.lines();
    }
  }

  private static boolean ratio(DhcpServer kind, List<String> lines, String ours, String peers) {
    double[] agent = sorted(lines, ours);
    double[] peer = sorted(lines, peers);
    double ratio = median(agent) / median(peer);
    boolean kept = ratio <= GOAL;
    System.out.printf(
        Locale.ROOT,
        "%-8s %-17s median %4.0f ms (%.0f to %.0f), %-12s median %4.0f ms (%.0f to %.0f), %d each;"
            + " ratio %.2f; goal %.1f: %s%n",
        kind,
        ours,
        median(agent),
        agent[0],
        agent[agent.length - 1],
        peers,
        median(peer),
        peer[0],
        peer[peer.length - 1],
        agent.length,
        ratio,
        GOAL,
        kept ? "kept" : "MISSED");
    return kept;
  }

  private static double[] sorted(List<String> lines, String what) {
    return lines.stream()
        .filter(line -> line.startsWith(what + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(what.length() + 1)))
        .sorted()
        .toArray();
  }

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
