// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.flow;

import io.phoneagent.Transport;
import java.net.InetSocketAddress;

/**
 * Where the switch hears something from: two sources of one address are two ways to a phone if
 * their transports differ. A TCP or TLS source stands for one connection.
 *
 * @param transport what carries it
 * @param address the other end, as the switch sees it
 */
public record FlowSource(Transport transport, InetSocketAddress address) {

  /** A source of datagrams. */
  public static FlowSource udp(InetSocketAddress address) {
    return new FlowSource(Transport.UDP, address);
  }

  /** {@code tcp 192.0.2.1:5060}. */
  @Override
  public String toString() {
    String host = address.getAddress().getHostAddress();
    String text = host.indexOf(':') < 0 ? host : "[" + host + "]";
    return transport.label() + " " + text + ":" + address.getPort();
  }
}
