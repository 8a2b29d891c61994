// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import com.fasterxml.jackson.databind.JsonNode;
import io.phoneagent.lab.Account;
import io.phoneagent.lab.FleetProcess;
import io.phoneagent.lab.Outcome;
import io.phoneagent.lab.RunningProgram;
import io.phoneagent.lab.SwitchProcess;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A switch under calls and registrations of agents and plain phones, at half of the most that it
 * takes on this machine; that is looked for first. At the end nothing may be left of them, and its
 * heap may not have grown. {@code bin/soak --mixed} runs it and tells its flags.
 */
final class MixedHour {
  private static final int AGENTS = 200;
  private static final int PLAIN = 300;
  private static final String FIRST_PLAIN = "+1555200";
  // So many calls a second are tried; each is a step of this long.
  private static final int[] RATES = {10, 20, 40, 80, 120, 160, 240, 320, 480, 640, 960, 1_280};
  private static final Duration STEP = Duration.ofSeconds(10);
  private static final double SLOW_MILLIS = 400;
  private static final double REGISTERS_A_CALL = 5;
  private static final Duration LOOK = Duration.ofMinutes(1);
  // Timer B and what a lost end takes to be noticed, and a bit.
  private static final Duration FORGOTTEN = Duration.ofSeconds(90);
  private static final double MOST_GROWTH = 1.25;
  private static final long MOST_GROWTH_KILOBYTES = 8_192;
  // Only each fourth full collection closes all gaps; until then they count as arrays.
  private static final int COLLECTIONS = 4;
  private static final Pattern LIVING = Pattern.compile("Total +\\d+ +(\\d+)");

  private static final Pattern CALL = Pattern.compile("call ([^ :]+)(.*)");

  private final Duration length;
  private final Path folder;
  private final Path accounts;
  private boolean kept = true;

  private MixedHour(Duration length, Path folder) {
    this.length = length;
    this.folder = folder;
    this.accounts = folder.resolve("accounts.json");
  }

