// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A small internet of network namespaces; {@code src/test/lab/lab} draws it. Each has a prefix of
 * its own, so that any number stand side by side, and goes down when this process ends, however
 * that happens.
 */
public final class Lab implements AutoCloseable {

  private static final AtomicInteger LABS = new AtomicInteger();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String prefix;
  private final Path state;
  private final List<String> settings = new ArrayList<>();

  private Lab(String prefix, Path state, Map<String, String> settings) {
    this.prefix = prefix;
    this.state = state;
    settings.forEach((name, value) -> this.settings.add(name + "=" + value));
  }

  /** Builds one. */
  public static Lab up() {
    return up(Map.of());
  }

  /** Builds one with these settings (LAB_UDP_FIRST and so on). */
  public static Lab up(Map<String, String> settings) {
    String prefix = "pa" + ProcessHandle.current().pid() + "-" + LABS.incrementAndGet() + "-";
    Lab lab = new Lab(prefix, stateFolder(prefix), settings);
    List<String> command = new ArrayList<>(List.of("env", "LAB_UPNP=0"));
    command.add("LAB_OWNER=" + ProcessHandle.current().pid());
    command.addAll(lab.labCommand("up"));
    try {
      Outcome.of(lab.state.resolve("run"), command, PATIENCE).orFail();
      return lab;
    } catch (AssertionError e) {
      lab.close();
      throw e;
    }
  }

  private static Path stateFolder(String prefix) {
    String told = System.getProperty("lab.state", "");
    try {
      if (told.isEmpty()) {
        return Files.createTempDirectory("lab-" + prefix);
      }
      return Files.createDirectories(Path.of(told, prefix));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> labCommand(String... words) {
    List<String> command = new ArrayList<>(List.of("env", "LAB_STATE=" + state));
    command.addAll(settings);
    command.addAll(List.of(Product.labFile("lab"), "-p", prefix));
    command.addAll(List.of(words));
    return command;
  }

  private Outcome run(String... words) {
    return Outcome.of(state.resolve("run"), labCommand(words), PATIENCE).orFail();
  }

  /** Where this lab keeps its logs and captures. */
  public Path state() {
    return state;
  }

  /** What every namespace's name begins with. */
  public String prefix() {
    return prefix;
  }

  /** Gives a phone's host an address by DHCP, and tells it. */
  public String lease(String host) {
    String said = run("lease", host).output();
    return said.substring(said.lastIndexOf(' ') + 1).strip();
  }

  /** The lab's name servers say from now on that this name, under lab.test, has this address. */
  public void dns(String name, String address) {
    run("dns", name, address);
  }

  /** A new public address for the site; its NAT forgets everything. Returns the new address. */
  public String changePublicIp(String site) {
    String said = run("change-public-ip", site).output();
    return said.substring(said.lastIndexOf(' ') + 1).strip();
  }

  /**
   * The site's public address changes to each of these in turn and stays it for the time beside it.
   * The NAT forgets everything each time. An event {@code changed} tells of each.
   */
  public FlappingSite flap(String site, List<FlappingSite.Stay> stays) {
    return FlappingSite.start(state, site, labCommand("flap", site), stays);
  }

  /** A new public address for the site, other than {@link #changePublicIp}'s at a known moment. */
  public ChangingSite changing(String site) {
    return ChangingSite.start(state, site, publicIp(site), labCommand("flap", site));
  }

  /** The site's public address. */
  public String publicIp(String site) {
    String gateway = site.replace("site", "fw");
    String said =
        exec(gateway, "ip", "-4", "-o", "address", "show", "dev", "wan").orFail().output();
    return said.replaceFirst("(?s).*inet ([0-9.]+)/.*", "$1");
  }

  /** From now on every packet from and to this host is dropped silently. */
  public void cut(String host) {
    run("cut", host);
  }

  /** Undoes the cut. */
  public void heal(String host) {
    run("heal", host);
  }

  /** A long way to this host: half the round trip, and the loss, each way. 0 and 0 undo it. */
  public void delay(String host, int roundTripMillis, int lossPercent) {
    run("delay", host, Integer.toString(roundTripMillis), Integer.toString(lossPercent));
  }

  /** How many frames have left the long way to this host late, as this machine stood still. */
  public long lateFrames(String host) {
    try (Stream<String> lines = Files.lines(state.resolve("log/wire-" + host + ".log"))) {
      return lines.filter(line -> line.startsWith("late ")).count();
    } catch (IOException e) {
      throw new UncheckedIOException("what the long way to " + host + " says cannot be read", e);
    }
  }

  /** Makes a site's NAT "preserving" or "symmetric". */
  public void nat(String site, String kind) {
    run("nat", site, kind);
  }

  /** Ends {@link #capture}; the file is complete afterwards. */
  public void captureStop(String host) {
    run("capture-stop", host);
  }

  /** Writes the host's packets to a file until {@link #captureStop}. */
  public Capture capture(String host, String... filter) {
    Path file = state.resolve("capture-" + host + ".pcap");
    List<String> words = new ArrayList<>(List.of("capture", host, file.toString()));
    words.addAll(List.of(filter));
    run(words.toArray(String[]::new));
    return new Capture(this, host, file);
  }

  /** The command as it is run inside a host's network; its process keeps its id. */
  public List<String> inside(String host, List<String> command) {
    List<String> words = new ArrayList<>(List.of("ip", "netns", "exec", prefix + host));
    words.addAll(command);
    return words;
  }

  /** Runs a command inside a host's network to its end. */
  public Outcome exec(String host, String... command) {
    return Outcome.of(state.resolve("run"), inside(host, List.of(command)), PATIENCE);
  }

  /** Starts a command inside a host's network. */
  public RunningProgram start(String name, String host, List<String> command) {
    return RunningProgram.start(name, state, inside(host, command));
  }

  /** Ends every process in the lab and removes it; logs and captures stay. */
  @Override
  public void close() {
    Outcome.of(state.resolve("run"), labCommand("down"), PATIENCE).orFail();
  }
}
