// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.fleet;

import io.phoneagent.Lease;
import io.phoneagent.MacAddress;
import io.phoneagent.spi.AddressContext;
import io.phoneagent.spi.AddressProvider;
import io.phoneagent.spi.AddressSource;
import io.phoneagent.spi.Probe;
import io.phoneagent.spi.ProbeAnswer;
import io.phoneagent.spi.ProbeContext;
import io.phoneagent.spi.PublicAddressProbe;
import io.phoneagent.spi.PublicRanges;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A device of the fleet: a MAC and a loopback address of its own, and the public address of a
 * firewall that is not there, which a change replaces.
 */
final class MadeUpDevice implements AddressProvider, PublicAddressProbe {
  /** As many addresses there are for one of two firewalls each: 198.18.0.0/15 has 131,072. */
  static final int MOST = 50_000;

  /** What counts as public in a fleet. */
  static final PublicRanges PUBLIC = PublicRanges.alsoTreating(List.of("198.18.0.0/15"));

  private static final int ALL = 1 << 17;

  private final int index;
  private final AtomicInteger changes = new AtomicInteger();

  MadeUpDevice(int index) {
    this.index = index;
  }

  MacAddress mac() {
    return MacAddress.of(
        String.format("02:f1:ee:%02x:%02x:%02x", index >> 16, index >> 8 & 0xff, index & 0xff));
  }

  /** Its firewall has another public address from now on. */
  void change() {
    changes.incrementAndGet();
  }

  /** The firewall's address now. */
  InetAddress publicAddress() {
    // One step moves every device to an address that no other has at that time.
    int host = Math.floorMod(index + changes.get() * (MOST + 1), ALL);
    return address(198, 18 + (host >> 16), host >> 8 & 0xff, host & 0xff);
  }

  private InetAddress localAddress() {
    // 127.0.0.0/24 is left to others; not every system lets a .0 or .255 be bound.
    int network = 1 + index / 254;
    return address(127, network >> 8, network & 0xff, 1 + index % 254);
  }

  private static InetAddress address(int a, int b, int c, int d) {
    try {
      return InetAddress.getByAddress(new byte[] {(byte) a, (byte) b, (byte) c, (byte) d});
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four octets are an address", e);
    }
  }

  @Override
  public String id() {
    return "fleet";
  }

  @Override
  public AddressSource create(AddressContext context) {
    return new AddressSource() {
      @Override
      public void start(Listener listener) {
        listener.leased(
            new Lease(
                "lo",
                localAddress(),
                Optional.empty(),
                Optional.of(mac()),
                List.of(),
                Optional.empty(),
                Optional.empty()),
            "made up");
      }

      @Override
      public void close() {
        // Nothing was leased.
      }
    };
  }

  @Override
  public Probe create(ProbeContext context) {
    return lease -> CompletableFuture.completedFuture(new ProbeAnswer.Found(publicAddress()));
  }
}
