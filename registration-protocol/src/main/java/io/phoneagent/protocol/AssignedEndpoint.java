// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.protocol;

import io.phoneagent.Endpoint;
import io.phoneagent.InvalidSettingException;
import io.phoneagent.Transport;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Where the switch wants a phone's flow.
 *
 * @param address the switch's address, a literal
 * @param port 1 to 65535
 * @param transport what carries the flow
 * @param serverName the name on the switch's certificate under TLS; without it, the host that was
 *     registered with
 */
public record AssignedEndpoint(
    InetAddress address, int port, Transport transport, Optional<String> serverName) {

  /** Checks the port. */
  public AssignedEndpoint {
    if (port < 1 || port > 65535) {
      throw new InvalidSettingException("endpoint.port", port + " is not from 1 to 65535");
    }
  }

  /** An endpoint without a server name. */
  public static AssignedEndpoint of(Endpoint endpoint, Transport transport) {
    return new AssignedEndpoint(endpoint.address(), endpoint.port(), transport, Optional.empty());
  }

  /** Address and port. */
  public Endpoint endpoint() {
    return new Endpoint(address, port);
  }

  /** As {@code 192.0.2.1:5060}, IPv6 in brackets. */
  @Override
  public String toString() {
    return AddressLiteral.format(address, port);
  }
}
