// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.runtime;

import io.phoneagent.Lease;
import io.phoneagent.runtime.InterfaceAddresses.Look;
import io.phoneagent.spi.AddressContext;
import io.phoneagent.spi.AddressSource;
import java.util.Optional;
import java.util.function.Supplier;

/** Tells one agent what has changed on an interface. */
final class SystemAddressSource implements AddressSource {
  private final AddressContext context;
  private final Supplier<WatchedInterface> watched;
  private Optional<WatchedInterface> watching = Optional.empty();
  private Optional<Listener> told = Optional.empty();
  private Optional<Lease> last = Optional.empty();
  private String lastMissing = "";
  private boolean closed;

  SystemAddressSource(AddressContext context, Supplier<WatchedInterface> watched) {
    this.context = context;
    this.watched = watched;
  }

  @Override
  public void start(Listener listener) {
    told = Optional.of(listener);
    context.loop().execute(this::watch);
  }

  private void watch() {
    if (closed) {
      return;
    }
    WatchedInterface found = watched.get();
    watching = Optional.of(found);
    found.add(this, context);
  }

  /** What the interface has now, where it is another than before. */
  void seen(Look now) {
    if (closed) {
      return;
    }
    Optional<Lease> before = last;
    String missingBefore = lastMissing;
    last = now.lease();
    lastMissing = now.missing();
    if (now.lease().isPresent()) {
      if (!now.lease().equals(before)) {
        told.ifPresent(l -> l.leased(now.lease().get(), cause(before, now.lease().get())));
      }
    } else if (before.isPresent() || !now.missing().equals(missingBefore)) {
      told.ifPresent(l -> l.lost(now.missing()));
    }
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
  public void suspend() {
    watching.ifPresent(w -> w.remove(this));
  }

  @Override
  public void resume() {
    if (!closed) {
      watching.ifPresent(w -> w.add(this, context));
    }
  }

  @Override
  public void close() {
    closed = true;
    watching.ifPresent(w -> w.remove(this));
  }
}
