// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import io.phoneagent.Protocol;
import io.phoneagent.Transport;
import io.phoneagent.dnsswitch.registry.Arrival;
import io.phoneagent.protocol.AssignedEndpoint;
import io.phoneagent.protocol.RegistrationRequest;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Assigns the configured address to SIP phones over UDP, and serves nothing there. */
final class NoSignalling implements Signalling {
  private final InetSocketAddress address;
  private final AssignedAddress assigned;

  NoSignalling(SwitchContext context) {
    this.address = context.settings().signalling();
    this.assigned = new AssignedAddress(context.place(), 0, address);
  }

  @Override
  public InetSocketAddress address() {
    return address;
  }

  @Override
  public Optional<AssignedEndpoint> endpointFor(RegistrationRequest request, Arrival arrival) {
    return request.protocol() == Protocol.SIP && request.transport() == Transport.UDP
        ? Optional.of(assigned.endpoint(Transport.UDP, arrival))
        : Optional.empty();
  }

  @Override
  public void close() {}
}
