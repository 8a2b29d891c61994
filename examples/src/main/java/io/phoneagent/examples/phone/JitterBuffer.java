// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import java.util.Arrays;

/**
 * Evens out what the network delays unevenly: samples are kept by their timestamps and played 60 ms
 * after the first one came. What comes too late is dropped; where nothing came there is silence.
 * When everything comes too late, or lies here too long, the delay is set anew.
 */
final class JitterBuffer {
  // Three packets: what a DSL line's jitter needs; a caller notices delay from 150 ms on.
  static final int DELAY = 3 * Frame.SAMPLES;
  // A second; a power of two, so that timestamps wrap around without a seam.
  private static final int CAPACITY = 8_192;
  // Five packets in a row that came too late: the way has become longer.
  private static final int MOST_LATE = 5;
  // Five seconds in which there was always this much more than wanted: the way became shorter, or
  // the sender's clock is faster.
  private static final int PATIENCE = 250;
  private static final int SURPLUS = 2 * Frame.SAMPLES;

  private final short[] samples = new short[CAPACITY];
  private boolean running;
  private int playing;
  private int newest;
  private int late;
  private int watched;
  private int leastAhead = Integer.MAX_VALUE;

  /** Another stream begins. */
  void restart() {
    running = false;
  }

  /** Samples that begin at a timestamp. */
  void put(int timestamp, short[] arrived) {
    if (!running) {
      begin(timestamp);
    }
    int ahead = timestamp - playing;
    if (ahead < 0 || ahead + arrived.length > CAPACITY) {
      late++;
      if (late < MOST_LATE && ahead >= -CAPACITY && ahead < CAPACITY) {
        return;
      }
      begin(timestamp);
    }
    late = 0;
    for (int i = 0; i < arrived.length; i++) {
      samples[(timestamp + i) & (CAPACITY - 1)] = arrived[i];
    }
    int end = timestamp + arrived.length;
    if (end - newest > 0) {
      newest = end;
    }
  }

  private void begin(int timestamp) {
    Arrays.fill(samples, (short) 0);
    running = true;
    late = 0;
    playing = timestamp - DELAY;
    newest = timestamp;
    watched = 0;
    leastAhead = Integer.MAX_VALUE;
  }

  /** The next samples to be heard. */
  void take(short[] frame) {
    if (!running) {
      Arrays.fill(frame, (short) 0);
      return;
    }
    leastAhead = Math.min(leastAhead, newest - playing);
    if (++watched == PATIENCE) {
      if (leastAhead > DELAY + SURPLUS) {
        skip(Frame.SAMPLES);
      }
      watched = 0;
      leastAhead = Integer.MAX_VALUE;
    }
    for (int i = 0; i < frame.length; i++) {
      int at = (playing + i) & (CAPACITY - 1);
      frame[i] = samples[at];
      samples[at] = 0;
    }
    playing += frame.length;
  }

  private void skip(int count) {
    for (int i = 0; i < count; i++) {
      samples[(playing + i) & (CAPACITY - 1)] = 0;
    }
    playing += count;
  }
}
