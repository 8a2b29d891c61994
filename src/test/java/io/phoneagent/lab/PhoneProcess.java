// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import com.fasterxml.jackson.databind.JsonNode;
import io.phoneagent.PhoneNumber;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code bin/phone}, running. */
public final class PhoneProcess implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Account account;
  private final RunningProgram program;
  private final EventLog events;

  private PhoneProcess(Account account, RunningProgram program) {
    this.account = account;
    this.program = program;
    this.events = new EventLog(program);
  }

  /** Starts it inside a host of the lab, whose address the host has already. */
  static PhoneProcess inLab(Lab lab, String host, Account account, List<String> more) {
    List<String> arguments = identity(account);
    arguments.addAll(more);
    return new PhoneProcess(
        account,
        lab.start(
            "phone-" + host + "-" + account.number().substring(1),
            host,
            Product.command("phone", arguments)));
  }

  /** The same for one that is registered with a SIP registrar: it has no secret. */
  static PhoneProcess registered(Lab lab, String host, Account account, List<String> more) {
    boolean whole = PhoneNumber.isE164(account.number());
    List<String> arguments =
        new ArrayList<>(List.of(whole ? "--number" : "--user", account.number()));
    arguments.addAll(more);
    return new PhoneProcess(
        account,
        lab.start(
            "phone-" + host + "-" + account.number().replace("+", ""),
            host,
            Product.command("phone", arguments)));
  }

  /** Starts it on this machine. */
  public static PhoneProcess here(Path folder, String name, Account account, List<String> more) {
    List<String> arguments = identity(account);
    arguments.addAll(more);
    return new PhoneProcess(
        account,
        RunningProgram.start(
            name, folder, Product.notLongerThanUs(Product.command("phone", arguments))));
  }

  private static List<String> identity(Account account) {
    return new ArrayList<>(List.of("--number", account.number(), "--secret", account.secret()));
  }

  /** Waits until the switch can ring it. */
  public PhoneProcess awaitReachable() {
    events.await("flow-open", PATIENCE);
    return this;
  }

  /** Its number and secret. */
  public Account account() {
    return account;
  }

  /** All that it said. */
  public EventLog events() {
    return events;
  }

  /** The process. */
  public RunningProgram program() {
    return program;
  }

  /** Types a command. */
  public void say(String command) {
    program.type(command);
  }

  /** The first event of that name from {@code mark} on. */
  public Event await(int mark, String name) {
    return events.await(mark, name, PATIENCE);
  }

  /** The first event of that name. */
  public Event await(String name) {
    return events.await(name, PATIENCE);
  }

  /** Its timeline, asked for now. */
  public List<JsonNode> explain() {
    int mark = events.mark();
    say("explain");
    List<JsonNode> timeline = new ArrayList<>();
    await(mark, "explain").body().path("timeline").forEach(timeline::add);
    return timeline;
  }

  /** Ends it. */
  @Override
  public void close() {
    program.close();
  }
}
