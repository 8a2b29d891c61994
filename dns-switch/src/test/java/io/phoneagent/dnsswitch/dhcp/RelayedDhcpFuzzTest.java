// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.dhcp;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.phoneagent.dhcpmessage.DhcpReader;
import io.phoneagent.dhcpmessage.Ipv4;
import io.phoneagent.dhcpmessage.MalformedDhcpException;
import io.phoneagent.dnsswitch.address.AddressLease;
import io.phoneagent.dnsswitch.address.AddressPool;
import io.phoneagent.dnsswitch.address.AddressRange;
import io.phoneagent.dnsswitch.store.DurableStore;
import io.phoneagent.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Runs the stored inputs as tests; with JAZZER_FUZZ=1 it looks for new ones. */
final class RelayedDhcpFuzzTest {
  private static final class Nowhere implements DurableStore<AddressLease> {
    @Override
    public List<AddressLease> load() {
      return List.of();
    }

    @Override
    public CompletionStage<Void> write(AddressLease value) {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void writeSoon(AddressLease value) {}

    @Override
    public void close() {}
  }

  /** Everybody is known: whatever can be read gets as far as it can. */
  @FuzzTest(maxDuration = "60s")
  void answersOrIsSilent(byte[] data) throws MalformedDhcpException {
    VirtualTime time = new VirtualTime();
    AddressPool pool =
        new AddressPool(AddressRange.of("198.18.0.0/29"), Duration.ofHours(1), time, new Nowhere());
    RelayedDhcp server = new RelayedDhcp(mac -> true, pool, Ipv4.of(0xC6336405), List.of(), time);
    Optional<byte[]> answer = server.answer(data, Ipv4.ANY).toCompletableFuture().join();
    if (answer.isPresent()) {
      DhcpReader.read(answer.get());
      if (answer.get().length > Math.max(300, data.length) + 64) {
        throw new AssertionError("more out than in");
      }
    }
  }
}
