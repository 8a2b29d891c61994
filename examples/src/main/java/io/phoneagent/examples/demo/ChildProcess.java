// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.phoneagent.runtime.Clock;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A switch or a phone as a process of its own; remembers the lines that it prints. */
final class ChildProcess implements AutoCloseable {
  private static final Clock CLOCK = Clock.system();
  private static final JsonFactory JSON = new JsonFactory();

  private final String name;
  private final Process process;
  private final OutputStream commands;
  private final List<Map<String, String>> events = new ArrayList<>();
  private boolean ended;

  /**
   * Starts one.
   *
   * @param log takes what it writes to its standard error, so that the story stays readable
   */
  ChildProcess(String name, List<String> command, Path log) throws IOException {
    this.name = name;
    this.process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    this.commands = process.getOutputStream();
    Thread reader = new Thread(this::read, name + "-output");
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        add(line.startsWith("{") ? parse(line) : Map.of("line", line));
      }
    } catch (IOException e) {
      add(Map.of("line", "unreadable: " + e.getMessage()));
    }
    synchronized (events) {
      ended = true;
      events.notifyAll();
    }
  }

  private void add(Map<String, String> event) {
    synchronized (events) {
      events.add(event);
      events.notifyAll();
    }
  }

  private static Map<String, String> parse(String line) throws IOException {
    Map<String, String> members = new HashMap<>();
    try (JsonParser parser = JSON.createParser(line)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        members.put(name, parser.getValueAsString(""));
        parser.skipChildren();
      }
    }
    return members;
  }

  /** How many lines it has printed so far. */
  int mark() {
    synchronized (events) {
      return events.size();
    }
  }

  /** The first event of that name printed after the mark. */
  Map<String, String> await(String event, int mark, int seconds) throws IOException {
    return await(m -> event.equals(m.get("event")), event, mark, seconds);
  }

  /** The first line that is no event and begins like this. */
  String awaitLine(String beginning, int seconds) throws IOException {
    return await(m -> m.getOrDefault("line", "").startsWith(beginning), beginning, 0, seconds)
        .getOrDefault("line", "");
  }

  private Map<String, String> await(
      Predicate<Map<String, String>> wanted, String what, int mark, int seconds)
      throws IOException {
    long deadline = CLOCK.nanos() + TimeUnit.SECONDS.toNanos(seconds);
    synchronized (events) {
      while (true) {
        Optional<Map<String, String>> found = events.stream().skip(mark).filter(wanted).findFirst();
        if (found.isPresent()) {
          return found.get();
        }
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - CLOCK.nanos());
        if (left <= 0 || ended) {
          throw new IOException(
              name
                  + (ended ? " ended before '" : " did not say '")
                  + what
                  + "'; it said "
                  + events);
        }
        try {
          events.wait(left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IOException("interrupted", e);
        }
      }
    }
  }

  /** Types a command. */
  void say(String command) throws IOException {
    commands.write((command + "\n").getBytes(StandardCharsets.UTF_8));
    commands.flush();
  }

  /** As when its power is cut. */
  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(12, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
