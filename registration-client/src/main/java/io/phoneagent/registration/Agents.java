// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.AgentRuntime;
import io.phoneagent.InvalidSettingException;
import io.phoneagent.PhoneAgent;
import io.phoneagent.spi.AgentConfiguration;
import io.phoneagent.spi.AgentFactory;
import java.util.Optional;
import java.util.concurrent.Executor;

/** Makes agents that run on the device's own clock and network. Found as a service. */
public final class Agents implements AgentFactory {

  /** For the service loader. */
  public Agents() {}

  @Override
  public PhoneAgent create(AgentConfiguration configuration) {
    if (!configuration.runtime().isPresent()) {
      SharedRuntime own = SharedRuntime.ofOne();
      try {
        return own.agent(configuration, own::close);
      } catch (RuntimeException | LinkageError e) {
        own.close(); // nobody else can
        throw e;
      }
    }
    if (configuration.runtime().get() instanceof SharedRuntime shared) {
      return shared.agent(configuration, () -> {});
    }
    throw new InvalidSettingException("runtime", "is a foreign one; give AgentRuntime.create()'s");
  }

  @Override
  public AgentRuntime createRuntime(Optional<Executor> callbackExecutor, int httpThreads) {
    return SharedRuntime.ofMany(callbackExecutor, httpThreads);
  }
}
