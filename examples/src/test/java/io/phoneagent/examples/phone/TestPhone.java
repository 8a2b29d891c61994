// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The program, run in this process: what it writes is read, and it can be commanded. */
final class TestPhone {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final PipedOutputStream commands = new PipedOutputStream();
  private final StringBuilder written = new StringBuilder();
  private final CompletableFuture<Integer> exit;
  private int seen;

  TestPhone(String... args) throws IOException {
    PipedInputStream in = new PipedInputStream(commands);
    OutputStream out =
        new OutputStream() {
          @Override
          public void write(int octet) {
            write(new byte[] {(byte) octet}, 0, 1);
          }

          @Override
          public void write(byte[] octets, int from, int length) {
            synchronized (written) {
              written.append(new String(octets, from, length, StandardCharsets.UTF_8));
            }
          }
        };
    exit =
        CompletableFuture.supplyAsync(
            () ->
                PhoneCommand.run(
                    in, out, new PrintWriter(System.err, true, StandardCharsets.UTF_8), args),
            task -> new Thread(task, "test-phone").start());
  }

  void type(String line) throws IOException {
    commands.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    commands.flush();
  }

  /** Everything written so far. */
  List<JsonNode> events() {
    List<JsonNode> events = new ArrayList<>();
    synchronized (written) {
      written.toString().lines().forEach(line -> events.add(read(line)));
    }
    return events;
  }

  private static JsonNode read(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new AssertionError("no JSON: " + line, e);
    }
  }

  /** The next event of this name after the one that was awaited before. */
  JsonNode await(String event) {
    return Awaitility.await(event)
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> next(event), Optional::isPresent)
        .orElseThrow();
  }

  private Optional<JsonNode> next(String event) {
    List<JsonNode> all = events();
    for (int i = seen; i < all.size(); i++) {
      if (all.get(i).get("event").asText().equals(event)) {
        seen = i + 1;
        return Optional.of(all.get(i));
      }
    }
    return Optional.empty();
  }

  /** The exit code, once it has ended. */
  int exitCode() {
    return exit.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
  }
}