  /**
   * Runs it.
   *
   * @param arguments the minutes, and how many calls a second, 0 to look for it
   */
  public static void main(String[] arguments) throws Exception {
    Duration length = Duration.ofMinutes(Integer.parseInt(arguments[0]));
    Path folder = Files.createTempDirectory("mixed-hour");
    boolean kept;
    try {
      kept = new MixedHour(length, folder).run(Integer.parseInt(arguments[1]));
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        files.sorted(Comparator.reverseOrder()).forEach(f -> f.toFile().delete());
      }
    }
    System.exit(kept ? 0 : 1);
  }

  private boolean run(int wanted) throws Exception {
    FleetProcess.addAccounts(folder, accounts, AGENTS);
    List<Account> plain = plainAccounts();
    Path data = folder.resolve("data");
    try (SwitchProcess dnsSwitch = SwitchProcess.onLoopback(folder, "switch", data, accounts)) {
      SwitchProcess.Ready ports = dnsSwitch.ready();
      SwitchHealth health = new SwitchHealth(ports.http(), data.resolve("ca.pem"));
      long pid = dnsSwitch.program().pid();
      int port = Integer.parseInt(ports.signalling().replaceFirst(".*:", ""));
      List<String> calls = List.of("--calls-per-second", "2", "--call-time", "5s");
      try (FleetProcess agents =
              FleetProcess.start(folder, AGENTS, ports.http(), data.resolve("ca.pem"), calls);
          PlainFleet fleet =
              new PlainFleet(
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), port), plain)) {
        Awaitility.await("all are registered")
            .atMost(Duration.ofMinutes(3))
            .until(() -> health.flows() == AGENTS && gauge(health, "contacts") == PLAIN);
        double rate = wanted > 0 ? wanted : half(fleet);
        say("%.1f calls a second of plain phones, 2 of agents", rate);
        load(fleet, rate, health, pid);
        Awaitility.await("all plain phones have hung up, and are sure of it")
            .atMost(FORGOTTEN)
            .until(() -> fleet.hangUp() == 0);
        judge(agents.end().path("lost").asInt() == 0, "no agent is lost");
      }
      settle(health, dnsSwitch.program());
      return kept;
    }
  }

  private List<Account> plainAccounts() {
    Account.addRow(folder, accounts, FIRST_PLAIN + "0000", PLAIN, "plain");
    List<Account> all = new ArrayList<>();
    for (int i = 0; i < PLAIN; i++) {
      String number = FIRST_PLAIN + "%04d".formatted(i);
      all.add(new Account(number, "plain", Optional.empty(), false, Optional.empty()));
    }
    return all;
  }

  /** Half of the last rate at which 99 of 100 rang soon, and nothing went wrong. */
  private double half(PlainFleet fleet) {
    double last = 0;
    for (int rate : RATES) {
      fleet.rate(rate, rate * REGISTERS_A_CALL);
      fleet.period();
      pass(STEP);
      PlainFleet.Period period = fleet.period();
      boolean good =
          period.ringMillis() < SLOW_MILLIS && period.odd() == 0 && period.refused() == 0;
      say("%d a second: 99 %% ring within %.0f ms, %s", rate, period.ringMillis(), period.ends());
      if (!good) {
        break;
      }
      last = rate;
    }
    judge(last > 0, "some rate is possible");
    return Math.max(1, last / 2);
  }

  private void load(PlainFleet fleet, double rate, SwitchHealth health, long pid) throws Exception {
    fleet.rate(rate, rate * REGISTERS_A_CALL);
    long begin = System.nanoTime();
    pass(LOOK);
    long first = heapKilobytes(pid);
    long last = first;
    long called = 0;
    long odd = 0;
    do {
      pass(LOOK);
      PlainFleet.Period period = fleet.period();
      last = heapKilobytes(pid);
      called += period.called();
      odd += period.odd() + period.refused() + period.defects();
      say(
          "%d calls %s, %d REGISTERs, 99 %% ring within %.0f ms; heap after GC %d KB, %s",
          period.called(),
          period.ends(),
          period.registered(),
          period.ringMillis(),
          last,
          health.now().map(JsonNode::toString).orElse("silent"));
    } while (System.nanoTime() - begin < length.toNanos());
    judge(called > 0, called + " calls were made");
    judge(odd * 1_000 <= called, odd + " of " + called + " calls or REGISTERs went wrong");
    judge(
        last <= first * MOST_GROWTH + MOST_GROWTH_KILOBYTES,
        "heap after GC: %d KB after a minute, %d KB at the end".formatted(first, last));
  }

  private void settle(SwitchHealth health, RunningProgram program) {
    try {
      Awaitility.await("nothing is left")
          .atMost(FORGOTTEN)
          .until(
              () ->
                  Stream.of("calls", "dialogs", "transactions", "relayLegs")
                      .allMatch(name -> gauge(health, name) == 0));
      judge(true, "no call, dialog, transaction or relay leg is left");
    } catch (ConditionTimeoutException e) {
      judge(false, "left behind: " + health.now());
      unended(program.errors().lines().toList()).forEach(line -> say("%s", line));
    }
  }

  /** What the log says of calls that it does not say the end of. */
  private static List<String> unended(List<String> log) {
    Map<String, List<String>> calls = new LinkedHashMap<>();
    for (String line : log) {
      Matcher told = CALL.matcher(line);
      if (told.find() && told.group(2).contains(" ended: ")) {
        calls.remove(told.group(1));
      } else if (told.reset().find()) {
        calls.computeIfAbsent(told.group(1), id -> new ArrayList<>()).add(line);
      }
    }
    return calls.values().stream().flatMap(List::stream).toList();
  }

  private static int gauge(SwitchHealth health, String name) {
    return health.now().map(h -> h.path(name).asInt(-1)).orElse(-1);
  }

  /** What lives: the histogram collects first, and leaves out what was made since. */
  private long heapKilobytes(long pid) {
    return IntStream.range(0, COLLECTIONS).mapToLong(i -> livingKilobytes(pid)).min().orElseThrow();
  }

  private long livingKilobytes(long pid) {
    Matcher total = LIVING.matcher(jcmd(pid, "GC.class_histogram"));
    if (!total.find()) {
      throw new IllegalStateException("the switch's heap is not told");
    }
    return Long.parseLong(total.group(1)) / 1_024;
  }

  private String jcmd(long pid, String command) {
    Path tool = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    return Outcome.of(
            folder, List.of(tool.toString(), String.valueOf(pid), command), Duration.ofMinutes(1))
        .orFail()
        .output();
  }

  private static void pass(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    Awaitility.await("time that passes")
        .atMost(time.plusMinutes(1))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> System.nanoTime() >= end);
  }

  private void judge(boolean good, String what) {
    kept &= good;
    if (!good) {
      say("NOT KEPT: %s", what);
    } else {
      say("%s", what);
    }
  }

  private static void say(String form, Object... values) {
    System.out.printf(Locale.ROOT, form + "%n", values);
  }
}
