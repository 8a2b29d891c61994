// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import io.phoneagent.Transport;
import io.phoneagent.lab.Account;
import io.phoneagent.lab.Outages;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.TestBed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.Stream;

/**
 * How long phones cannot be called after their firewall's public address has changed: for each way
 * to learn of it, a phone for each transport, all behind one firewall, and those of others beside
 * them. {@code benchmarks/outage} runs it and tells its flags.
 */
final class OutageBenchmark {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "LAB_UPNP", "1",
          "LAB_SWITCH_UDP", "3478, 5060-5061, 5070, 20000-20999",
          "LAB_SWITCH_TCP", "80, 443, 5060-5061, 5070, 8080, 8443");

  private static final Duration EVERY = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  // After all phones are back: until the last has settled, and then anywhere between two checks of
  // the page, and between two keep-alives.
  private static final int SETTLED_MILLIS = 500;
  private static final int PHASES_MILLIS = 2000;

  private static final int MOST_FAILURES = 3;

  private final List<String> words;
  private final Random random = new Random();
  private final OutageTable table;
  private int failures;

  private OutageBenchmark(List<String> words) {
    this.words = words;
    this.table = new OutageTable(value("--results").map(Path::of));
  }

  public static void main(String[] arguments) {
    System.exit(new OutageBenchmark(List.of(arguments)).run() ? 0 : 1);
  }

  private Optional<String> value(String flag) {
    int at = words.indexOf(flag);
    return at < 0 ? Optional.empty() : Optional.of(words.get(at + 1));
  }

  private List<String> list(String flag, String all) {
    return List.of(value(flag).orElse(all).split(",", -1));
  }

  private boolean run() {
    value("--from").map(Path::of).ifPresent(table::read);
    if (value("--from").isEmpty()) {
      for (String loose : list("--tcp-loose", "1,0")) {
        for (String source : list("--sources", "announced,page,keep-alive")) {
          try {
            run(loose, OutageSource.of(source));
          } catch (RuntimeException | AssertionError e) {
            failures++;
            System.out.println("ended early: " + firstLine(e));
          }
        }
      }
    }
    boolean kept = table.print();
    value("--plot").ifPresent(file -> OutagePlot.write(Path.of(file), table.rows()));
    return kept && failures == 0;
  }

  /** One of the phones of the table. */
  private record Phone(OutageRow row, Account account, List<String> told) {}

  private List<Phone> phones(OutageSource source, String suffix) {
    List<Phone> phones = new ArrayList<>();
    for (String label : list("--transports", "udp,tcp,tls")) {
      Transport transport = Transport.valueOf(label.toUpperCase(Locale.ROOT));
      OutageRow row =
          table.row(
              source.what() + ", " + transport + suffix,
              source.medianGoal(),
              OptionalDouble.of(source.greatestGoal(transport, EVERY)));
      Account account = Account.of("+155512301%02d".formatted(phones.size()));
      phones.add(new Phone(row, account, source.told(transport)));
    }
    return phones;
  }

  private void run(String loose, OutageSource source) {
    int changes =
        value("--changes").map(Integer::valueOf).orElse(words.contains("--quick") ? 5 : 300);
    long end =
        System.currentTimeMillis()
            + value("--minutes").map(Integer::valueOf).orElse(24 * 60) * 60_000L;
    int peers = value("--peers").map(Integer::valueOf).orElse(0);
    String suffix = loose.equals("1") ? "" : ", NAT drops unknown TCP";
    List<Phone> phones = phones(source, suffix);
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("LAB_TCP_LOOSE", loose);
    try (TestBed bed =
            TestBed.up(settings, phones.stream().map(Phone::account).toArray(Account[]::new));
        OutagesOfOthers others = OutagesOfOthers.start(bed.lab(), table, suffix, peers)) {
      bed.lab().lease("phone1");
      List<PhoneProcess> running = new ArrayList<>();
      for (Phone phone : phones) {
        running.add(bed.oneOfMany("phone1", phone.account(), phone.told()).awaitReachable());
      }
      Outages outages =
          Outages.of(
              bed.lab(),
              bed.trunk(),
              "site1",
              running.stream().map(Outages.Callee::of).toList(),
              EVERY,
              PATIENCE);
      long[] before = machineTimes();
      for (int i = 0; i < changes && System.currentTimeMillis() < end; i++) {
        change(outages, phones, i);
      }
      tellLoad(before);
      others.awaitEnd(end);
      for (PhoneProcess phone : running) {
        if (phone.events().named("leased").size() != 1) {
          throw new IllegalStateException("a phone was restarted");
        }
      }
    }
  }

  private void change(Outages outages, List<Phone> phones, int count) {
    try {
      Duration phase = Duration.ofMillis(SETTLED_MILLIS + random.nextInt(PHASES_MILLIS));
      List<Outages.Outage> measured = outages.measureAll(phase);
      StringBuilder told = new StringBuilder();
      for (int i = 0; i < phones.size(); i++) {
        table.add(phones.get(i).row(), measured.get(i));
        told.append(String.format(Locale.ROOT, " %6.0f", measured.get(i).millis()));
      }
      System.out.printf("change %3d, ms:%s%n", count + 1, told);
    } catch (AssertionError e) {
      System.out.println("a change failed: " + firstLine(e));
      if (++failures > MOST_FAILURES) {
        throw e;
      }
    }
  }

  private static String firstLine(Throwable failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
  }

  /** All time that the processors have had, and the part of it that they were idle. */
  private static long[] machineTimes() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/stat"))) {
      String[] fields = lines.findFirst().orElseThrow().trim().split(" +", -1);
      long all = 0;
      for (int i = 1; i <= 8; i++) {
        all += Long.parseLong(fields[i]);
      }
      return new long[] {all, Long.parseLong(fields[4]) + Long.parseLong(fields[5])};
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void tellLoad(long[] before) {
    long[] after = machineTimes();
    System.out.printf(
        Locale.ROOT,
        "the machine, with all else that it did, was idle for %.0f %% of the time%n",
        100.0 * (after[1] - before[1]) / Math.max(1, after[0] - before[0]));
  }
}
