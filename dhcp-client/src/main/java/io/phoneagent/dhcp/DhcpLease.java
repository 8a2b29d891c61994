// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import java.net.Inet4Address;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * What a DHCP server has granted (RFC 2131), as far as it is applied to an interface.
 *
 * @param interfaceName the interface it was leased for
 * @param address the device's own
 * @param prefixLength of its network, 0 to 32 (option 1)
 * @param routes in the order of preference; those of option 121 in place of options 3 and 33 where
 *     they are there (RFC 3442)
 * @param nameServers option 6
 * @param domain option 15
 * @param mtu option 26, in octets
 * @param validFor until it runs out unless it is renewed, counted from when it is applied; empty
 *     for ever. A system that can forget the address by itself then does so even if this process is
 *     gone
 */
public record DhcpLease(
    String interfaceName,
    Inet4Address address,
    int prefixLength,
    List<Route> routes,
    List<Inet4Address> nameServers,
    Optional<String> domain,
    Optional<Integer> mtu,
    Optional<Duration> validFor) {

  /** Copies the lists. */
  public DhcpLease {
    routes = List.copyOf(routes);
    nameServers = List.copyOf(nameServers);
  }

  /** An address of which nothing else is known. */
  static DhcpLease of(String interfaceName, Inet4Address address) {
    return new DhcpLease(
        interfaceName,
        address,
        32,
        Collections.emptyList(),
        Collections.emptyList(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * A way to a network.
   *
   * @param network its first address
   * @param prefixLength 0 to 32; 0 is the default route
   * @param gateway the next hop; empty for what is on the link itself (RFC 3442, router 0.0.0.0)
   */
  public record Route(Inet4Address network, int prefixLength, Optional<Inet4Address> gateway) {}
}
