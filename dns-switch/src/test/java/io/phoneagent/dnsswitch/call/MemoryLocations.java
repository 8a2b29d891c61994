// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.PhoneNumber;
import io.phoneagent.dnsswitch.registry.Location;
import io.phoneagent.dnsswitch.store.DurableStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Keeps locations in memory: they outlive a switch, not the test. */
public final class MemoryLocations implements DurableStore<Location> {
  private final Map<PhoneNumber, Location> kept = new HashMap<>();

  @Override
  public List<Location> load() {
    return List.copyOf(kept.values());
  }

  @Override
  public CompletionStage<Void> write(Location location) {
    writeSoon(location);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void writeSoon(Location location) {
    kept.put(location.number(), location);
  }

  @Override
  public void close() {}
}
