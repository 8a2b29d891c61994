// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import io.phoneagent.dhcpmessage.Ipv4;
import io.phoneagent.dhcpmessage.MalformedDhcpException;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A UDP datagram in its IPv4 packet (RFC 768, RFC 791). */
final class UdpPacket {
  private static final int IP_HEADER = 20;
  private static final int UDP_HEADER = 8;
  private static final int UDP = 17;
  private static final int TIME_TO_LIVE = 64;

  private final Inet4Address from;
  private final int fromPort;
  private final Inet4Address to;
  private final int toPort;
  private final byte[] payload;

  UdpPacket(Inet4Address from, int fromPort, Inet4Address to, int toPort, byte[] payload) {
    this.from = from;
    this.fromPort = fromPort;
    this.to = to;
    this.toPort = toPort;
    this.payload = payload;
  }

  Inet4Address from() {
    return from;
  }

  int fromPort() {
    return fromPort;
  }

  Inet4Address to() {
    return to;
  }

  int toPort() {
    return toPort;
  }

  byte[] payload() {
    return payload;
  }

  /** From the IP header on, with both checksums. */
  byte[] write() {
    int udpLength = UDP_HEADER + payload.length;
    byte[] packet = new byte[IP_HEADER + udpLength];
    ByteBuffer out = ByteBuffer.wrap(packet);
    out.put((byte) 0x45).put((byte) 0).putShort((short) packet.length);
    out.putInt(0); // no fragments, so no identification either (RFC 6864)
    out.put((byte) TIME_TO_LIVE).put((byte) UDP).putShort((short) 0);
    out.put(from.getAddress()).put(to.getAddress());
    out.putShort(10, (short) new Checksum().add(packet, 0, IP_HEADER).value());
    out.putShort((short) fromPort).putShort((short) toPort).putShort((short) udpLength);
    out.putShort((short) 0).put(payload);
    int sum = udpSum(packet, IP_HEADER, packet.length);
    out.putShort(IP_HEADER + 6, (short) (sum == 0 ? 0xFFFF : sum));
    return packet;
  }

  private static int udpSum(byte[] packet, int udp, int end) {
    return new Checksum().add(packet, 12, 20).add(UDP).add(end - udp).add(packet, udp, end).value();
  }

  /**
   * Reads a packet.
   *
   * @param packet from the IP header on; what follows the packet is padding of the link
   * @param checksumDone whether the UDP checksum means anything
   * @throws MalformedDhcpException if it is no whole UDP packet, or damaged
   */
  static UdpPacket read(byte[] packet, boolean checksumDone) throws MalformedDhcpException {
    require(packet.length >= IP_HEADER + UDP_HEADER, "too short for IPv4 and UDP");
    ByteBuffer in = ByteBuffer.wrap(packet);
    int header = (packet[0] & 0x0F) * 4;
    int end = in.getShort(2) & 0xFFFF;
    require((packet[0] & 0xF0) == 0x40 && header >= IP_HEADER, "no IPv4 header");
    require(end <= packet.length && end >= header + UDP_HEADER, "cut short");
    require(new Checksum().add(packet, 0, header).value() == 0, "damaged IP header");
    require((in.getShort(6) & 0x3FFF) == 0, "a fragment");
    require(packet[9] == UDP, "no UDP");
    int length = in.getShort(header + 4) & 0xFFFF;
    require(length >= UDP_HEADER && header + length <= end, "UDP length beyond the packet");
    if (checksumDone && in.getShort(header + 6) != 0) {
      require(udpSum(packet, header, header + length) == 0, "damaged UDP datagram");
    }
    return new UdpPacket(
        Ipv4.of(packet, 12),
        in.getShort(header) & 0xFFFF,
        Ipv4.of(packet, 16),
        in.getShort(header + 2) & 0xFFFF,
        Arrays.copyOfRange(packet, header + UDP_HEADER, header + length));
  }

  private static void require(boolean held, String what) throws MalformedDhcpException {
    if (!held) {
      throw new MalformedDhcpException(what);
    }
  }
}
