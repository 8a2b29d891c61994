// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.net.InetSocketAddress;

/** A peer that is an address, and as text {@code 192.0.2.1:2727}. */
public record AddressPeer(InetSocketAddress address) implements MgcpPeer {
  @Override
  public String toString() {
    String host =
        address.isUnresolved() ? address.getHostString() : address.getAddress().getHostAddress();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
  }
}
