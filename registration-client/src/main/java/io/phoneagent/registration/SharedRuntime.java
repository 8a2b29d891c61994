// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.AgentRuntime;
import io.phoneagent.PhoneAgentException;
import io.phoneagent.StopMode;
import io.phoneagent.runtime.LoopedNetwork;
import io.phoneagent.runtime.NioLoop;
import io.phoneagent.runtime.SystemNetwork;
import io.phoneagent.spi.AgentConfiguration;
import io.phoneagent.spi.HttpExchange;
import io.phoneagent.spi.IdentityStore;
import io.phoneagent.spi.NetworkBinding;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The loop, the HTTP client and the callback thread, of one agent or of thousands. */
final class SharedRuntime implements AgentRuntime {
  private static final Logger LOG = LoggerFactory.getLogger(SharedRuntime.class);
  // One question to the switch beside one to the firewall, and one more of either.
  private static final int HTTP_THREADS_OF_ONE = 3;
  // Agents that share a runtime notice a change of their firewall within a second of each other.
  private static final Duration DROP_PAUSE = Duration.ofSeconds(1);
  private static final Duration CLOSE_TIME = Duration.ofSeconds(1);
  private static final int IDLE_SECONDS = 5;

  private final NioLoop loop =
      NioLoop.waiting("phoneagent-loop", e -> LOG.error("a task has failed", e));
  private final SharedHttp http;
  private final ThreadPoolExecutor ownCallbacks = oneThread();
  private final Executor callbacks;
  private final Random random = new SecureRandom();
  private final Common common = new Common();
  private final NetworkBinding system = new SystemNetwork(loop);
  private final IdentityStore remembered = IdentityStore.inMemory();
  private final NetworkBinding keptSystem = new KeptAddresses(system, remembered);
  private final Map<List<X509Certificate>, HttpExchange> clients = new HashMap<>();
  private final Map<List<X509Certificate>, FlowTls> trusts = new HashMap<>();
  private final Set<RunningAgent> agents = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private SharedRuntime(Optional<Executor> callbackExecutor, int httpThreads, Duration dropPause) {
    http = new SharedHttp(loop, httpThreads, dropPause);
    callbacks = callbackExecutor.orElse(ownCallbacks);
  }

  static SharedRuntime ofMany(Optional<Executor> callbackExecutor, int httpThreads) {
    return new SharedRuntime(callbackExecutor, httpThreads, DROP_PAUSE);
  }

  static SharedRuntime ofOne() {
    return new SharedRuntime(Optional.empty(), HTTP_THREADS_OF_ONE, Duration.ZERO);
  }

  private static ThreadPoolExecutor oneThread() {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "phoneagent-callbacks");
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  /** An agent that runs here. */
  RunningAgent agent(AgentConfiguration configuration, Runnable onStopped) {
    if (closed) {
      throw new PhoneAgentException("the runtime is closed; create another one");
    }
    RunningAgent[] made = new RunningAgent[1];
    NetworkBinding network =
        network(configuration, (operation, e) -> made[0].storeFailed(operation, e));
    made[0] =
        new RunningAgent(
            configuration,
            new Platform(
                loop,
                network,
                tls(configuration.trusted()),
                configuration.http().orElseGet(() -> client(configuration, network)),
                new InOrder(
                    configuration.callbackExecutor().orElse(callbacks),
                    () -> made[0].callbacksDropped()),
                configuration.identityStore().orElse(remembered),
                random,
                common,
                once(
                    () -> {
                      agents.remove(made[0]);
                      configuration.http().ifPresent(HttpExchange::close);
                      onStopped.run();
                    })));
    agents.add(made[0]);
    return made[0];
  }

  private static Runnable once(Runnable task) {
    AtomicBoolean done = new AtomicBoolean();
    return () -> {
      if (done.compareAndSet(false, true)) {
        task.run();
      }
    };
  }

  private NetworkBinding network(
      AgentConfiguration configuration, GuardedStore.Listener storeFailed) {
    if (!configuration.network().isPresent() && !configuration.identityStore().isPresent()) {
      return keptSystem;
    }
    // A vendor's sockets may receive on any thread; the agent takes what they bring on its own.
    NetworkBinding network =
        configuration
            .network()
            .<NetworkBinding>map(n -> new LoopedNetwork(n, loop, loop::inLoop))
            .orElse(system);
    return new KeptAddresses(
        network, new GuardedStore(configuration.identityStore().orElse(remembered), storeFailed));
  }

  private FlowTls tls(List<X509Certificate> trusted) {
    synchronized (trusts) {
      return trusts.computeIfAbsent(trusted, FlowTls::new);
    }
  }

  /** One client for all that reach the network in the same way and trust the same authorities. */
  private HttpExchange client(AgentConfiguration configuration, NetworkBinding network) {
    if (network != keptSystem) {
      return http.over(network, configuration.trusted());
    }
    synchronized (clients) {
      return clients.computeIfAbsent(
          configuration.trusted(), trusted -> http.over(network, trusted));
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    for (RunningAgent agent : agents) {
      CompletableFuture<Void> end = new CompletableFuture<>();
      ends.add(end);
      loop.execute(() -> agent.end(StopMode.KEEP_REGISTRATION, end));
    }
    try {
      CompletableFuture.allOf(ends.toArray(new CompletableFuture<?>[0]))
          .get(CLOSE_TIME.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("not every agent has stopped in time", e);
    }
    http.close();
    loop.close();
    ownCallbacks.shutdown();
  }
}
