// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import io.phoneagent.Lease;
import io.phoneagent.spi.AddressContext;
import io.phoneagent.spi.AddressSource;
import io.phoneagent.spi.IdentityStore;
import io.phoneagent.testkit.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** A device on a virtual link, with a server on the other side. */
final class VirtualDevice implements AddressContext, AddressSource.Listener, LeaseApplier {
  final VirtualTime time;
  final VirtualLink link;
  final VirtualServer server;
  final IdentityStore store;
  final AddressSource source;

  /** What the agent was told, with the milliseconds since the start. */
  final List<String> told = new ArrayList<>();

  final List<Lease> leases = new ArrayList<>();
  Optional<DhcpLease> applied = Optional.empty();
  Optional<String> refuseToApply = Optional.empty();
  boolean failsAgainstItsContract;
  int times;
  final List<String> removed = new ArrayList<>();

  VirtualDevice() {
    this(AddressCheck.FAST, IdentityStore.inMemory());
  }

  VirtualDevice(AddressCheck check, IdentityStore store) {
    this(check, store, builder -> builder);
  }

  VirtualDevice(
      AddressCheck check, IdentityStore store, UnaryOperator<DhcpAddressProvider.Builder> more) {
    this.time = new VirtualTime();
    this.link = new VirtualLink(time);
    this.server = new VirtualServer(link);
    this.store = store;
    link.server(server);
    this.source =
        more.apply(
                DhcpAddressProvider.builder("eth0")
                    .hostName("phone-17")
                    .addressCheck(check)
                    .link(link)
                    .applier(this)
                    .random(() -> new Random(1)))
            .build()
            .create(this);
  }

  VirtualDevice start() {
    source.start(this);
    time.runTasks();
    return this;
  }

  void advance(Duration duration) {
    time.advance(duration);
  }

  @Override
  public Executor loop() {
    return time;
  }

  @Override
  public Runnable schedule(Duration delay, Runnable task) {
    return time.schedule(delay, task)::cancel;
  }

  @Override
  public long nanos() {
    return time.nanos();
  }

  @Override
  public IdentityStore store() {
    return store;
  }

  @Override
  public <T> T shared(Class<T> type, String name, Supplier<T> made) {
    return made.get();
  }

  @Override
  public void leased(Lease lease, String cause) {
    leases.add(lease);
    tell(cause);
  }

  @Override
  public void lost(String cause) {
    tell("lost: " + cause);
  }

  @Override
  public void troubled(String cause, Optional<Duration> retryIn) {
    tell("troubled: " + cause + retryIn.map(d -> ", again in " + d).orElse(""));
  }

  private void tell(String what) {
    told.add(time.nanos() / 1_000_000 + " " + what);
  }

  @Override
  public void apply(DhcpLease lease) throws IOException {
    if (failsAgainstItsContract) {
      throw new IllegalStateException("a defect");
    }
    if (refuseToApply.isPresent()) {
      throw new IOException(refuseToApply.get());
    }
    applied = Optional.of(lease);
    times++;
  }

  @Override
  public void remove(DhcpLease lease) {
    removed.add(lease.address().getHostAddress());
    applied = Optional.empty();
  }
}
