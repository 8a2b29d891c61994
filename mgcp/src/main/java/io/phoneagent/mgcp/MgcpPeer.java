// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.net.InetSocketAddress;

/**
 * Where messages come from and go to, as the owner of the transport sees it: an address, or a flow
 * that may move. Peers are compared with {@code equals}.
 */
public interface MgcpPeer {
  /** A peer that is nothing but an address. */
  static MgcpPeer of(InetSocketAddress address) {
    return new AddressPeer(address);
  }
}
