// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.address;

import io.phoneagent.PhoneAgentException;
import io.phoneagent.dnsswitch.store.DurableStore;
import io.phoneagent.runtime.Clock;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Addresses that are kept as long as the test runs; the disk may be slow or broken. */
public final class MemoryAddresses implements DurableStore<AddressLease> {
  final Map<InetAddress, AddressLease> kept = new LinkedHashMap<>();
  final Deque<Runnable> waiting = new ArrayDeque<>();
  boolean held;
  boolean broken;
  int writes;

  /** A pool over the default range. */
  public static AddressPool pool(Clock clock) {
    return new AddressPool(AddressRange.DEFAULT, Duration.ofDays(7), clock, new MemoryAddresses());
  }

  @Override
  public List<AddressLease> load() {
    return List.copyOf(kept.values());
  }

  @Override
  public CompletionStage<Void> write(AddressLease lease) {
    writes++;
    if (broken) {
      return CompletableFuture.failedFuture(new PhoneAgentException("the disk is full"));
    }
    CompletableFuture<Void> told = new CompletableFuture<>();
    Runnable keep =
        () -> {
          kept.put(lease.address(), lease);
          told.complete(null);
        };
    if (held) {
      waiting.add(keep);
    } else {
      keep.run();
    }
    return told;
  }

  @Override
  public void writeSoon(AddressLease lease) {
    kept.put(lease.address(), lease);
  }

  @Override
  public void close() {
    kept.clear();
  }
}
