// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import io.phoneagent.Transport;
import io.phoneagent.dnsswitch.registry.Arrival;
import io.phoneagent.protocol.AssignedEndpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * What a phone is assigned for a bound socket: the advertised address; else the bound one; else, if
 * the socket is bound to all addresses, the one that the phone has just reached the switch at.
 */
final class AssignedAddress {
  private final Optional<Advertisement> advertise;
  private final InetSocketAddress bound;

  AssignedAddress(Optional<Advertisement> advertise, InetSocketAddress bound) {
    this.advertise = advertise;
    this.bound = bound;
  }

  AssignedEndpoint endpoint(Transport transport, Arrival arrival) {
    InetAddress own = bound.getAddress().isAnyLocalAddress() ? arrival.local() : bound.getAddress();
    return new AssignedEndpoint(
        advertise.map(Advertisement::address).orElse(own),
        advertise.stream().flatMapToInt(a -> a.port().stream()).findFirst().orElse(bound.getPort()),
        transport,
        Optional.empty());
  }
}
