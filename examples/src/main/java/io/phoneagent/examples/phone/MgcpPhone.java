// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.PhoneAgentException;
import io.phoneagent.mgcp.GatewayOptions;
import io.phoneagent.registration.MgcpAdapter;
import io.phoneagent.runtime.Clock;
import io.phoneagent.runtime.LoopedNetwork;
import io.phoneagent.runtime.NioLoop;
import io.phoneagent.runtime.SystemNetwork;
import io.phoneagent.spi.NetworkBinding;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A plain telephone on an adapter that a call agent of others controls by MGCP. */
final class MgcpPhone implements Telephone {
  // For the answer to its good-bye; a call agent that is gone is not waited for.
  private static final long GOOD_BYE_MILLIS = 2_000;

  private final EventLog log;
  private final MgcpPhoneSettings settings;
  private final NioLoop loop;
  private final MgcpAdapter adapter;
  private final Handset handset;
  private final CountDownLatch quitting = new CountDownLatch(1);
  private final AtomicBoolean ending = new AtomicBoolean();

  private MgcpPhone(MgcpPhoneSettings settings, Optional<NetworkBinding> network, EventLog log)
      throws IOException {
    this.log = log;
    this.settings = settings;
    loop = NioLoop.start("phone", e -> log.error("phone", e.toString()));
    NetworkBinding sockets =
        new LoopedNetwork(network.orElseGet(() -> new SystemNetwork(loop)), loop, loop::inLoop);
    PrintedPort port = new PrintedPort(log);
    PhoneMedia media =
        new PhoneMedia(
            loop,
            sockets,
            new SecureRandom(),
            log,
            new PhoneMedia.Habits(settings.sound(), settings.recordings(), false));
    media.address(settings.address());
    adapter =
        MgcpAdapter.open(
            loop,
            sockets,
            settings.callAgent(),
            new InetSocketAddress(settings.address(), settings.port()),
            GatewayOptions.of(settings.gateway())
                .waitingAtMost(Duration.ZERO)
                .inProfile(settings.profile()),
            new CallAgentNews(log, settings));
    handset = new Handset(log, port, media, adapter.line(1, port, media));
  }

  /** Starts a telephone that writes its events there. */
  static MgcpPhone start(
      MgcpPhoneSettings settings, Optional<NetworkBinding> network, OutputStream events) {
    EventLog log = new EventLog(events, Clock.system());
    try {
      MgcpPhone phone = new MgcpPhone(settings, network, log);
      phone.loop.execute(phone.adapter::start);
      return phone;
    } catch (IOException e) {
      throw new PhoneAgentException(
          "no port for MGCP on " + settings.address().getHostAddress() + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void perform(String typed) {
    loop.execute(() -> performNow(typed.trim()));
  }

  private void performNow(String typed) {
    String[] words = typed.split("\\s+", 2);
    if (words[0].equals("quit")) {
      quitting.countDown();
    } else if (words[0].equals("explain")) {
      PhoneCommands.explain(log, adapter.explain());
    } else if (!words[0].isEmpty()
        && !handset.perform(words[0], words.length > 1 ? words[1] : "")) {
      log.error(
          words[0],
          "there is no such command with a call agent; known are "
              + Handset.KNOWN
              + ", explain, quit");
    }
  }

  @Override
  public void awaitQuit() throws InterruptedException {
    quitting.await();
  }

  @Override
  public void leave() {
    end("told to quit");
  }

  /** Without a registration that could be kept, stopping is leaving. */
  @Override
  public void stop() {
    end("told to stop");
  }

  private void end(String cause) {
    if (!ending.compareAndSet(false, true)) {
      return;
    }
    CompletableFuture<Void> gone = new CompletableFuture<>();
    loop.execute(() -> adapter.close(() -> gone.complete(null)));
    try {
      gone.get(GOOD_BYE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.error("call-agent", settings.callAgent() + " did not answer the good-bye");
    }
    log.writeLast("stopped", cause);
    loop.close();
  }
}
