// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A program that has ended.
 *
 * @param command what was run
 * @param exitCode its exit code
 * @param output what it printed
 * @param errors what it wrote to its standard error
 */
public record Outcome(List<String> command, int exitCode, String output, String errors) {

  private static final AtomicInteger RUNS = new AtomicInteger();

  /** Runs it to its end, with an empty standard input. */
  public static Outcome of(Path folder, List<String> command, Duration patience) {
    String program = Path.of(command.get(0)).getFileName().toString();
    String name = "run-" + RUNS.incrementAndGet() + "-" + program;
    try (RunningProgram running = RunningProgram.start(name, folder, command)) {
      running.closeInput();
      int code = running.exitCode(patience);
      return new Outcome(command, code, String.join("\n", running.lines()), running.errors());
    }
  }

  /** This, or an error with all that it said unless it ended with 0. */
  public Outcome orFail() {
    if (exitCode != 0) {
      throw new AssertionError(this);
    }
    return this;
  }
}
