// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.net.InetSocketAddress;

/**
 * Where messages come from and go to, as the owner of the transport sees it: an address, a
 * connection or a flow. Peers are compared with {@code equals}.
 */
public interface SipPeer {
  /** The transport's name in a Via: UDP, TCP or TLS. */
  String transport();

  /** The address behind this peer as text, without brackets; for a flow, the one it has now. */
  String host();

  /** The port behind this peer, 0 to 65,535; for a flow, the one it has now. */
  int port();

  /** Whether the transport itself delivers what it took: then nothing is sent twice. */
  default boolean reliable() {
    return !transport().equals("UDP");
  }

  /**
   * Whether what comes from the other one may belong to a transaction or dialog with this one; if
   * not, it is dropped, whatever tags it carries. By default anybody may, as RFC 3261 has it: only
   * the owner of the transport knows which addresses are one end.
   */
  default boolean isSameEnd(SipPeer other) {
    return true;
  }

  /** A peer that is nothing but an address. */
  static SipPeer of(InetSocketAddress address, String transport) {
    return new AddressPeer(address, transport);
  }

  /** A UDP peer that is nothing but an address. */
  static SipPeer udp(InetSocketAddress address) {
    return new AddressPeer(address, "UDP");
  }
}
