// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The address a phone has on its own network, and what came with it.
 *
 * @param interfaceName the network interface that holds it
 * @param address the phone's own address, usually a private one
 * @param gateway the firewall: the router of the default route
 * @param mac the interface's hardware address
 * @param dnsServers resolvers offered with the address, in order of preference
 * @param server who leased it (RFC 2132, option 54); empty where the operating system holds it
 * @param validFor how long it may be used without renewal; empty for no limit known
 * @param details what else came with it
 */
public record Lease(
    String interfaceName,
    InetAddress address,
    Optional<InetAddress> gateway,
    Optional<MacAddress> mac,
    List<InetAddress> dnsServers,
    Optional<InetAddress> server,
    Optional<Duration> validFor,
    LeaseDetails details) {

  /** Copies the list. */
  public Lease {
    dnsServers = List.copyOf(dnsServers);
  }

  /** With nothing else. */
  public Lease(
      String interfaceName,
      InetAddress address,
      Optional<InetAddress> gateway,
      Optional<MacAddress> mac,
      List<InetAddress> dnsServers,
      Optional<InetAddress> server,
      Optional<Duration> validFor) {
    this(interfaceName, address, gateway, mac, dnsServers, server, validFor, LeaseDetails.NONE);
  }
}
