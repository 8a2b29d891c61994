// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import io.phoneagent.runtime.Timer;
import io.phoneagent.runtime.Timers;

/** Rings in a cadence. */
final class Ringer {
  private static final Cadence STANDARD = Cadence.of(2_000, 4_000);
  private final Timers timers;
  private final AnalogPort port;
  private Timer timer = () -> {};
  private boolean on;

  Ringer(Timers timers, AnalogPort port) {
    this.timers = timers;
    this.port = port;
  }

  /** The cadence of L/rg, L/rs and L/r0 to L/r7 (RFC 3660, section 2.5). */
  static Cadence cadence(String signal) {
    return switch (signal) {
      case "r1" -> Cadence.of(2_000, 4_000);
      case "r2" -> Cadence.of(800, 400, 800, 4_000);
      case "r3" -> Cadence.of(400, 200, 400, 200, 800, 4_000);
      case "r4" -> Cadence.of(300, 200, 1_000, 200, 300, 4_000);
      case "r5", "rs" -> Cadence.of(500, 4_000);
      default -> STANDARD;
    };
  }

  void start(Cadence cadence, boolean once) {
    stop();
    step(cadence, 0, once);
  }

  private void step(Cadence cadence, int index, boolean once) {
    if (once && index == cadence.steps().size() - 1) {
      stop();
      return;
    }
    on = index % 2 == 0;
    port.ring(on);
    int next = (index + 1) % cadence.steps().size();
    timer = timers.schedule(cadence.steps().get(index), () -> step(cadence, next, once));
  }

  void stop() {
    timer.cancel();
    if (on) {
      on = false;
      port.ring(false);
    }
  }
}
