// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import io.phoneagent.dhcpmessage.Ipv4;
import io.phoneagent.dhcpmessage.LinkAddress;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * An ARP packet for IPv4 over Ethernet (RFC 826).
 *
 * @param operation 1 asks, 2 answers
 * @param senderMac who sends it
 * @param sender the address it has; 0.0.0.0 in a probe
 * @param target the address that is asked for or announced
 */
record ArpPacket(int operation, LinkAddress senderMac, Inet4Address sender, Inet4Address target) {
  private static final int LENGTH = 28;
  private static final int REQUEST = 1;
  private static final long ETHERNET_IPV4 = 0x0001_0800_0604L;

  /** Asks whether anybody has this address, without claiming it (RFC 5227, 2.1.1). */
  static ArpPacket probe(LinkAddress own, Inet4Address address) {
    return new ArpPacket(REQUEST, own, Ipv4.ANY, address);
  }

  /** Tells everybody who has this address now (RFC 5227, 2.3). */
  static ArpPacket announcement(LinkAddress own, Inet4Address address) {
    return new ArpPacket(REQUEST, own, address, address);
  }

  /** The address that the sender has or is about to take. */
  Inet4Address claimed() {
    return operation == REQUEST && sender.equals(Ipv4.ANY) ? target : sender;
  }

  byte[] write() {
    ByteBuffer out = ByteBuffer.allocate(LENGTH);
    out.putShort((short) (ETHERNET_IPV4 >>> 32)).putInt((int) ETHERNET_IPV4);
    out.putShort((short) operation).put(senderMac.octets()).put(sender.getAddress());
    out.put(new byte[6]).put(target.getAddress());
    return out.array();
  }

  /** Empty for what is none. */
  static Optional<ArpPacket> read(byte[] packet) {
    if (packet.length < LENGTH) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(packet);
    long kind = (in.getShort(0) & 0xFFFFL) << 32 | (in.getInt(2) & 0xFFFF_FFFFL);
    int operation = in.getShort(6) & 0xFFFF;
    if (kind != ETHERNET_IPV4 || (operation != REQUEST && operation != 2)) {
      return Optional.empty();
    }
    return Optional.of(
        new ArpPacket(
            operation, LinkAddress.of(packet, 8), Ipv4.of(packet, 14), Ipv4.of(packet, 24)));
  }
}
