// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A series of measurements, in milliseconds. */
final class Figures {

  private final String what;
  private final boolean telling;
  private final List<Double> millis = new ArrayList<>();

  Figures(String what) {
    this(what, true);
  }

  /** With a line for each measurement, or without. */
  Figures(String what, boolean telling) {
    this.what = what;
    this.telling = telling;
  }

  String what() {
    return what;
  }

  List<Double> all() {
    return List.copyOf(millis);
  }

  void add(double value) {
    millis.add(value);
    if (telling) {
      System.out.printf(Locale.ROOT, "%s %d: %.0f ms%n", what, millis.size(), value);
    }
  }

  /**
   * What so many of a hundred do not exceed; between two measurements by their distance.
   *
   * @param percent 0 for the least, 50 for the median, 100 for the greatest
   */
  double percentile(double percent) {
    List<Double> sorted = millis.stream().sorted().toList();
    double place = (sorted.size() - 1) * percent / 100;
    int below = (int) place;
    int above = Math.min(below + 1, sorted.size() - 1);
    return sorted.get(below) + (place - below) * (sorted.get(above) - sorted.get(below));
  }

  double median() {
    return percentile(50);
  }

  /** Prints minimum, median, the 99th of a hundred and maximum. */
  void print() {
    System.out.printf(
        Locale.ROOT,
        "%s: min %.0f ms, median %.0f ms, p99 %.0f ms, max %.0f ms of %d%n",
        what,
        percentile(0),
        median(),
        percentile(99),
        percentile(100),
        millis.size());
  }

  /** The same, and whether the median keeps to the goal, which it returns. */
  boolean conclude(double goal) {
    print();
    boolean kept = median() <= goal;
    System.out.printf(
        Locale.ROOT, "%s: goal for the median %.0f ms: %s%n", what, goal, kept ? "kept" : "MISSED");
    return kept;
  }
}
