// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** What an address source may use. */
public interface AddressContext {

  /**
   * The agent's own thread: short tasks only, one after the other. What a task throws is told
   * ({@link io.phoneagent.AgentListener#disrupted}); where the agent has no address yet, the source
   * is closed and 5 s later another one is made.
   */
  Executor loop();

  /**
   * Runs a task on that thread after a delay.
   *
   * @return cancels it; without effect once it has run
   */
  Runnable schedule(Duration delay, Runnable task);

  /** Nanoseconds since an arbitrary moment; never goes back. */
  long nanos();

  /** What the device remembers over a restart. */
  IdentityStore store();

  /**
   * What the sources of all agents on the same {@link io.phoneagent.AgentRuntime} have in common:
   * one look at an interface can serve ten thousand agents. To be called on the agent's thread.
   *
   * @param type its class, and with the name its key
   * @param made makes it where there is none yet
   */
  <T> T shared(Class<T> type, String name, Supplier<T> made);
}
