// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcpmessage;

import java.net.Inet4Address;

/**
 * A DHCP message (RFC 2131, 2).
 *
 * @param fromServer whether it is a reply
 * @param xid joins reply and request
 * @param secs since the client began, 0 to 65535
 * @param clientAddress {@code ciaddr}: what the client has and can be reached at
 * @param yourAddress {@code yiaddr}: what it is given
 * @param serverAddress {@code siaddr}: where it boots from
 * @param mac {@code chaddr}: the client's
 * @param options those of RFC 2132, also where they stood in the fields {@code sname} and {@code
 *     file}; what those fields hold by themselves stands here as options 66 and 67
 * @param broadcast whether the client cannot receive before it has an address
 * @param relayAddress {@code giaddr}: the relay agent's on the client's network; 0.0.0.0 without
 *     one
 */
public record DhcpMessage(
    boolean fromServer,
    int xid,
    int secs,
    Inet4Address clientAddress,
    Inet4Address yourAddress,
    Inet4Address serverAddress,
    LinkAddress mac,
    DhcpOptions options,
    boolean broadcast,
    Inet4Address relayAddress) {

  /** Of a client and a server on one link. */
  public DhcpMessage(
      boolean fromServer,
      int xid,
      int secs,
      Inet4Address clientAddress,
      Inet4Address yourAddress,
      Inet4Address serverAddress,
      LinkAddress mac,
      DhcpOptions options) {
    this(
        fromServer,
        xid,
        secs,
        clientAddress,
        yourAddress,
        serverAddress,
        mac,
        options,
        // Answers may be unicast: a client of ours reads them below IP.
        false,
        Ipv4.ANY);
  }
}
