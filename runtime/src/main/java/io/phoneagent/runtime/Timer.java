// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.runtime;

/** A task that waits for its time. */
@FunctionalInterface
public interface Timer {

  /** The task will not run any more. Without effect if it has run or was cancelled. */
  void cancel();
}
