// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.runtime;

import io.phoneagent.Lease;
import io.phoneagent.runtime.InterfaceAddresses.Look;
import io.phoneagent.spi.AddressContext;
import io.phoneagent.spi.AddressSource;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Looks at an interface again and again, and tells what has changed. */
final class SystemAddressSource implements AddressSource {
  // A look costs some system calls, about 0.1 ms; a phone that moves house waits this long at most.
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final AddressContext context;
  private final Supplier<Look> looks;
  private Optional<Lease> last = Optional.empty();
  private String lastMissing = "";
  private boolean closed;

  SystemAddressSource(AddressContext context, Supplier<Look> looks) {
    this.context = context;
    this.looks = looks;
  }

  @Override
  public void start(Listener listener) {
    context.loop().execute(() -> look(listener));
  }

  private void look(Listener listener) {
    if (closed) {
      return;
    }
    Look now = looks.get();
    if (now.lease().isPresent()) {
      if (!now.lease().equals(last)) {
        listener.leased(now.lease().get(), cause(last, now.lease().get()));
      }
    } else if (last.isPresent() || !now.missing().equals(lastMissing)) {
      listener.lost(now.missing());
    }
    last = now.lease();
    lastMissing = now.missing();
    context.schedule(INTERVAL, () -> look(listener));
  }

  private static String cause(Optional<Lease> before, Lease now) {
    String has = now.interfaceName() + " has " + now.address().getHostAddress();
    if (!before.isPresent()) {
      return has;
    }
    return before.get().address().equals(now.address())
        ? has + " as before, with another gateway or interface"
        : has + " instead of " + before.get().address().getHostAddress();
  }

  @Override
  public void close() {
    closed = true;
  }
}
