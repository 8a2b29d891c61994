// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a REGISTER costs our switch and Kamailio: the CPU time of their processes, from /proc, over
 * what they have answered with 200. See benchmarks/registrar.
 */
final class RegistrarBenchmark {
  private static final String SECRET = "a secret of some length";
  private static final int AT_ONCE = 64;
  // A JVM has compiled what it will where compiling takes no more than so much of its time.
  private static final double COMPILED = 0.02;
  private static final int MOST_WARM_UP = 12;

  private final List<String> words;
  private final boolean quick;
  private final int numbers;
  private final int rounds;
  private final ServerProcess ours;
  private final ServerProcess kamailio;
  private final int ourPort;
  private final int freePort;
  private final int provenPort;

  private RegistrarBenchmark(List<String> words, int numbers, Path folder) throws IOException {
    this.words = words;
    this.quick = words.contains("--quick");
    this.numbers = numbers;
    this.rounds = value(words, "--rounds", quick ? 3 : 7);
    this.freePort = ServerProcess.freePort(InetAddress.getLoopbackAddress());
    this.provenPort = ServerProcess.freePort(InetAddress.getLoopbackAddress());
    this.ours = ServerProcess.dnsSwitch(words.get(0), folder, "--signalling", "127.0.0.1:0");
    this.ourPort = ours.awaitPort();
    this.kamailio =
        ServerProcess.kamailio(
            Path.of(words.get(1)),
            folder,
            "PORT=" + freePort,
            "PROVEN_PORT=" + provenPort,
            "SECRET=\"" + SECRET + "\"");
  }

  public static void main(String[] arguments) throws Exception {
    List<String> words = List.of(arguments);
    int numbers = value(words, "--numbers", words.contains("--quick") ? 5_000 : 100_000);
    try (LoadFolder folder = LoadFolder.of(numbers, SECRET)) {
      RegistrarBenchmark benchmark = new RegistrarBenchmark(words, numbers, folder.path());
      try {
        benchmark.run();
      } finally {
        benchmark.ours.close();
        benchmark.kamailio.close();
      }
    }
  }

  static int value(List<String> words, String flag, int otherwise) {
    int at = words.indexOf(flag);
    return at < 0 ? otherwise : Integer.parseInt(words.get(at + 1));
  }

  private void run() throws Exception {
    if (words.contains("--memory")) {
      memory();
      return;
    }
    System.out.printf(
        Locale.ROOT,
        "CPU time per REGISTER that is answered with 200, us; %d numbers, %d rounds%n%n",
        numbers,
        rounds);
    System.out.printf(
        "%-30s %8s %18s %8s %9s %7s%n",
        "", "ours", "(min to max)", "compiler", "kamailio", "ratio");
    row("UDP, kept nonce, just started", 1, false, false, provenPort);
    warmUp(false, false);
    row("UDP, kept nonce; without", rounds, false, false, freePort);
    row("UDP, kept nonce", rounds, false, false, provenPort);
    warmUp(false, true);
    row("UDP, new challenge each time", rounds, false, true, provenPort);
    warmUp(true, false);
    row("TCP, kept nonce", rounds, true, false, provenPort);
  }

  /** Until the JVM has compiled what it will: a switch runs for months. */
  private void warmUp(boolean tcp, boolean fresh) throws IOException {
    try (RegisterLoad load = load(ourPort, tcp, fresh)) {
      load.run(numbers, AT_ONCE);
      for (int i = 0; i < (quick ? 5 : MOST_WARM_UP); i++) {
        double all = ours.cpuMicros();
        double compiler = ours.compilerMicros();
        load.run(Math.max(numbers, 50_000), AT_ONCE);
        double share = (ours.compilerMicros() - compiler) / (ours.cpuMicros() - all);
        if (share <= COMPILED) {
          return;
        }
      }
    }
  }

  private RegisterLoad load(int port, boolean tcp, boolean fresh) throws IOException {
    return new RegisterLoad(port, numbers, SECRET, tcp, fresh);
  }

  private void row(String name, int times, boolean tcp, boolean fresh, int other)
      throws IOException {
    try (RegisterLoad our = load(ourPort, tcp, fresh);
        RegisterLoad their = load(other, tcp, fresh)) {
      our.run(numbers, AT_ONCE);
      their.run(numbers, AT_ONCE);
      double[] mine = new double[times];
      double[] theirs = new double[times];
      double[] ratios = new double[times];
      double compiler = ours.compilerMicros();
      for (int i = 0; i < times; i++) {
        mine[i] = cost(our, ours);
        theirs[i] = cost(their, kamailio);
        ratios[i] = mine[i] / theirs[i];
      }
      compiler = (ours.compilerMicros() - compiler) / numbers / times;
      Arrays.sort(mine);
      Arrays.sort(theirs);
      Arrays.sort(ratios);
      System.out.printf(
          Locale.ROOT,
          "%-30s %8.1f %18s %8.1f %9.1f %7.2f   %s%n",
          name,
          mine[times / 2],
          String.format(Locale.ROOT, "%.1f to %.1f", mine[0], mine[times - 1]),
          compiler,
          theirs[times / 2],
          ratios[times / 2],
          our.troubles());
    }
  }

  private double cost(RegisterLoad load, ServerProcess server) throws IOException {
    double before = server.cpuMicros();
    load.run(numbers, AT_ONCE);
    return (server.cpuMicros() - before) / numbers;
  }

  private void memory() throws Exception {
    double heap = heapBytes();
    double resident = residentBytes();
    try (RegisterLoad our = load(ourPort, false, false)) {
      our.run(numbers, AT_ONCE);
      our.run(numbers, AT_ONCE);
      System.out.printf(
          Locale.ROOT,
          "%d bindings: %.0f bytes of the heap each, %.0f of the process%n",
          numbers,
          (heapBytes() - heap) / numbers,
          (residentBytes() - resident) / numbers);
    }
  }

  /** What is left after a collection. */
  private double heapBytes() throws IOException {
    Process histogram =
        new ProcessBuilder("jcmd", Long.toString(ours.pid()), "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String text = new String(histogram.getInputStream().readAllBytes(), UTF_8);
    Matcher total = Pattern.compile("Total +\\d+ +(\\d+)").matcher(text);
    if (!total.find()) {
      throw new IOException("jcmd says: " + text);
    }
    return Double.parseDouble(total.group(1));
  }

  private double residentBytes() throws IOException {
    String status = Files.readString(Path.of("/proc/" + ours.pid() + "/status"));
    Matcher resident = Pattern.compile("VmRSS:\\s+(\\d+) kB").matcher(status);
    if (!resident.find()) {
      throw new IOException("no VmRSS");
    }
    return Double.parseDouble(resident.group(1)) * 1024;
  }
}
