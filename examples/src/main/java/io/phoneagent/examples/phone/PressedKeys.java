// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/** Keys to be sent one after the other, a step every 20 ms. */
final class PressedKeys {
  // 100 ms: RFC 4733's receivers want 40 at least, and gateways turn it into a tone that long.
  private static final int STEPS_DOWN = 5;
  // The last packet goes out three times (section 2.5.1.4).
  private static final int STEPS_END = 3;
  // 60 ms of audio before the next, so that two equal digits are two.
  private static final int STEPS_BETWEEN = 3;

  /**
   * What to send at one step.
   *
   * @param event the event
   * @param first whether it begins here
   * @param samplesSince how long ago it began, in samples
   */
  record Step(TelephoneEvent event, boolean first, int samplesSince) {}

  private final Queue<Character> waiting = new ArrayDeque<>();
  private int step;

  void press(String digits) {
    digits.chars().forEach(digit -> waiting.add((char) digit));
  }

  /** What this step sends; empty for audio. */
  Optional<Step> next() {
    if (waiting.isEmpty()) {
      return Optional.empty();
    }
    int now = step++;
    if (now >= STEPS_DOWN + STEPS_END) {
      if (step == STEPS_DOWN + STEPS_END + STEPS_BETWEEN) {
        step = 0;
        waiting.remove();
      }
      return Optional.empty();
    }
    boolean end = now >= STEPS_DOWN;
    int duration = Math.min(now + 1, STEPS_DOWN) * Frame.SAMPLES;
    return Optional.of(
        new Step(
            new TelephoneEvent(waiting.element(), end, duration), now == 0, now * Frame.SAMPLES));
  }
}
