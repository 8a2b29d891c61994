// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import java.time.Duration;
import java.util.concurrent.Executor;

/** What an address source may use. */
public interface AddressContext {

  /** The agent's own thread: short tasks only, one after the other. */
  Executor loop();

  /** Runs a task on that thread after a delay. */
  void schedule(Duration delay, Runnable task);
}
