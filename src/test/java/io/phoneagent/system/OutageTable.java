// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import io.phoneagent.lab.Outages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The table of outages. Each figure is written to a file when it is there, so that a run that is
 * interrupted keeps what it has.
 */
final class OutageTable {
  private final List<OutageRow> rows = new ArrayList<>();
  private final Optional<Path> results;

  OutageTable(Optional<Path> results) {
    this.results = results;
  }

  /** The row of that name, which is a new one the first time. */
  synchronized OutageRow row(String name, OptionalDouble medianGoal, OptionalDouble greatestGoal) {
    for (OutageRow row : rows) {
      if (row.name().equals(name)) {
        return row;
      }
    }
    OutageRow row = new OutageRow(name, medianGoal, greatestGoal);
    rows.add(row);
    return row;
  }

  /** The rows that have figures, those with a goal first. */
  synchronized List<OutageRow> rows() {
    return rows.stream()
        .filter(row -> !row.isEmpty())
        .sorted(Comparator.comparing(row -> row.greatestGoal().isEmpty()))
        .toList();
  }

  /** What one change was to that phone. */
  synchronized void add(OutageRow row, Outages.Outage outage) {
    row.add(outage);
    write(
        String.format(
            Locale.ROOT,
            "%s;%s;%s;%.0f;%.1f;%.1f;%d",
            row.name(),
            text(row.medianGoal()),
            text(row.greatestGoal()),
            outage.changedAt(),
            outage.millis(),
            outage.slowest(),
            outage.lost()));
  }

  private static String text(OptionalDouble goal) {
    return goal.isPresent() ? Double.toString(goal.getAsDouble()) : "";
  }

  private void write(String line) {
    try {
      if (results.isPresent()) {
        Files.writeString(
            results.get(), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes what runs before this one have written there. */
  void read(Path file) {
    try {
      for (String line : Files.readAllLines(file)) {
        String[] parts = line.split(";", -1);
        row(parts[0], goal(parts[1]), goal(parts[2]))
            .add(
                Double.parseDouble(parts[4]),
                Double.parseDouble(parts[5]),
                Integer.parseInt(parts[6]));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static OptionalDouble goal(String text) {
    return text.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(text));
  }

  /** Prints it; tells whether every row keeps to its goals. */
  boolean print() {
    List<OutageRow> all = rows();
    System.out.println(OutageRow.HEAD);
    all.forEach(row -> System.out.println(row.line(all.get(0))));
    return all.stream().allMatch(OutageRow::isKept);
  }
}
