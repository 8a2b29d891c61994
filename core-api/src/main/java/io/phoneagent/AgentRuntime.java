// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

/**
 * What many agents in one process share: the thread that owns their state, the HTTP client with its
 * threads and connections, and the executor of their callbacks. One device needs none: an agent
 * that is built without a runtime makes its own and closes it.
 *
 * <pre>{@code
 * try (AgentRuntime runtime = AgentRuntime.create()) {
 *   PhoneAgent first = PhoneAgent.builder().runtime(runtime)...build();
 *   PhoneAgent second = PhoneAgent.builder().runtime(runtime)...build();
 * }
 * }</pre>
 *
 * The agents of one runtime are taken to stand behind the same firewall: when one of them notices a
 * change, kept HTTP connections are dropped for all. Thread-safe.
 */
public interface AgentRuntime extends AutoCloseable {

  /**
   * A runtime with the defaults of {@link AgentRuntimeBuilder}.
   *
   * @throws PhoneAgentException if the code behind the API is not on the class or module path
   */
  static AgentRuntime create() {
    return builder().build();
  }

  /** A builder. */
  static AgentRuntimeBuilder builder() {
    return new AgentRuntimeBuilder();
  }

  /**
   * Stops the agents that still run on it, keeping their registrations, and ends its threads.
   * Blocks for at most a second. Idempotent.
   */
  @Override
  void close();
}
