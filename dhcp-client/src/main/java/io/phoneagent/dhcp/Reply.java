// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import io.phoneagent.dhcpmessage.DhcpMessage;
import io.phoneagent.dhcpmessage.DhcpOptions;
import io.phoneagent.dhcpmessage.Ipv4;
import io.phoneagent.dhcpmessage.LinkAddress;
import io.phoneagent.dhcpmessage.MessageType;
import java.net.Inet4Address;
import java.util.Optional;

/**
 * What a server has answered.
 *
 * @param xid joins it with the question
 * @param server option 54
 * @param from who sent the frame: the server, or the router in front of it
 * @param address what it offers or grants; 0.0.0.0 in a refusal
 * @param options what comes with it
 */
record Reply(
    int xid, Inet4Address server, LinkAddress from, Inet4Address address, DhcpOptions options) {

  /** Reads what a server has sent to this device; empty for whatever else comes. */
  static Optional<DhcpState.Event> read(LinkAddress from, DhcpMessage message, Identity identity) {
    DhcpOptions options = message.options();
    Optional<Inet4Address> server = options.address(DhcpOptions.SERVER);
    boolean ours =
        message.fromServer()
            && message.mac().equals(identity.mac())
            && server.isPresent()
            && identity.isEchoed(options.octets(DhcpOptions.CLIENT));
    if (!ours) {
      return Optional.empty();
    }
    Reply reply = new Reply(message.xid(), server.get(), from, message.yourAddress(), options);
    return switch (options.type().orElse(MessageType.INFORM)) {
      case OFFER -> Optional.of(new DhcpState.Event.Offered(reply));
      case ACK -> Optional.of(new DhcpState.Event.Acknowledged(reply));
      case NAK -> Optional.of(new DhcpState.Event.Refused(reply));
      default -> Optional.empty();
    };
  }

  /** Whether a device can live on it: an address, and for a time. */
  boolean isUsable() {
    return Ipv4.isHost(address) && options.number(DhcpOptions.LEASE_TIME).orElse(0L) > 0;
  }

  /** Whether the way out comes with it. */
  boolean isComplete() {
    return options.prefixLength().isPresent() && !Routes.of(options).isEmpty();
  }

  /** Why it was refused, as the server says it. */
  String message() {
    return options.text(DhcpOptions.MESSAGE).map(m -> ", \"" + m + "\"").orElse("");
  }
}
