// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code bin/dns-switch}, running. */
public final class SwitchProcess implements AutoCloseable {

  private static final Pattern READY =
      Pattern.compile("ready http=(\\S+) signalling=(\\S+)(?: tls=(\\S+))?(?: dhcp=\\S+)?");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final RunningProgram program;

  private SwitchProcess(RunningProgram program) {
    this.program = program;
  }

  /**
   * Starts it in the lab, behind the ISP's gateway, and waits until it serves.
   *
   * @param more flags, each as {@code --name=value}
   */
  public static SwitchProcess inLab(
      Lab lab, String name, Path data, Path accounts, List<String> more) {
    SwitchProcess started = startInLab(lab, name, data, accounts, more);
    started.ready();
    return started;
  }

  /** The same without waiting. */
  static SwitchProcess startInLab(
      Lab lab, String name, Path data, Path accounts, List<String> more) {
    List<String> arguments = new ArrayList<>(more);
    arguments.addAll(
        List.of(
            "--http=0.0.0.0:8443",
            "--signalling=0.0.0.0:5060",
            "--advertise=203.0.113.100",
            "--media-ports=20000-20999",
            "--data=" + data,
            "--accounts=" + accounts,
            "--treat-as-public=203.0.113.0/24",
            "--treat-as-public=198.51.100.0/24",
            "--trunk=sip:198.51.100.200:5060"));
    return new SwitchProcess(
        lab.start(name, "switch", Product.command("dns-switch", separate(arguments))));
  }

  /** Starts it on this machine's loopback, on free ports, and waits until it serves. */
  public static SwitchProcess onLoopback(Path folder, String name, Path data, Path accounts) {
    Ready free = new Ready("127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:0");
    return onLoopback(folder, name, data, accounts, free);
  }

  /** The same on these ports, such as those that one before it had. */
  public static SwitchProcess onLoopback(
      Path folder, String name, Path data, Path accounts, Ready ports) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--http", ports.http(), "--signalling", ports.signalling()));
    arguments.addAll(List.of("--signalling-tls", ports.tls()));
    arguments.addAll(List.of("--data", data.toString(), "--accounts", accounts.toString()));
    arguments.addAll(List.of("--treat-as-public", "127.0.0.0/8"));
    SwitchProcess started =
        new SwitchProcess(
            RunningProgram.start(
                name, folder, Product.notLongerThanUs(Product.command("dns-switch", arguments))));
    started.ready();
    return started;
  }

  private static List<String> separate(List<String> arguments) {
    List<String> words = new ArrayList<>();
    for (String argument : arguments) {
      words.addAll(List.of(argument.split("=", 2)));
    }
    return words;
  }

  /**
   * What its ready line says, each HOST:PORT.
   *
   * @param http where it takes registrations
   * @param signalling where it takes SIP over UDP and TCP
   * @param tls where it takes SIP over TLS
   */
  public record Ready(String http, String signalling, String tls) {}

  /** Waits for its ready line. */
  public Ready ready() {
    String line = program.awaitLine(said -> said.startsWith("ready "), PATIENCE);
    Matcher matcher = READY.matcher(line);
    if (!matcher.matches()) {
      throw new AssertionError(program.report("said an odd ready line: " + line));
    }
    String tls = matcher.group(3);
    return new Ready(matcher.group(1), matcher.group(2), tls == null ? "" : tls);
  }

  /** The process. */
  public RunningProgram program() {
    return program;
  }

  /** Ends it. */
  @Override
  public void close() {
    program.close();
  }
}
