// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import io.phoneagent.spi.AgentFactory;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;

/** Collects what a shared runtime needs. Not thread-safe. */
public final class AgentRuntimeBuilder {
  // Enough that a thousand phones which register at once do not wait for each other's round trips.
  private static final int DEFAULT_HTTP_THREADS = 32;
  private static final int MOST_HTTP_THREADS = 1_000;

  private Optional<Executor> callbackExecutor = Optional.empty();
  private int httpThreads = DEFAULT_HTTP_THREADS;

  AgentRuntimeBuilder() {}

  /**
   * Runs the callbacks of all agents; may be a pool. The callbacks of one agent are in order and
   * one at a time all the same. Default: one daemon thread. Not shut down by the runtime.
   */
  public AgentRuntimeBuilder callbackExecutor(Executor executor) {
    callbackExecutor = Optional.of(Objects.requireNonNull(executor, "executor"));
    return this;
  }

  /**
   * How many HTTP questions are under way at most; others wait. As many threads, and as many kept
   * connections, while there is that much to ask; they go away after some seconds of rest.
   *
   * @param threads from 2 to 1000; default 32
   * @throws InvalidSettingException if it is out of range
   */
  public AgentRuntimeBuilder httpThreads(int threads) {
    if (threads < 2 || threads > MOST_HTTP_THREADS) {
      throw new InvalidSettingException(
          "http-threads", threads + " is not from 2 to " + MOST_HTTP_THREADS);
    }
    httpThreads = threads;
    return this;
  }

  /**
   * Starts the runtime.
   *
   * @throws PhoneAgentException if the code behind the API is not on the class or module path
   */
  public AgentRuntime build() {
    return AgentFactory.load().createRuntime(callbackExecutor, httpThreads);
  }
}
