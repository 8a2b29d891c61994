// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * On for a while, off for a while, and so on, from the beginning again at the end.
 *
 * @param steps on, off, on, off ...; empty means on without a pause
 */
public record Cadence(List<Duration> steps) {
  private static final Cadence STEADY = new Cadence(List.of());

  public Cadence {
    steps = List.copyOf(steps);
    if (steps.size() % 2 != 0 || steps.stream().anyMatch(step -> step.toMillis() < 10)) {
      throw new IllegalArgumentException("a cadence has pairs of at least 10 ms");
    }
  }

  /**
   * The same in milliseconds.
   *
   * @param millis on, off, on, off ...
   */
  public static Cadence of(long... millis) {
    List<Duration> steps = new ArrayList<>();
    for (long one : millis) {
      steps.add(Duration.ofMillis(one));
    }
    return new Cadence(steps);
  }

  /** On without a pause. */
  public static Cadence steady() {
    return STEADY;
  }

  /** Whether it is on without a pause. */
  public boolean isSteady() {
    return steps.isEmpty();
  }
}
