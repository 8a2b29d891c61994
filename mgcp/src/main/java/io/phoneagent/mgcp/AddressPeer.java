// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.net.InetSocketAddress;

/** A peer that is an address. */
public record AddressPeer(InetSocketAddress address) implements MgcpPeer {
  @Override
  public String toString() {
    return address.toString();
  }
}
