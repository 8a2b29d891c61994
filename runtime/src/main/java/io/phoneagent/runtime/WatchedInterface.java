// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.runtime;

import io.phoneagent.runtime.InterfaceAddresses.Look;
import io.phoneagent.spi.AddressContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Looks at an interface again and again, for all sources that want to know of it. Where nothing has
 * changed a look costs the same for one source as for ten thousand. On one loop.
 */
final class WatchedInterface {
  // A look costs some system calls, about 0.1 ms; a phone that moves house waits this long at most.
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final Supplier<Look> looks;
  private final Set<SystemAddressSource> sources = new LinkedHashSet<>();
  private Optional<Look> last = Optional.empty();
  private boolean looking;

  WatchedInterface(Supplier<Look> looks) {
    this.looks = looks;
  }

  /** Tells the source what there is now, and from then on what changes. */
  void add(SystemAddressSource source, AddressContext context) {
    Look now = sources.isEmpty() ? looks.get() : last.orElseGet(looks);
    last = Optional.of(now);
    sources.add(source);
    source.seen(now);
    if (!looking) {
      looking = true;
      context.schedule(INTERVAL, () -> look(context));
    }
  }

  void remove(SystemAddressSource source) {
    sources.remove(source);
  }

  private void look(AddressContext context) {
    if (sources.isEmpty()) {
      looking = false;
      return;
    }
    Look now = looks.get();
    if (!last.equals(Optional.of(now))) {
      last = Optional.of(now);
      new ArrayList<>(sources).forEach(s -> s.seen(now));
    }
    context.schedule(INTERVAL, () -> look(context));
  }
}
