// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.PhoneAgent;
import io.phoneagent.runtime.LoopedNetwork;
import io.phoneagent.runtime.NioLoop;
import io.phoneagent.runtime.SystemNetwork;
import io.phoneagent.spi.AgentConfiguration;
import io.phoneagent.spi.AgentFactory;
import io.phoneagent.spi.HttpExchange;
import io.phoneagent.spi.NetworkBinding;
import java.security.SecureRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes agents that run on the device's own clock and network. Found as a service. */
public final class Agents implements AgentFactory {
  private static final Logger LOG = LoggerFactory.getLogger(Agents.class);

  /** For the service loader. */
  public Agents() {}

  @Override
  public PhoneAgent create(AgentConfiguration configuration) {
    NioLoop loop = NioLoop.start("phoneagent-loop", e -> LOG.error("a task has failed", e));
    NetworkBinding network =
        configuration.network().map(n -> onLoop(n, loop)).orElseGet(() -> new SystemNetwork(loop));
    KeptAddresses kept = new KeptAddresses(network, configuration.identityStore());
    HttpExchange http =
        configuration.http().orElseGet(() -> new OkHttpExchange(kept, configuration.trusted()));
    ExecutorService own =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "phoneagent-callbacks");
              thread.setDaemon(true);
              return thread;
            });
    return new RunningAgent(
        configuration,
        loop,
        kept,
        http,
        configuration.callbackExecutor().orElse(own),
        new SecureRandom(),
        () -> {
          if (!configuration.http().isPresent()) {
            http.close();
          }
          loop.close();
          own.shutdown();
        });
  }

  /** A vendor's sockets may receive on any thread; the agent takes what they bring on its own. */
  private static NetworkBinding onLoop(NetworkBinding vendors, NioLoop loop) {
    return new LoopedNetwork(vendors, loop, loop::inLoop);
  }
}
