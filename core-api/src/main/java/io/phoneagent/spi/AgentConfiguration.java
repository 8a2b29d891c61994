// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import io.phoneagent.AgentListener;
import io.phoneagent.CallHandler;
import io.phoneagent.Line;
import io.phoneagent.MacAddress;
import io.phoneagent.ReregistrationSchedule;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * What a builder hands to the agent's code; see the methods of {@code PhoneAgentBuilder} for each.
 *
 * @param dnsSwitch the switch's address
 * @param lines one or more, of different numbers
 * @param mac the device's hardware address, if it is not the interface's
 * @param addressProvider where the device's own address comes from
 * @param probes sources of the public address; empty to ask the switch
 * @param schedule how often they are asked
 * @param publicRanges reserved ranges that count as public
 * @param trusted authorities trusted for the switch; empty for the system's
 * @param http the vendor's HTTP client
 * @param network the vendor's sockets
 * @param identityStore what the device remembers
 * @param callHandler takes incoming calls
 * @param listener told what happens
 * @param callbackExecutor runs the callbacks
 */
public record AgentConfiguration(
    URI dnsSwitch,
    List<Line> lines,
    Optional<MacAddress> mac,
    AddressProvider addressProvider,
    List<PublicAddressProbe> probes,
    ReregistrationSchedule schedule,
    PublicRanges publicRanges,
    List<X509Certificate> trusted,
    Optional<HttpExchange> http,
    Optional<NetworkBinding> network,
    IdentityStore identityStore,
    CallHandler callHandler,
    AgentListener listener,
    Optional<Executor> callbackExecutor) {

  /** Copies the lists. */
  public AgentConfiguration {
    lines = List.copyOf(lines);
    probes = List.copyOf(probes);
    trusted = List.copyOf(trusted);
  }
}
