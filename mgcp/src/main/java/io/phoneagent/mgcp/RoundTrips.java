// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long a peer takes to answer, and so how long to wait for it (RFC 3435, section 4.3): the mean
 * of the acknowledgement delay and its mean deviation, smoothed as TCP does.
 */
final class RoundTrips {
  // Less than that is the other end's scheduling, not the network.
  private static final long SHORTEST_NANOS = 100_000_000;
  private static final int DEVIATIONS = 4;

  private final long longestNanos;
  private final DoubleSupplier random;
  private long mean;
  private long deviation;

  RoundTrips(MgcpTimings timings, DoubleSupplier random) {
    this.longestNanos = timings.longestDelay().toNanos();
    this.random = random;
    this.mean = timings.firstDelay().toNanos();
  }

  /** An answer to a command that was sent once: after others nobody knows which was answered. */
  void measured(long nanos) {
    long error = nanos - mean;
    mean += error / 8;
    deviation += (Math.abs(error) - deviation) / 4;
  }

  /** The pause before the repetition with that number, 0 for the first. */
  Duration pause(int repetition) {
    long nanos;
    if (repetition == 0) {
      nanos = mean + DEVIATIONS * deviation;
    } else {
      long doubled = Math.min(longestNanos, mean << Math.min(repetition, 16));
      nanos = (long) (doubled * (0.5 + random.getAsDouble() / 2)) + DEVIATIONS * deviation;
    }
    return Duration.ofNanos(Math.max(SHORTEST_NANOS, Math.min(longestNanos, nanos)));
  }
}
