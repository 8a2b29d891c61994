// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.runtime;

import java.time.Duration;

/** What code without I/O needs of time: to know it, and to be called later. */
public interface Timers {

  /** Nanoseconds since an arbitrary moment; never goes back. */
  long nanos();

  /**
   * Runs the task once, on the thread that owns these timers, not before the delay has passed.
   * Tasks with the same due time run in the order in which they were scheduled.
   *
   * @param delay from now; zero or less means as soon as the thread is free
   */
  Timer schedule(Duration delay, Runnable task);
}
