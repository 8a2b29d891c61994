// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code bin/fleet}, running on this machine. */
public final class FleetProcess implements AutoCloseable {

  private static final String FIRST = "+15551000000";
  private static final String SECRET = "the fleet's secret";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RunningProgram program;

  private FleetProcess(RunningProgram program) {
    this.program = program;
  }

  /** Starts it; its accounts are {@link #addAccounts}'s. */
  public static FleetProcess start(
      Path folder, int phones, String http, Path authority, List<String> more) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--phones", String.valueOf(phones), "--first-number", FIRST));
    arguments.addAll(List.of("--secret", SECRET, "--switch", "https://" + http));
    arguments.addAll(List.of("--ca", authority.toString()));
    arguments.addAll(more);
    return new FleetProcess(
        RunningProgram.start(
            "fleet", folder, Product.notLongerThanUs(Product.command("fleet", arguments))));
  }

  /** Makes the accounts of so many phones. */
  public static void addAccounts(Path folder, Path accounts, int phones) {
    Account.addRow(folder, accounts, FIRST, phones, SECRET);
  }

  /** Asks it how far it is. */
  public JsonNode status() {
    int before = program.lines().size();
    program.type("status");
    return json(program.awaitLine(line -> program.lines().indexOf(line) >= before, PATIENCE));
  }

  /** All firewalls get another public address. */
  public void change() {
    program.type("change");
  }

  /** Ends it with SIGTERM: its summary. */
  public JsonNode end() {
    program.terminate();
    program.exitCode(PATIENCE);
    return json(program.lines().get(program.lines().size() - 1));
  }

  /** How it ended. */
  public int exitCode() {
    return program.exitCode(PATIENCE);
  }

  /** The process. */
  public RunningProgram program() {
    return program;
  }

  private JsonNode json(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new AssertionError(program.report("said something else than JSON: " + line), e);
    }
  }

  @Override
  public void close() {
    program.close();
  }
}
