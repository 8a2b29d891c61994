// SPDX-License-Identifier: Apache-2.0
package com.example.firmware;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Measures what the SDK costs a device, each figure in processes of its own, and prints it beside
 * its budget. Ends with 1 where one is over: sizes and threads at once, memory and time, which a
 * busy machine spoils, beyond the margin that is printed.
 */
public final class Budget {
  /** As the firmware of a small device would run it; see docs/budget.md. */
  private static final List<String> FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xms2m",
          "-Xmx32m",
          "-Xmn1m",
          "-Xss256k",
          "-XX:MinHeapFreeRatio=10",
          "-XX:MaxHeapFreeRatio=20");

  private static final long MAX_JARS = 6 * 1024 * 1024;
  private static final int MAX_THREADS = 4;
  private static final double MAX_MEMORY_MB = 25;
  private static final double MEMORY_MARGIN_MB = 5;
  private static final double MAX_START_MS = 50;
  private static final double START_MARGIN_MS = 50;
  // The HTTP client's threads rest for five seconds before they go.
  private static final int SETTLE_SECONDS = 8;
  private static final int STARTS = 45;
  private static final int WARM_UP = 15;

  private final List<Process> started = new ArrayList<>();
  private boolean kept = true;

  private Budget() {}

  /** Runs it: switch, authority, secret, a folder, and a number for each phone of the series. */
  public static void main(String[] args) throws Exception {
    Budget budget = new Budget();
    try {
      budget.measure(
          args[0], args[1], args[2], Path.of(args[3]), List.of(args).subList(4, args.length));
    } finally {
      budget.started.forEach(Process::destroyForcibly);
    }
    System.exit(budget.kept ? 0 : 1);
  }

  private void measure(
      String dnsSwitch, String authority, String secret, Path folder, List<String> numbers)
      throws IOException, InterruptedException {
    System.out.println("The SDK's budget, with " + String.join(" ", FLAGS));
    jars();
    List<String> own = List.of("-XX:SharedArchiveFile=" + archive(folder, dnsSwitch, authority, numbers.get(0), secret));
    List<String> none = List.of();
    List<Child> bare = new ArrayList<>();
    List<Child> archivedBare = new ArrayList<>();
    for (int i = 0; i < numbers.size(); i++) {
      bare.add(new Child(none, "BareJvm"));
      archivedBare.add(new Child(own, "BareJvm"));
    }
    double plain = phones(none, dnsSwitch, authority, secret, numbers, false);
    double archived = phones(own, dnsSwitch, authority, secret, numbers, true);
    double bareMb = memory(bare);
    double archivedBareMb = memory(archivedBare);
    for (Child child : bare) {
      child.end();
    }
    for (Child child : archivedBare) {
      child.end();
    }
    System.out.printf(
        Locale.ROOT,
        "  RSS, medians of %d: a bare JVM %.1f MB, with the firmware's class archive %.1f MB;"
            + " a phone at rest %.1f MB, without that archive %.1f MB%n",
        numbers.size(),
        bareMb,
        archivedBareMb,
        archived,
        plain);
    report("RSS above a bare JVM of the same flags", archived - archivedBareMb, MAX_MEMORY_MB, MEMORY_MARGIN_MB, "MB");
    report("RSS above a bare JVM without the archive", archived - bareMb, MAX_MEMORY_MB, MEMORY_MARGIN_MB, "MB");
    System.out.printf(Locale.ROOT, "  not budgeted: RSS above a bare JVM, neither with the archive: %.1f MB%n", plain - bareMb);
    starts(own, dnsSwitch, authority, numbers.get(0), secret);
  }

  /** The archive of classes that a firmware's build makes once, from one run of the phone. */
  private Path archive(Path folder, String... phone) throws IOException, InterruptedException {
    Path classes = folder.resolve("classes.lst");
    Child trial = new Child(List.of("-XX:DumpLoadedClassList=" + classes), "AtRest", phone);
    trial.expect("ready");
    trial.end();
    Path archive = folder.resolve("firmware.jsa");
    List<String> command = java();
    command.addAll(List.of("-Xshare:dump", "-XX:SharedClassListFile=" + classes));
    command.add("-XX:SharedArchiveFile=" + archive);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    Process dump =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("archive.log").toFile())
            .start();
    started.add(dump);
    if (!dump.waitFor(60, TimeUnit.SECONDS) || dump.exitValue() != 0) {
      throw new IOException("no archive of classes could be made");
    }
    return archive;
  }

  /** The memory of phones at rest; their threads too, where asked for. */
  private double phones(
      List<String> flags,
      String dnsSwitch,
      String authority,
      String secret,
      List<String> numbers,
      boolean withThreads)
      throws IOException, InterruptedException {
    List<Child> phones = new ArrayList<>();
    for (String number : numbers) {
      phones.add(new Child(flags, "AtRest", dnsSwitch, authority, number, secret));
    }
    for (Child child : phones) {
      child.expect("ready");
    }
    TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
    double size = memory(phones);
    if (withThreads) {
      threads(phones.get(0));
    }
    for (Child child : phones) {
      child.end();
    }
    return size;
  }

  private void jars() throws IOException {
    long total = 0;
    boolean bouncyCastle = false;
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      String name = Path.of(entry).getFileName().toString();
      bouncyCastle |= name.startsWith("bc");
      if (name.endsWith(".jar") && !name.matches("(kotlin|okhttp|okio|class-path-).*")) {
        total += Files.size(Path.of(entry));
      }
    }
    report(
        "compulsory jars without Kotlin and OkHttp",
        total / 1048576.0,
        MAX_JARS / 1048576.0,
        0,
        "MB");
    System.out.println("  Bouncy Castle among them: " + (bouncyCastle ? "YES, OVER" : "no"));
    kept &= !bouncyCastle;
  }

  /** The median of what these hold of the machine's memory, in MB. */
  private static double memory(List<Child> children) throws IOException {
    List<Double> sizes = new ArrayList<>();
    for (Child child : children) {
      for (String line : Files.readAllLines(Path.of("/proc/" + child.process.pid() + "/status"))) {
        if (line.startsWith("VmRSS:")) {
          sizes.add(Integer.parseInt(line.replaceAll("[^0-9]", "")) / 1024.0);
        }
      }
    }
    return median(sizes);
  }

  private void threads(Child phone) throws IOException {
    String names = phone.ask();
    List<String> threads = List.of(names.split(", ", -1));
    threads = threads.subList(0, threads.size() - 1);
    System.out.println("  threads: " + new TreeSet<>(threads));
    report("threads at rest", threads.size(), MAX_THREADS, 0, "");
    for (String name : threads) {
      if (name.matches("(Thread|pool)-.*")) {
        System.out.println("  OVER: a thread has no name of its own: " + name);
        kept = false;
      }
    }
  }

  private void starts(List<String> flags, String dnsSwitch, String authority, String number, String secret)
      throws IOException, InterruptedException {
    Child child =
        new Child(flags, "Starts", dnsSwitch, authority, number, secret, Integer.toString(STARTS));
    List<Double> all = new ArrayList<>();
    for (int i = 0; i < STARTS; i++) {
      all.add(Double.parseDouble(child.line()) / 1000);
    }
    child.end();
    System.out.printf(Locale.ROOT, "  start() to registered, first of the JVM: %.0f ms%n", all.get(0));
    List<Double> warm = all.subList(WARM_UP, STARTS);
    report(
        "start() to registered, median of " + warm.size(),
        median(warm),
        MAX_START_MS,
        START_MARGIN_MS,
        "ms");
  }

  private static List<String> java() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    return command;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    sorted.sort(null);
    return sorted.get(sorted.size() / 2);
  }

  private void report(String what, double figure, double budget, double margin, String unit) {
    String verdict =
        figure <= budget
            ? "within"
            : figure <= budget + margin ? "OVER, within the margin of a busy machine" : "OVER";
    System.out.printf(
        Locale.ROOT, "  %s: %.1f %s of %.0f: %s%n", what, figure, unit, budget, verdict);
    kept &= figure <= budget + margin;
  }

  /** A JVM of its own with the same class path and flags. */
  private final class Child {
    private final Process process;
    private final BufferedReader out;

    Child(List<String> flags, String program, String... args) throws IOException {
      List<String> command = java();
      command.addAll(flags);
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.add("com.example.firmware." + program);
      command.addAll(List.of(args));
      process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      started.add(process);
      out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    String line() throws IOException {
      String line = out.readLine();
      if (line == null) {
        throw new IOException("a measured process has ended before its time");
      }
      return line;
    }

    void expect(String word) throws IOException {
      String line = line();
      if (!line.equals(word)) {
        throw new IOException("a measured process said " + line);
      }
    }

    String ask() throws IOException {
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
      return line();
    }

    void end() throws IOException, InterruptedException {
      process.getOutputStream().close();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        throw new IOException("a measured process does not end");
      }
    }
  }
}
