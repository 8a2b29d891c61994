// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import java.util.Arrays;

/** What a phone says. */
@FunctionalInterface
interface AudioSource {

  /** Nothing. */
  AudioSource SILENCE = frame -> Arrays.fill(frame, (short) 0);

  /** Fills the next {@link Frame#SAMPLES} samples. */
  void next(short[] frame);
}
