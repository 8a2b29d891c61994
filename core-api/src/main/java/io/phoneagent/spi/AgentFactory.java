// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import io.phoneagent.AgentRuntime;
import io.phoneagent.PhoneAgent;
import java.util.Optional;
import java.util.concurrent.Executor;

/** The code behind {@code PhoneAgent.builder()}; found as a service. */
public interface AgentFactory {

  /** Makes an agent that does nothing until it is started. */
  PhoneAgent create(AgentConfiguration configuration);

  /**
   * Makes what many agents share.
   *
   * @param callbackExecutor runs their callbacks; empty for a thread of the runtime's own
   * @param httpThreads how many HTTP questions are under way at most
   */
  AgentRuntime createRuntime(Optional<Executor> callbackExecutor, int httpThreads);

  /**
   * The one on the class or module path.
   *
   * @throws io.phoneagent.PhoneAgentException if there is none
   */
  static AgentFactory load() {
    return BuiltIn.only(AgentFactory.class, "io.phoneagent:registration-client");
  }
}
