// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A program that a test started: its lines are collected, its errors go to a log, and it is ended
 * by its own process id.
 */
public final class RunningProgram implements AutoCloseable {

  private final String name;
  private final Process process;
  private final Path errors;
  private final List<String> lines = new ArrayList<>();
  private final BufferedWriter input;
  private final Thread reader;

  private RunningProgram(String name, Process process, Path output, Path errors) {
    this.name = name;
    this.process = process;
    this.errors = errors;
    this.input =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    this.reader = new Thread(() -> collect(output), "output of " + name);
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts it; what it prints is kept below {@code folder}, in files that bear its name. */
  public static RunningProgram start(String name, Path folder, List<String> command) {
    try {
      Files.createDirectories(folder);
      Path errors = folder.resolve(name + ".err");
      Process process =
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
              .start();
      return new RunningProgram(name, process, folder.resolve(name + ".out"), errors);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void collect(Path output) {
    try (BufferedReader out =
            new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        BufferedWriter copy =
            Files.newBufferedWriter(output, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        said(line);
        copy.write(line);
        copy.newLine();
        copy.flush();
      }
    } catch (IOException e) {
      said("[output ended: " + e.getMessage() + "]");
    }
  }

  private void said(String line) {
    synchronized (lines) {
      lines.add(line);
    }
  }

  /** The process id, of the program itself where it was started through {@code exec}s only. */
  public long pid() {
    return process.pid();
  }

  /** Whether it still runs. */
  public boolean alive() {
    return process.isAlive();
  }

  /** The lines printed so far. */
  public List<String> lines() {
    return linesFrom(0);
  }

  /** The lines printed so far but the first so many. */
  public List<String> linesFrom(int first) {
    synchronized (lines) {
      return List.copyOf(lines.subList(first, lines.size()));
    }
  }

  /** What it wrote to its standard error so far. */
  public String errors() {
    try {
      return Files.exists(errors) ? Files.readString(errors) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first line for which this holds, waiting for it at most so long. */
  public String awaitLine(Predicate<String> wanted, Duration patience) {
    return awaitLine(0, wanted, patience);
  }

  /** The same among all lines but the first so many. */
  public String awaitLine(int from, Predicate<String> wanted, Duration patience) {
    try {
      Awaitility.await()
          .atMost(patience)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(5))
          .until(() -> linesFrom(from).stream().anyMatch(wanted) || !process.isAlive());
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(report("did not say it within " + patience), e);
    }
    if (!process.isAlive()) {
      joinReader();
    }
    return linesFrom(from).stream()
        .filter(wanted)
        .findFirst()
        .orElseThrow(
            () -> new AssertionError(report("ended with " + process.exitValue() + " before")));
  }

  /** Types a line into its standard input. */
  public void type(String line) {
    try {
      input.write(line);
      input.newLine();
      input.flush();
    } catch (IOException e) {
      throw new AssertionError(report("does not listen: " + e.getMessage()), e);
    }
  }

  /** Ends its standard input. */
  public void closeInput() {
    try {
      input.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGTERM, to this process alone; what it still says is heard. */
  public void terminate() {
    // Process.destroy would close our ends of its pipes as well.
    process.toHandle().destroy();
  }

  /** SIGKILL, to this process alone. */
  public void kill() {
    process.toHandle().destroyForcibly();
  }

  /** Its exit code, once it has ended; 128 + N after signal N. */
  public int exitCode(Duration patience) {
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(report("has not ended within " + patience));
      }
      joinReader();
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private void joinReader() {
    try {
      reader.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What happened, with the last of what it printed. */
  public String report(String happened) {
    List<String> all = lines();
    List<String> last = all.subList(Math.max(0, all.size() - 30), all.size());
    String wrote = errors();
    return name
        + " "
        + happened
        + "\n  printed:\n    "
        + String.join("\n    ", last)
        + "\n  errors:\n    "
        + wrote.substring(Math.max(0, wrote.length() - 3000)).replace("\n", "\n    ");
  }

  /** Ends it: politely, after three seconds by force. */
  @Override
  public void close() {
    try {
      terminate();
      if (!process.waitFor(3, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor(3, TimeUnit.SECONDS);
      }
      joinReader();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }

  @Override
  public String toString() {
    return name + " (" + process.pid() + ")";
  }
}
