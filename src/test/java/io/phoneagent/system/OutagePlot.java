// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Series of outages as a picture: a row each, a dot for each outage, on a scale of tens. */
final class OutagePlot {
  private static final double LEAST = 0.1;
  private static final double GREATEST = 1000;
  private static final int LEFT = 250;
  private static final int WIDTH = 520;
  private static final int ROW = 34;
  private static final int TOP = 40;

  private OutagePlot() {}

  /** Writes it as SVG. */
  static void write(Path file, List<Figures> series) {
    int height = TOP + series.size() * ROW;
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
                + " font-family=\"sans-serif\" font-size=\"13\">%n"
                + "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>%n"
                + "<text x=\"10\" y=\"20\" font-weight=\"bold\">Not callable after the firewall's"
                + " address changed</text>%n",
            LEFT + WIDTH + 30,
            height + 40));
    for (double seconds = LEAST; seconds <= GREATEST; seconds *= 10) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<line x1=\"%.0f\" x2=\"%.0f\" y1=\"%d\" y2=\"%d\" stroke=\"#ddd\"/>%n"
                  + "<text x=\"%.0f\" y=\"%d\" text-anchor=\"middle\" fill=\"#555\">%s s</text>%n",
              x(seconds),
              x(seconds),
              TOP - 8,
              height,
              x(seconds),
              height + 20,
              seconds < 1 ? "0.1" : String.format(Locale.ROOT, "%.0f", seconds)));
    }
    for (int row = 0; row < series.size(); row++) {
      row(svg, series.get(row), TOP + row * ROW + ROW / 2);
    }
    try {
      Files.writeString(file, svg.append("</svg>\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void row(StringBuilder svg, Figures figures, int y) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n",
            LEFT - 12,
            y + 4,
            figures.what()));
    for (double millis : figures.all()) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<circle cx=\"%.1f\" cy=\"%d\" r=\"3\" fill=\"#36c\" fill-opacity=\"0.5\"/>%n",
              x(millis / 1000),
              y));
    }
    double median = x(figures.median() / 1000);
    svg.append(
        String.format(
            Locale.ROOT,
            "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"#c00\""
                + " stroke-width=\"2\"><title>median %.2f s</title></line>%n",
            median,
            median,
            y - 10,
            y + 10,
            figures.median() / 1000));
  }

  private static double x(double seconds) {
    double bounded = Math.min(GREATEST, Math.max(LEAST, seconds));
    return LEFT + WIDTH * Math.log10(bounded / LEAST) / Math.log10(GREATEST / LEAST);
  }
}
