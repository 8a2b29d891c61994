// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.spi.HttpExchange;
import io.phoneagent.spi.NetworkBinding;
import io.phoneagent.spi.ProbeContext;
import io.phoneagent.spi.PublicRanges;
import java.time.Duration;
import java.util.function.Consumer;

/** What an agent lends to its probes. */
final class ProbeTools implements ProbeContext {
  private final AgentParts parts;
  private final HttpExchange http;
  private final PublicRanges publicRanges;
  private final Consumer<String> asker;

  /**
   * Of one agent.
   *
   * @param asker asks all sources at once, for this cause
   */
  ProbeTools(
      AgentParts parts, HttpExchange http, PublicRanges publicRanges, Consumer<String> asker) {
    this.parts = parts;
    this.http = http;
    this.publicRanges = publicRanges;
    this.asker = asker;
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
}
