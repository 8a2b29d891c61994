// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import io.phoneagent.Transport;
import io.phoneagent.dnsswitch.place.PublicPlace;
import io.phoneagent.dnsswitch.registry.Arrival;
import io.phoneagent.protocol.AssignedEndpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * What a phone is assigned for a bound socket: the public address at the moment; else the bound
 * one; else, if the socket is bound to all addresses, the one that the phone has just reached the
 * switch at.
 */
final class AssignedAddress {
  private final PublicPlace place;
  private final int portsOn;
  private final InetSocketAddress bound;

  /**
   * Of this socket.
   *
   * @param portsOn how far from the first forwarded port that for this socket is
   */
  AssignedAddress(PublicPlace place, int portsOn, InetSocketAddress bound) {
    this.place = place;
    this.portsOn = portsOn;
    this.bound = bound;
  }

  AssignedEndpoint endpoint(Transport transport, Arrival arrival) {
    InetAddress own = bound.getAddress().isAnyLocalAddress() ? arrival.local() : bound.getAddress();
    return new AssignedEndpoint(
        place.address().orElse(own),
        place.port().isPresent() ? place.port().getAsInt() + portsOn : bound.getPort(),
        transport,
        Optional.empty());
  }
}
