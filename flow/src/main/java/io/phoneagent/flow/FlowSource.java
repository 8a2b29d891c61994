// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.flow;

import io.phoneagent.Transport;
import java.net.InetSocketAddress;

/**
 * Where the switch hears something from: two sources of one address are two ways to a phone if
 * their transports differ. A TCP or TLS source stands for one connection: another one may come from
 * the same address, by another of the switch's ports or later, and need not be the same phone's.
 *
 * @param transport what carries it
 * @param address the other end, as the switch sees it
 * @param connection which connection of this run of the switch; 0 for the connection of an earlier
 *     run, which is none that is open. For datagrams, which of the switch's own addresses they come
 *     to, from 0
 */
public record FlowSource(Transport transport, InetSocketAddress address, long connection) {

  /** A source of datagrams to the first address, or one that is remembered from an earlier run. */
  public FlowSource(Transport transport, InetSocketAddress address) {
    this(transport, address, 0);
  }

  /** A source of datagrams to the switch's only address, or its first one. */
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
