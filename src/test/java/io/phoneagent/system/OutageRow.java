// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import io.phoneagent.lab.Outages;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** A row of the table of outages: one phone, over many changes. */
final class OutageRow {
  /** The head of the table that the rows make, in Markdown. */
  static final String HEAD =
      "| phone | changes | min s | median s | p99 s | max s | times the first | slowest call s"
          + " | lost calls | goal |\n|---|---|---|---|---|---|---|---|---|---|";

  private final String name;
  private final OptionalDouble medianGoal;
  private final OptionalDouble greatestGoal;
  private final Figures outages;
  private final Figures slowest;
  private int lost;

  /**
   * One without figures.
   *
   * @param medianGoal what the median may be, in milliseconds
   * @param greatestGoal what 99 of a hundred may be
   */
  OutageRow(String name, OptionalDouble medianGoal, OptionalDouble greatestGoal) {
    this.name = name;
    this.medianGoal = medianGoal;
    this.greatestGoal = greatestGoal;
    this.outages = new Figures(name, false);
    this.slowest = new Figures(name, false);
  }

  String name() {
    return name;
  }

  OptionalDouble medianGoal() {
    return medianGoal;
  }

  OptionalDouble greatestGoal() {
    return greatestGoal;
  }

  /** In milliseconds. */
  Figures outages() {
    return outages;
  }

  boolean isEmpty() {
    return outages.all().isEmpty();
  }

  void add(Outages.Outage outage) {
    add(outage.millis(), outage.slowest(), outage.lost());
  }

  /** What one change was to it, in milliseconds. */
  void add(double millis, double slowestCall, int lostCalls) {
    outages.add(millis);
    slowest.add(slowestCall);
    lost += lostCalls;
  }

  /** Whether it keeps to its goals. */
  boolean isKept() {
    return (medianGoal.isEmpty() || outages.median() <= medianGoal.getAsDouble())
        && (greatestGoal.isEmpty() || outages.percentile(99) <= greatestGoal.getAsDouble());
  }

  /** As a line of the table. */
  String line(OutageRow first) {
    return String.format(
        Locale.ROOT,
        "| %s | %d | %.2f | %.2f | %.2f | %.2f | %.1f | %.2f | %d | %s |",
        name,
        outages.all().size(),
        outages.percentile(0) / 1000,
        outages.median() / 1000,
        outages.percentile(99) / 1000,
        outages.percentile(100) / 1000,
        outages.median() / first.outages.median(),
        slowest.percentile(100) / 1000,
        lost,
        goal());
  }

  private String goal() {
    if (medianGoal.isEmpty() && greatestGoal.isEmpty()) {
      return "";
    }
    List<String> goals = new ArrayList<>();
    medianGoal.ifPresent(g -> goals.add(String.format(Locale.ROOT, "median %.1f", g / 1000)));
    greatestGoal.ifPresent(g -> goals.add(String.format(Locale.ROOT, "p99 %.2f", g / 1000)));
    return String.join(", ", goals) + ": " + (isKept() ? "kept" : "MISSED");
  }
}
