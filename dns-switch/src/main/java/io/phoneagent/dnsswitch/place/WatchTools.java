// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.place;

import io.phoneagent.runtime.Loop;
import io.phoneagent.spi.AddressContext;
import io.phoneagent.spi.HttpExchange;
import io.phoneagent.spi.IdentityStore;
import io.phoneagent.spi.NetworkBinding;
import io.phoneagent.spi.ProbeContext;
import io.phoneagent.spi.PublicRanges;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What the switch lends to the sources of its own address. */
final class WatchTools implements ProbeContext, AddressContext, AutoCloseable {
  private final Loop loop;
  private final NetworkBinding network;
  private final HttpExchange http;
  private final PublicRanges ranges;
  private final Consumer<String> asker;
  private final IdentityStore store = IdentityStore.inMemory();
  // One name at a time: there is a name server or there is none.
  private final ThreadPoolExecutor lookUps =
      new ThreadPoolExecutor(1, 1, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(16), named());

  WatchTools(
      Loop loop,
      NetworkBinding network,
      HttpExchange http,
      PublicRanges ranges,
      Consumer<String> asker) {
    this.loop = loop;
    this.network = network;
    this.http = http;
    this.ranges = ranges;
    this.asker = asker;
    lookUps.allowCoreThreadTimeOut(true);
  }

  private static ThreadFactory named() {
    return task -> {
      Thread thread = new Thread(task, "dns-switch-names");
      thread.setDaemon(true);
      return thread;
    };
  }

  @Override
  public HttpExchange http() {
    return http;
  }

  @Override
  public NetworkBinding network() {
    return network;
  }

  @Override
  public CompletionStage<List<InetAddress>> resolve(String host) {
    CompletableFuture<List<InetAddress>> found = new CompletableFuture<>();
    try {
      lookUps.execute(() -> lookUp(host, found));
    } catch (RejectedExecutionException e) {
      found.completeExceptionally(new UnknownHostException(host + ": too many look-ups wait"));
    }
    return found;
  }

  private void lookUp(String host, CompletableFuture<List<InetAddress>> found) {
    try {
      List<InetAddress> addresses = network.resolve(host);
      loop.execute(() -> found.complete(addresses));
    } catch (UnknownHostException | RuntimeException e) {
      loop.execute(() -> found.completeExceptionally(e));
    }
  }

  @Override
  public PublicRanges publicRanges() {
    return ranges;
  }

  @Override
  public Executor loop() {
    return loop;
  }

  @Override
  public Runnable schedule(Duration delay, Runnable task) {
    return loop.schedule(delay, task)::cancel;
  }

  @Override
  public long nanos() {
    return loop.nanos();
  }

  @Override
  public void askNow(String cause) {
    asker.accept(cause);
  }

  @Override
  public IdentityStore store() {
    return store;
  }

  @Override
  public <T> T shared(Class<T> type, String name, Supplier<T> made) {
    return made.get(); // there is one source
  }

  @Override
  public void close() {
    lookUps.shutdownNow();
    http.close();
  }
}
