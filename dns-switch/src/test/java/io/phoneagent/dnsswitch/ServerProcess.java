// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A server that a benchmark has started, and what it has cost so far, from /proc. */
final class ServerProcess implements AutoCloseable {
  private static final Pattern READY =
      Pattern.compile(
          "ready http=127\\.0\\.0\\.1:(?<http>\\d+) signalling=127\\.0\\.0\\.1:(?<sip>\\d+) .*");
  // USER_HZ is 100 wherever Java runs on Linux.
  private static final double TICK_MICROS = 10_000;
  private static final String COMPILER = "C[12] Compiler.*";

  private final Process process;

  private ServerProcess(Process process) {
    this.process = process;
  }

  /** {@code bin/dns-switch} on loopback, with more flags. */
  static ServerProcess dnsSwitch(String program, Path folder, String... more) throws IOException {
    List<String> command =
        new ArrayList<>(List.of(program, "--data", folder.toString(), "--http", "127.0.0.1:0"));
    command.addAll(List.of(more));
    return new ServerProcess(
        new ProcessBuilder(command).redirectError(folder.resolve("switch.log").toFile()).start());
  }

  /** Kamailio with a configuration and what that wants defined, each {@code NAME=VALUE}. */
  static ServerProcess kamailio(Path configuration, Path folder, String... definitions)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("kamailio", "-DD", "-E", "-m", "512"));
    command.addAll(List.of("-M", "32", "-Y", folder.toString()));
    command.addAll(List.of("-P", folder.resolve("kamailio.pid").toString()));
    command.addAll(List.of("-f", configuration.toString()));
    for (String definition : definitions) {
      command.addAll(List.of("-A", definition));
    }
    return new ServerProcess(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("kamailio.log").toFile())
            .start());
  }

  /** A port that nobody has at an address, over UDP or TCP. */
  static int freePort(InetAddress address) throws IOException {
    while (true) {
      try (ServerSocket stream = new ServerSocket(0, 1, address)) {
        if (isFreeOverUdp(stream.getLocalPort(), address)) {
          return stream.getLocalPort();
        }
      }
    }
  }

  private static boolean isFreeOverUdp(int port, InetAddress address) {
    try (DatagramSocket datagrams = new DatagramSocket(port, address)) {
      return datagrams.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  long pid() {
    return process.pid();
  }

  /** Waits for the switch's ready line, and tells its signalling port. */
  int awaitPort() throws IOException {
    return awaitReady("sip");
  }

  /** Waits for it, and tells the port of its HTTPS. */
  int awaitHttpPort() throws IOException {
    return awaitReady("http");
  }

  private int awaitReady(String port) throws IOException {
    BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Matcher ready = READY.matcher(line);
      if (ready.matches()) {
        return Integer.parseInt(ready.group(port));
      }
    }
    throw new IOException("the switch has ended before it was ready");
  }

  /** The CPU time of the process and its children, in microseconds. */
  double cpuMicros() throws IOException {
    double sum = ticks(Path.of("/proc/" + pid() + "/stat")) * TICK_MICROS;
    for (ProcessHandle child : process.descendants().toList()) {
      sum += ticks(Path.of("/proc/" + child.pid() + "/stat")) * TICK_MICROS;
    }
    return sum;
  }

  /** What of that the JVM has compiled for. */
  double compilerMicros() throws IOException {
    double sum = 0;
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid() + "/task"))) {
      for (Path thread : threads.toList()) {
        if (Files.readString(thread.resolve("comm")).strip().matches(COMPILER)) {
          sum += ticks(thread.resolve("stat")) * TICK_MICROS;
        }
      }
    }
    return sum;
  }

  private static long ticks(Path file) throws IOException {
    String stat = Files.readString(file);
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
