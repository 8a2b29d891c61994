// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import io.phoneagent.lab.Account;
import io.phoneagent.lab.Lab;
import io.phoneagent.lab.Outages;
import io.phoneagent.lab.PeerPhone;
import io.phoneagent.lab.PeerRegistrar;
import io.phoneagent.lab.RunningProgram;
import io.phoneagent.lab.TrunkPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * The outages of the phones of others, with what they are told only where a run could not end with
 * their defaults. They stand behind the second site, whose address changes meanwhile.
 */
final class OutagesOfOthers implements AutoCloseable {
  private static final int REFRESH_SECONDS = 60;

  // Called each 100 ms, linphone rang only after its next registration, wherever it was called.
  private static final Duration CALLED = Duration.ofSeconds(1);

  // Of one who registers anew each minute: twice that, and its waits for a dead connection.
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final Lab lab;
  private final OutageTable table;
  private final String suffix;
  private final int changes;
  private final Random random = new Random();
  private final Thread thread = new Thread(this::run, "outages of others");
  private volatile boolean ending;

  private OutagesOfOthers(Lab lab, OutageTable table, String suffix, int changes) {
    this.lab = lab;
    this.table = table;
    this.suffix = suffix;
    this.changes = changes;
  }

  /** Begins so many changes beside what else is done; with 0, nothing. */
  static OutagesOfOthers start(Lab lab, OutageTable table, String suffix, int changes) {
    OutagesOfOthers started = new OutagesOfOthers(lab, table, suffix, changes);
    started.thread.setDaemon(true);
    if (changes > 0) {
      started.thread.start();
    }
    return started;
  }

  /** Waits for them, until then at most. */
  void awaitEnd(long epochMillis) {
    try {
      TimeUnit.MILLISECONDS.timedJoin(
          thread, Math.max(1, epochMillis - System.currentTimeMillis()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private record Other(OutageRow row, Account account) {}

  private void run() {
    Account known = Numbers.BOB;
    List<RunningProgram> programs = new ArrayList<>();
    lab.lease("phone2");
    try (PeerRegistrar registrar = PeerRegistrar.start(lab, known.secret());
        TrunkPeer caller = registrar.caller()) {
      List<Other> others = new ArrayList<>();
      for (PeerPhone peer : PeerPhone.values()) {
        for (String transport : List.of("udp", "tcp")) {
          Account account =
              new Account(
                  "+155512302%02d".formatted(others.size()),
                  known.secret(),
                  Optional.empty(),
                  false,
                  Optional.empty());
          String name =
              peer.name().toLowerCase(Locale.ROOT)
                  + ", refresh 60 s, "
                  + transport.toUpperCase(Locale.ROOT);
          others.add(
              new Other(
                  table.row(name + suffix, OptionalDouble.empty(), OptionalDouble.empty()),
                  account));
          programs.add(
              peer.start(
                  lab,
                  "phone2",
                  new PeerPhone.Registration(
                      account, PeerRegistrar.PUBLIC, transport, REFRESH_SECONDS)));
        }
      }
      Outages outages =
          Outages.of(
              lab,
              caller,
              "site2",
              others.stream().map(o -> Outages.Callee.other(o.account().number())).toList(),
              CALLED,
              PATIENCE);
      for (int i = 0; i < changes && !ending; i++) {
        Duration phase = Duration.ofMillis(1000 + random.nextInt(REFRESH_SECONDS * 1000));
        List<Outages.Outage> measured = outages.measureAll(phase);
        for (int other = 0; other < others.size(); other++) {
          table.add(others.get(other).row(), measured.get(other));
        }
        System.out.printf(
            Locale.ROOT,
            "others, change %d, ms: %s%n",
            i + 1,
            measured.stream().map(o -> String.format(Locale.ROOT, "%.0f", o.millis())).toList());
      }
      for (RunningProgram program : programs) {
        if (!program.alive()) {
          System.out.println(program.report("has ended"));
        }
      }
    } catch (RuntimeException | AssertionError e) {
      if (!ending) {
        System.out.println(
            "the phones of others: "
                + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
      }
    } finally {
      programs.forEach(RunningProgram::close);
    }
  }

  /** They end with the lab. */
  @Override
  public void close() {
    ending = true;
  }
}
