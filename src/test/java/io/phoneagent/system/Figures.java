// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A series of measurements and its goal. */
final class Figures {

  private final String what;
  private final double goal;
  private final List<Double> millis = new ArrayList<>();

  Figures(String what, double goal) {
    this.what = what;
    this.goal = goal;
  }

  void add(double value) {
    millis.add(value);
    System.out.printf(Locale.ROOT, "%s %d: %.0f ms%n", what, millis.size(), value);
  }

  double median() {
    List<Double> sorted = millis.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** Prints minimum, median and maximum; returns whether the median keeps to the goal. */
  boolean conclude() {
    boolean kept = median() <= goal;
    System.out.printf(
        Locale.ROOT,
        "%s: min %.0f ms, median %.0f ms, max %.0f ms of %d; goal for the median %.0f ms: %s%n",
        what,
        millis.stream().mapToDouble(Double::doubleValue).min().orElseThrow(),
        median(),
        millis.stream().mapToDouble(Double::doubleValue).max().orElseThrow(),
        millis.size(),
        goal,
        kept ? "kept" : "MISSED");
    return kept;
  }
}
