// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.Lease;
import io.phoneagent.spi.HttpExchange;
import io.phoneagent.spi.IpLiteral;
import io.phoneagent.spi.NetworkBinding;
import io.phoneagent.spi.ProbeContext;
import io.phoneagent.spi.PublicRanges;
import io.phoneagent.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What an agent gives its probes, on virtual time; the laboratory's 203.0.113.0/24 is public. A
 * test overrides what its probe may use: all else fails.
 */
class VirtualContext implements ProbeContext {
  private final VirtualTime time;

  VirtualContext(VirtualTime time) {
    this.time = time;
  }

  /** Of a phone with this address behind this gateway. */
  static Lease lease(String own, Optional<String> gateway) {
    return new Lease(
        "eth0",
        IpLiteral.parse(own).orElseThrow(),
        gateway.flatMap(IpLiteral::parse),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  /** Of the phone at 192.168.1.100. */
  static Lease lease(Optional<String> gateway) {
    return lease("192.168.1.100", gateway);
  }

  /** Of the phone at 192.168.1.100 behind 192.168.1.1. */
  static Lease lease() {
    return lease(Optional.of("192.168.1.1"));
  }

  @Override
  public HttpExchange http() {
    throw new IllegalStateException("not needed");
  }

  @Override
  public NetworkBinding network() {
    throw new IllegalStateException("not needed");
  }

  @Override
  public PublicRanges publicRanges() {
    return PublicRanges.alsoTreating(List.of("203.0.113.0/24"));
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
  public void askNow(String cause) {
    throw new IllegalStateException("not needed");
  }
}
