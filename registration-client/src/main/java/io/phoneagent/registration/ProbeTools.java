// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.spi.HttpExchange;
import io.phoneagent.spi.NetworkBinding;
import io.phoneagent.spi.ProbeContext;
import io.phoneagent.spi.PublicRanges;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What an agent lends to its probes. */
final class ProbeTools implements ProbeContext {
  private final AgentParts parts;
  private final HttpExchange http;
  private final PublicRanges publicRanges;
  private final Supplier<HttpThreads> lookUps;
  private final Consumer<String> asker;
  private final Runnable keeper;

  /**
   * Of one agent.
   *
   * @param lookUps the threads that look names up; asked for on the agent's thread
   * @param asker asks all sources at once, for this cause
   * @param keeper keeps all flows alive at once
   */
  ProbeTools(
      AgentParts parts,
      HttpExchange http,
      PublicRanges publicRanges,
      Supplier<HttpThreads> lookUps,
      Consumer<String> asker,
      Runnable keeper) {
    this.parts = parts;
    this.http = http;
    this.publicRanges = publicRanges;
    this.lookUps = lookUps;
    this.asker = asker;
    this.keeper = keeper;
  }

  @Override
  public HttpExchange http() {
    return http;
  }

  @Override
  public NetworkBinding network() {
    return parts.network();
  }

  @Override
  public CompletionStage<List<InetAddress>> resolve(String host) {
    CompletableFuture<List<InetAddress>> found = new CompletableFuture<>();
    lookUps.get().execute(true, () -> lookUp(host, found));
    return found;
  }

  private void lookUp(String host, CompletableFuture<List<InetAddress>> found) {
    try {
      List<InetAddress> addresses = parts.network().resolve(host);
      parts.loop().execute(() -> found.complete(addresses));
    } catch (UnknownHostException | RuntimeException e) {
      parts.loop().execute(() -> found.completeExceptionally(e));
    }
  }

  @Override
  public PublicRanges publicRanges() {
    return publicRanges;
  }

  @Override
  public Runnable schedule(Duration delay, Runnable task) {
    return parts.loop().schedule(delay, task)::cancel;
  }

  @Override
  public long nanos() {
    return parts.loop().nanos();
  }

  @Override
  public void askNow(String cause) {
    asker.accept(cause);
  }

  @Override
  public void flowInDoubt() {
    keeper.run();
  }
}
