// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import io.phoneagent.Protocol;
import io.phoneagent.Transport;
import io.phoneagent.dnsswitch.registry.Arrival;
import io.phoneagent.protocol.AssignedEndpoint;
import io.phoneagent.protocol.RegistrationRequest;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

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
  public CompletionStage<Map<String, Integer>> gauges() {
    return CompletableFuture.completedFuture(
        Map.of(
            "flows", 0,
            "contacts", 0,
            "calls", 0,
            "dialogs", 0,
            "transactions", 0,
            "relayLegs", 0));
  }

  @Override
  public void close() {}
}
