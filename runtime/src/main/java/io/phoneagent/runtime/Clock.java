// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.runtime;

/**
 * Time as a port. The system's clock is read in {@link #system()} alone; everything else is given
 * one of these, so that a test owns time.
 */
public interface Clock {

  /** Nanoseconds since an arbitrary moment; never goes back. For intervals and timers. */
  long nanos();

  /** Milliseconds since 1970-01-01 UTC, as the system believes; may jump. For people to read. */
  long epochMillis();

  /** The system's clock. */
  static Clock system() {
    return SystemClock.INSTANCE;
  }
}
