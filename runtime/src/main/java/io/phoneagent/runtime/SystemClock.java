// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.runtime;

/** The one class that reads the system's clock. */
enum SystemClock implements Clock {
  INSTANCE;

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public long epochMillis() {
    return System.currentTimeMillis();
  }
}
