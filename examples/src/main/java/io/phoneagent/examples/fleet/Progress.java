// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.fleet;

import java.io.PrintStream;
import java.util.Locale;

/** Shows how far a fleet is: a bar on a terminal, elsewhere a line now and then. */
final class Progress {
  private static final int WIDTH = 30;
  private static final double LINE_EVERY_SECONDS = 5;

  private final PrintStream err;
  private final boolean terminal;
  private final int phones;
  private double shownAt = -LINE_EVERY_SECONDS;
  private String shown = "";

  Progress(PrintStream err, boolean terminal, int phones) {
    this.err = err;
    this.terminal = terminal;
    this.phones = phones;
  }

  void show(Fleet.Standing now) {
    String text =
        String.format(
            Locale.ROOT,
            "%d of %d registered, %d reachable",
            now.registered(),
            phones,
            now.reachable());
    String again = now.again() == 0 ? "" : String.format(", %d registered again", now.again());
    if (terminal) {
      int done = WIDTH * now.reachable() / phones;
      err.printf(
          Locale.ROOT,
          "\r[%s%s] %s%s, %.0f s\033[K",
          "#".repeat(done),
          ".".repeat(WIDTH - done),
          text,
          again,
          now.seconds());
      err.flush();
    } else if (now.seconds() - shownAt >= LINE_EVERY_SECONDS && !(text + again).equals(shown)) {
      shownAt = now.seconds();
      shown = text + again;
      err.printf(Locale.ROOT, "fleet: %s%s, %.0f s%n", text, again, now.seconds());
    }
  }

  /** Leaves the line of the bar. */
  void end() {
    if (terminal) {
      err.println();
    }
  }
}
