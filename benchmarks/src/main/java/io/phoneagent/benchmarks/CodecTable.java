// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.benchmarks;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs {@link CodecBenchmark} and prints ours beside jain-sip's. */
@SuppressWarnings("rawtypes") // so are the results of JMH
public final class CodecTable {
  private static final List<String> OPERATIONS =
      List.of("readRegister", "readInvite", "writeAnswer");
  private static final String OTHER = "ByJain";

  private CodecTable() {}

  /**
   * Prints the table on the standard output.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) throws RunnerException {
    Map<String, RunResult> results = new HashMap<>();
    new Runner(
            new OptionsBuilder()
                .include(CodecBenchmark.class.getName())
                .addProfiler(GCProfiler.class)
                .addProfiler(CpuTime.class)
                .build())
        .run()
        .forEach(r -> results.put(r.getPrimaryResult().getLabel(), r));
    System.out.printf(
        "%n%-14s %14s %14s %7s %12s %12s%n",
        "", "ours, k/s CPU", "jain-sip", "ratio", "ours, bytes", "jain-sip");
    for (String operation : OPERATIONS) {
      RunResult ours = Objects.requireNonNull(results.get(operation), operation);
      RunResult other = Objects.requireNonNull(results.get(operation + OTHER), operation);
      System.out.printf(
          Locale.ROOT,
          "%-14s %14.0f %14.0f %7.1f %12.0f %12.0f%n",
          operation,
          1e6 / figure(ours, "cpu"),
          1e6 / figure(other, "cpu"),
          figure(other, "cpu") / figure(ours, "cpu"),
          figure(ours, "gc.alloc.rate.norm"),
          figure(other, "gc.alloc.rate.norm"));
    }
  }

  private static double figure(RunResult of, String name) {
    return of.getSecondaryResults().entrySet().stream()
        .filter(e -> e.getKey().endsWith(name))
        .mapToDouble(e -> e.getValue().getScore())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("JMH gave no " + name));
  }
}
