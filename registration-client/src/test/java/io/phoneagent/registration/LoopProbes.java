// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.runtime.Loop;
import io.phoneagent.spi.HttpExchange;
import io.phoneagent.spi.NetworkBinding;
import io.phoneagent.spi.Probe;
import io.phoneagent.spi.ProbeAnswer;
import io.phoneagent.spi.ProbeContext;
import io.phoneagent.spi.PublicRanges;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What an agent lends to its probes, over real sockets and on a real loop. */
record LoopProbes(Loop loop, NetworkBinding network, HttpExchange http) implements ProbeContext {

  /** Asks on the loop; the address, or why there is none. */
  String ask(Probe probe) throws Exception {
    CompletableFuture<ProbeAnswer> answered = new CompletableFuture<>();
    loop.execute(
        () -> probe.ask(Samples.LEASE).whenComplete((answer, thrown) -> answered.complete(answer)));
    ProbeAnswer answer = answered.get(10, TimeUnit.SECONDS);
    return answer.said();
  }

  @Override
  public PublicRanges publicRanges() {
    return PublicRanges.none();
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
    throw new IllegalStateException("not needed");
  }
}
