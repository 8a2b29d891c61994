// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import io.phoneagent.dnsswitch.registry.Binding;
import io.phoneagent.dnsswitch.registry.Registry;
import io.phoneagent.protocol.AssignedEndpoint;
import io.phoneagent.runtime.Timer;
import io.phoneagent.runtime.Timers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Function;

/**
 * The switch has moved: every registered phone's record says so, and each is told on the flow that
 * it has. Paced, as all of them may come and ask. A second move begins anew. On the loop.
 */
final class Relocation {
  // 4,000 phones a second, as after a restart.
  private static final int AT_ONCE = 40;
  private static final Duration PAUSE = Duration.ofMillis(10);

  /** Tells one phone. */
  @FunctionalInterface
  interface Teller {
    void tell(Binding binding);
  }

  private final Timers timers;
  private final Registry registry;
  private final Function<Binding, Optional<AssignedEndpoint>> endpoints;
  private final Teller teller;
  private Timer next = () -> {};

  Relocation(
      Timers timers,
      Registry registry,
      Function<Binding, Optional<AssignedEndpoint>> endpoints,
      Teller teller) {
    this.timers = timers;
    this.registry = registry;
    this.endpoints = endpoints;
    this.teller = teller;
  }

  void begin(String cause) {
    next.cancel();
    tell(new ArrayDeque<>(registry.bindings()), cause);
  }

  private void tell(Deque<Binding> left, String cause) {
    for (int i = 0; i < AT_ONCE; i++) {
      Binding binding = left.poll();
      if (binding == null) {
        return;
      }
      endpoints
          .apply(binding)
          .flatMap(now -> registry.reassign(binding.number(), now, cause))
          .ifPresent(teller::tell);
    }
    next = timers.schedule(PAUSE, () -> tell(left, cause));
  }
}
