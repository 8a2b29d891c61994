// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.demo;

import io.phoneagent.runtime.Clock;
import java.util.Locale;

/** Tells what happens, with the seconds since the demonstration began. */
final class Story {
  private final Clock clock = Clock.system();
  private final long start = clock.nanos();

  long nanos() {
    return clock.nanos();
  }

  long epochMillis() {
    return clock.epochMillis();
  }

  void tell(String format, Object... arguments) {
    double seconds = (clock.nanos() - start) / 1e9;
    String text = String.format(Locale.ROOT, format, arguments);
    System.out.printf(Locale.ROOT, "%7.3f s  %s%n", seconds, text);
    System.out.flush();
  }
}
