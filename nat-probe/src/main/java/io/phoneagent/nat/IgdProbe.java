// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.Lease;
import io.phoneagent.spi.Probe;
import io.phoneagent.spi.ProbeAnswer;
import io.phoneagent.spi.ProbeContext;
import java.net.Inet4Address;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Asks the IGD of the lease's gateway, and hears what it tells in between. */
final class IgdProbe implements Probe {
  private final ProbeContext context;
  private final Random random;
  private Optional<IgdWatch> watch = Optional.empty();

  IgdProbe(ProbeContext context, Random random) {
    this.context = context;
    this.random = random;
  }

  @Override
  public CompletionStage<ProbeAnswer> ask(Lease lease) {
    if (!(lease.gateway().orElse(null) instanceof Inet4Address gateway)
        || !(lease.address() instanceof Inet4Address own)) {
      return CompletableFuture.completedFuture(
          new ProbeAnswer.Nothing("no gateway of IPv4 is known that could be asked"));
    }
    if (!watch.filter(w -> w.is(lease.interfaceName(), own, gateway)).isPresent()) {
      letGo();
      watch = Optional.of(IgdWatch.of(context, random, lease.interfaceName(), own, gateway));
    }
    return watch.get().ask();
  }

  private void letGo() {
    watch.ifPresent(IgdWatch::close);
    watch = Optional.empty();
  }

  @Override
  public void suspend() {
    letGo();
  }

  @Override
  public void close() {
    letGo();
  }
}
