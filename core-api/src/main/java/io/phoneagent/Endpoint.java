// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * An address and a port: where all communication after the registration runs.
 *
 * @param address the IP address
 * @param port from 1 to 65535
 */
public record Endpoint(InetAddress address, int port) {

  /** Checks the port's range. */
  public Endpoint {
    if (port < 1 || port > 65_535) {
      throw new InvalidSettingException("port", port + " is not from 1 to 65535");
    }
  }

  /** The endpoint of a socket address that is resolved. */
  public static Endpoint of(InetSocketAddress address) {
    return new Endpoint(address.getAddress(), address.getPort());
  }

  /** The same as a socket address. */
  public InetSocketAddress socketAddress() {
    return new InetSocketAddress(address, port);
  }

  /** {@code 192.0.2.1:5060} or {@code [2001:db8::1]:5060}. */
  @Override
  public String toString() {
    String host = address.getHostAddress();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
