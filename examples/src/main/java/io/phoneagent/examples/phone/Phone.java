// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.AgentSettings;
import io.phoneagent.PhoneAgent;
import io.phoneagent.PhoneAgentBuilder;
import io.phoneagent.PhoneLine;
import io.phoneagent.StopMode;
import io.phoneagent.runtime.Clock;
import io.phoneagent.runtime.LoopedNetwork;
import io.phoneagent.runtime.NioLoop;
import io.phoneagent.runtime.SystemNetwork;
import io.phoneagent.spi.NetworkBinding;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A running telephone: an agent, its calls, and one thread that owns them and on which the agent
 * tells what happens.
 */
final class Phone implements Telephone {
  // The agent stops within three seconds; its last words come right after.
  private static final long LAST_WORDS_MILLIS = 500;

  private final EventLog log;
  private final NioLoop loop;
  private final PhoneCalls calls;
  private final PhoneAgent agent;
  private final PhoneCommands commands;
  private final CompletableFuture<Void> quitting = new CompletableFuture<>();
  private final AtomicBoolean ending = new AtomicBoolean();

  private Phone(PhoneSettings settings, Optional<NetworkBinding> network, OutputStream out) {
    log = new EventLog(out, Clock.system());
    loop = NioLoop.start("phone", e -> log.error("phone", e.toString()));
    String name = settings.line().name().text();
    NetworkBinding sockets = network.orElseGet(() -> new SystemNetwork(loop));
    calls =
        new PhoneCalls(
            loop,
            new LoopedNetwork(sockets, loop, loop::inLoop),
            new SecureRandom(),
            log,
            settings.habits(),
            () -> line(name));
    agent =
        agent(settings, network)
            .line(settings.line())
            .callbackExecutor(loop)
            .onIncomingCall(calls::incoming)
            .listener(new PhoneEvents(log, calls))
            .build();
    commands = new PhoneCommands(calls, log, agent::explain, () -> quitting.complete(null));
  }

  /** An agent that is set so, and has no line yet. */
  static PhoneAgentBuilder agent(PhoneSettings settings, Optional<NetworkBinding> network) {
    PhoneAgentBuilder builder =
        PhoneAgent.builder()
            .settings(
                AgentSettings.builder()
                    .uniqueAddress(settings.uniqueAddress())
                    .keepAliveMode(settings.keepAliveMode())
                    .keepAliveInterval(settings.keepAlive())
                    .registrars(settings.registrars())
                    .build())
            .addressProvider(settings.addressProvider())
            .reregistration(settings.schedule())
            .treatAsPublic(settings.publicRanges())
            .trust(settings.authorities())
            .transport(settings.transport())
            .identityStore(settings.identityStore());
    settings.dnsSwitch().ifPresent(builder::dnsSwitch);
    network.ifPresent(builder::networkBinding);
    settings.mac().ifPresent(builder::macAddress);
    settings.probes().forEach(builder::publicAddressProbe);
    return builder;
  }

  private PhoneLine line(String name) {
    return agent.line(name);
  }

  /** Starts a telephone that writes its events there. */
  static Phone start(
      PhoneSettings settings, Optional<NetworkBinding> network, OutputStream events) {
    Phone phone = new Phone(settings, network, events);
    phone.agent.start();
    return phone;
  }

  @Override
  public void perform(String line) {
    loop.execute(() -> commands.perform(line));
  }

  @Override
  public void awaitQuit() throws InterruptedException {
    try {
      quitting.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("quitting cannot fail", e);
    }
  }

  @Override
  public void leave() {
    end("told to quit", PhoneAgent::close);
  }

  @Override
  public void stop() {
    end("told to stop", a -> a.stop(StopMode.KEEP_REGISTRATION));
  }

  private void end(String cause, Consumer<PhoneAgent> way) {
    if (!ending.compareAndSet(false, true)) {
      return;
    }
    way.accept(agent);
    CompletableFuture<Void> said = new CompletableFuture<>();
    loop.execute(
        () -> {
          calls.close();
          log.writeLast("stopped", cause);
          said.complete(null);
        });
    try {
      said.get(LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.writeLast("stopped", cause);
    }
    loop.close();
  }
}
