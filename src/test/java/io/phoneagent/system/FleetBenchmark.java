// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.phoneagent.lab.FleetProcess;
import io.phoneagent.lab.SwitchProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

/**
 * A switch and thousands of phones on this machine: all register, the switch is killed, all public
 * addresses change. {@code benchmarks/fleet} runs it; goals as in the project's budget.
 */
final class FleetBenchmark {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final double BACK_GOAL_SECONDS = 10;
  // The last answers are on their way when the switch has counted all.
  private static final double KNOWN_GOAL_SECONDS = 3;
  private static final Duration SAMPLE = Duration.ofMillis(250);

  private final int phones;
  private final Path folder;
  private final Path accounts;
  private final Path data;
  private final Path authority;
  private boolean kept = true;

  private FleetBenchmark(int phones, Path folder) {
    this.phones = phones;
    this.folder = folder;
    this.accounts = folder.resolve("accounts.json");
    this.data = folder.resolve("data");
    this.authority = data.resolve("ca.pem");
  }

  public static void main(String[] arguments) throws Exception {
    List<String> words = new ArrayList<>(List.of(arguments));
    int phones = words.remove("--quick") ? 1_000 : 10_000;
    Path folder = Files.createTempDirectory("fleet-benchmark");
    words.addAll(List.of("--calls-per-second", "2", "--call-time", "8s"));
    boolean kept;
    try {
      kept = new FleetBenchmark(phones, folder).run(words);
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        files.sorted(Comparator.reverseOrder()).forEach(f -> f.toFile().delete());
      }
    }
    System.exit(kept ? 0 : 1);
  }

  private boolean run(List<String> more) throws Exception {
    FleetProcess.addAccounts(folder, accounts, phones);
    SwitchProcess dnsSwitch = SwitchProcess.onLoopback(folder, "switch", data, accounts);
    SwitchProcess.Ready ports = dnsSwitch.ready();
    String http = ports.http();
    SwitchHealth health = new SwitchHealth(http, authority);
    double cpu = SwitchHealth.cpuSeconds(dnsSwitch.program().pid());
    try (FleetProcess fleet = FleetProcess.start(folder, phones, http, authority, more)) {
      say("%d phones start at once", phones);
      double all = curve("flows open", health::flows, phones);
      say("all registered, and their flows open, in %.1f s", all);
      cost(dnsSwitch, fleet, cpu, phones, "first registrations and binds");

      dnsSwitch.program().kill();
      dnsSwitch.program().exitCode(Duration.ofSeconds(5));
      long killed = System.nanoTime();
      dnsSwitch = SwitchProcess.onLoopback(folder, "again", data, accounts, ports);
      double ready = (System.nanoTime() - killed) / 1e9;
      say("the switch was killed; it serves again after %.1f s", ready);
      // The goal counts from the kill, the curve from when it serves.
      int most = phones - phones / 100;
      double back = ready + curve("flows proven again", health::flows, most);
      goal("99 % are back after the kill", back, BACK_GOAL_SECONDS);
      curve("flows proven again", health::flows, phones);

      cpu = SwitchHealth.cpuSeconds(dnsSwitch.program().pid());
      int before = fleet.status().path("reregistrations").asInt();
      fleet.change();
      say("all public addresses change");
      double again =
          curve("told the new address", () -> fleet.status().path("upToDate").asInt(), phones);
      int times = fleet.status().path("reregistrations").asInt() - before;
      say("all %d registered again in %.1f s (%d registrations)", phones, again, times);
      cost(dnsSwitch, fleet, cpu, times, "registrations and moves of flows");
      dnsSwitch = endInAStorm(dnsSwitch, ports, fleet);
      curve("flows proven", health::flows, phones);
      double known = curve("know it", () -> fleet.status().path("reachable").asInt(), phones);
      goal("all phones know it", known, KNOWN_GOAL_SECONDS);
      check("flows at the end", health.flows(), phones);
      conclude(fleet);
    } finally {
      dnsSwitch.close();
    }
    return kept;
  }

  /** Told to end while calls are up, it answers 503 with Retry-After until they are over. */
  private SwitchProcess endInAStorm(
      SwitchProcess dnsSwitch, SwitchProcess.Ready ports, FleetProcess fleet)
      throws InterruptedException {
    fleet.change();
    dnsSwitch.program().terminate();
    dnsSwitch.program().exitCode(Duration.ofSeconds(15));
    SwitchProcess next = SwitchProcess.onLoopback(folder, "last", data, accounts, ports);
    say("all addresses changed while the switch was told to end; another one serves");
    curve("told the new address", () -> fleet.status().path("upToDate").asInt(), phones);
    return next;
  }

  private void conclude(FleetProcess fleet) {
    JsonNode summary = fleet.end();
    say("the fleet's summary: %s", summary);
    check("exit code of the fleet", fleet.exitCode(), 0);
    check("reachable", summary.path("reachable").asInt(), phones);
    check("lost", summary.path("lost").asInt(), 0);
    check(
        "never told to come again",
        summary.path("retryAfter").path("told").asInt() == 0 ? 1 : 0,
        0);
    check("came before Retry-After", summary.path("retryAfter").path("cameEarly").asInt(), 0);
  }

  /** Prints how it rises until it is there; the seconds that took. */
  private double curve(String what, IntSupplier count, int until) {
    long from = System.nanoTime();
    int[] last = {-1};
    double[] seconds = {0};
    await(what)
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .pollInterval(SAMPLE)
        .atMost(LIMIT)
        .until(
            () -> {
              int now = count.getAsInt();
              seconds[0] = (System.nanoTime() - from) / 1e9;
              if (now != last[0]) {
                say("  %6.2f s  %6d %s", seconds[0], now, what);
              }
              last[0] = now;
              return now >= until;
            });
    return seconds[0];
  }

  private static void cost(
      SwitchProcess dnsSwitch, FleetProcess fleet, double cpuBefore, int registrations, String of)
      throws IOException {
    long pid = dnsSwitch.program().pid();
    say(
        "the switch's CPU: %.0f us for each of %d %s; memory: switch %d MB, fleet %d MB",
        (SwitchHealth.cpuSeconds(pid) - cpuBefore) * 1e6 / registrations,
        registrations,
        of,
        SwitchHealth.residentMegabytes(pid),
        SwitchHealth.residentMegabytes(fleet.program().pid()));
  }

  private void goal(String what, double seconds, double goal) {
    boolean met = seconds <= goal;
    kept &= met;
    say("%s: %.1f s; goal %.0f s: %s", what, seconds, goal, met ? "kept" : "MISSED");
  }

  private void check(String what, int is, int wanted) {
    boolean met = is == wanted;
    kept &= met;
    say("%s: %d; wanted %d: %s", what, is, wanted, met ? "kept" : "MISSED");
  }

  private static void say(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
