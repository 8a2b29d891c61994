// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The table of outages as a picture: a row each, a dot for each outage, on a scale of tens. */
final class OutagePlot {
  private static final double LEAST = 0.03;
  private static final double GREATEST = 300;
  private static final List<String> TICKS = List.of("0.1", "0.3", "1", "3", "10", "30", "100");
  private static final int LEFT = 330;
  private static final int WIDTH = 520;
  private static final int RIGHT = 130;
  private static final int ROW = 22;
  private static final int TOP = 62;

  private OutagePlot() {}

  /** Writes it as SVG. */
  static void write(Path file, List<OutageRow> rows) {
    int bottom = TOP + rows.size() * ROW;
    StringBuilder svg = new StringBuilder();
    add(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
            + " font-family=\"sans-serif\" font-size=\"12\">",
        LEFT + WIDTH + RIGHT,
        bottom + 34);
    add(svg, "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>");
    add(
        svg,
        "<text x=\"12\" y=\"22\" font-size=\"15\" font-weight=\"bold\">How long a phone cannot be"
            + " called after its firewall got another address</text>");
    add(
        svg,
        "<text x=\"12\" y=\"40\" fill=\"#555\">A dot for each change; red: the median; green: what"
            + " 99 of a hundred are to keep to</text>");
    add(
        svg,
        "<text x=\"%d\" y=\"%d\" fill=\"#555\">median, p99</text>",
        LEFT + WIDTH + 12,
        TOP - 6);
    for (String tick : TICKS) {
      double x = x(Double.parseDouble(tick));
      add(
          svg,
          "<path d=\"M%.1f %dV%d\" stroke=\"#ddd\"/>"
              + "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#555\">%s s</text>",
          x,
          TOP - 4,
          bottom,
          x,
          bottom + 20,
          tick);
    }
    for (int row = 0; row < rows.size(); row++) {
      row(svg, rows.get(row), TOP + row * ROW + ROW / 2);
    }
    try {
      Files.writeString(file, svg.append("</svg>\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void row(StringBuilder svg, OutageRow row, int y) {
    Figures figures = row.outages();
    add(svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", LEFT - 10, y + 4, row.name());
    StringBuilder dots = new StringBuilder();
    for (double millis : figures.all()) {
      dots.append(String.format(Locale.ROOT, "M%.1f %dh0", x(millis / 1000), y));
    }
    add(
        svg,
        "<path d=\"%s\" stroke=\"#36c\" stroke-opacity=\"0.4\" stroke-width=\"6\""
            + " stroke-linecap=\"round\"/>",
        dots);
    row.greatestGoal().ifPresent(goal -> mark(svg, goal, y, "#2a2"));
    mark(svg, figures.median(), y, "#c00");
    add(
        svg,
        "<text x=\"%d\" y=\"%d\">%s, %s s</text>",
        LEFT + WIDTH + 12,
        y + 4,
        seconds(figures.median()),
        seconds(figures.percentile(99)));
  }

  private static void mark(StringBuilder svg, double millis, int y, String colour) {
    add(
        svg,
        "<path d=\"M%.1f %dV%d\" stroke=\"%s\" stroke-width=\"2\"/>",
        x(millis / 1000),
        y - 8,
        y + 8,
        colour);
  }

  private static String seconds(double millis) {
    return String.format(Locale.ROOT, millis < 9_950 ? "%.2f" : "%.0f", millis / 1000);
  }

  private static double x(double seconds) {
    double bounded = Math.min(GREATEST, Math.max(LEAST, seconds));
    return LEFT + WIDTH * Math.log10(bounded / LEAST) / Math.log10(GREATEST / LEAST);
  }

  @SuppressWarnings("AnnotateFormatMethod") // adds a line's end
  private static void add(StringBuilder svg, String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
