// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.spi.IdentityStore;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * A vendor's store that may fail: then nothing is remembered, and the phone goes on. Told once for
 * each name until it works again. Thread-safe, as far as the vendor's is.
 */
final class GuardedStore implements IdentityStore {
  /** Told what could not be done. */
  interface Listener {
    void failed(String operation, Throwable thrown);
  }

  private final IdentityStore store;
  private final Listener listener;
  private final Set<String> failing = ConcurrentHashMap.newKeySet();

  GuardedStore(IdentityStore store, Listener listener) {
    this.store = store;
    this.listener = listener;
  }

  @Override
  public Optional<String> get(String name) {
    return guarded(
        "get '" + name + "'",
        () -> Objects.requireNonNull(store.get(name), "what get has answered"));
  }

  @Override
  public void put(String name, String value) {
    Optional<String> unused =
        guarded(
            "put '" + name + "'",
            () -> {
              store.put(name, value);
              return Optional.empty();
            });
  }

  private Optional<String> guarded(String operation, Supplier<Optional<String>> access) {
    try {
      Optional<String> got = access.get();
      failing.remove(operation);
      return got;
    } catch (RuntimeException | LinkageError e) {
      if (failing.add(operation)) {
        listener.failed(operation, e);
      }
      return Optional.empty();
    }
  }
}
