// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import java.time.Duration;

/** The measure of audio: what one packet carries. */
final class Frame {
  static final int SAMPLES_PER_SECOND = 8_000;
  static final Duration TIME = Duration.ofMillis(20);
  static final int SAMPLES = SAMPLES_PER_SECOND / 50;

  private Frame() {}
}
