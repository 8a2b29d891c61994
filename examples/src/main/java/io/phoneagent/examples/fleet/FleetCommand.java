// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.fleet;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.examples.phone.WrongFlag;
import io.phoneagent.runtime.Clock;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The program {@code fleet}. Exit codes: 0 done, 1 failed, 2 wrong arguments. */
@Command(
    name = "fleet",
    mixinStandardHelpOptions = true,
    version = "fleet 0.1.0-SNAPSHOT",
    sortOptions = false,
    description = {
      "Thousands of phones in one process, for load. They stay until SIGTERM or SIGINT, or for"
          + " --duration; then a summary is printed: one JSON object. Done is when all of them"
          + " were registered and can be called at the end.",
      "On standard input: change (all firewalls get another public address), status (prints how"
          + " far they are), quit."
    })
public final class FleetCommand implements Callable<Integer> {
  private static final long LOOK_MILLIS = 100;

  @Mixin private FleetOptions options = new FleetOptions();

  private final CountDownLatch quit = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile int exitCode = 1;

  private FleetCommand() {}

  /** Runs the program and exits. */
  public static void main(String[] args) {
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code =
        new CommandLine(new FleetCommand())
            .setErr(err)
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                  err.println("fleet: " + WrongFlag.told(failure, command));
                  return failure instanceof InvalidSettingException ? 2 : 1;
                })
            .setParameterExceptionHandler(new WrongFlag("fleet", err))
            .execute(args);
    System.exit(code);
  }

  @Override
  public Integer call() throws InterruptedException {
    FleetSettings settings = options.settings();
    Fleet fleet = new Fleet(settings);
    Runtime.getRuntime().addShutdownHook(new Thread(this::endOnSignal, "fleet-shutdown"));
    Thread reader = new Thread(() -> read(fleet), "fleet-commands");
    reader.setDaemon(true);
    reader.start();
    fleet.start();
    Progress progress =
        new Progress(System.err, Boolean.getBoolean("fleet.terminal"), settings.phones());
    Clock clock = Clock.system();
    long from = clock.nanos();
    boolean quitting = false;
    while (!quitting
        && settings.duration().filter(d -> clock.nanos() - from >= d.toNanos()).isEmpty()) {
      progress.show(fleet.standing());
      quitting = quit.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }
    progress.end();
    exitCode = fleet.standing().all(settings.phones()) ? 0 : 1;
    System.out.println(Report.summary(fleet));
    System.out.flush();
    fleet.close();
    ended.countDown();
    return exitCode;
  }

  /** A JVM that a signal ends would say 143. */
  private void endOnSignal() {
    if (ended.getCount() == 0) {
      return;
    }
    quit.countDown();
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(exitCode);
  }

  /** The end of the commands is none: the fleet stays. */
  private void read(Fleet fleet) {
    try {
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (@Nullable String line = lines.readLine(); line != null; line = lines.readLine()) {
        switch (line.strip()) {
          case "" -> {}
          case "change" -> fleet.change();
          case "status" -> {
            System.out.println(Report.status(fleet));
            System.out.flush();
          }
          case "quit" -> quit.countDown();
          default -> System.err.println("fleet: say change, status or quit");
        }
      }
    } catch (IOException e) {
      System.err.println("fleet: commands cannot be read any more: " + e.getMessage());
    }
  }
}
