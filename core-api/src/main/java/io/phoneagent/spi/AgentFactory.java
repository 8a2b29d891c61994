// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import io.phoneagent.PhoneAgent;

/** The code behind {@code PhoneAgent.builder()}; found as a service. */
public interface AgentFactory {

  /** Makes an agent that does nothing until it is started. */
  PhoneAgent create(AgentConfiguration configuration);

  /**
   * The one on the class or module path.
   *
   * @throws io.phoneagent.PhoneAgentException if there is none
   */
  static AgentFactory load() {
    return BuiltIn.only(AgentFactory.class, "io.phoneagent:registration-client");
  }
}
