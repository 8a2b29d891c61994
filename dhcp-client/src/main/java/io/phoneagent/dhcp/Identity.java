// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import io.phoneagent.dhcpmessage.DhcpMessage;
import io.phoneagent.dhcpmessage.DhcpOptions;
import io.phoneagent.dhcpmessage.DhcpWriter;
import io.phoneagent.dhcpmessage.Ipv4;
import io.phoneagent.dhcpmessage.LinkAddress;
import io.phoneagent.dhcpmessage.MessageType;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a device tells of itself in each message.
 *
 * @param mac its hardware address
 * @param wanted the options to ask for, in this order
 * @param said by their codes: what it says in questions, such as its host name
 */
record Identity(LinkAddress mac, Codes wanted, DhcpOptions said) {
  /** A UDP payload that fits into an Ethernet frame. */
  private static final int LONGEST = 1472;

  private static final int NODE_SPECIFIC = 255;
  private static final int DUID_LL = 3;

  /** Octets with a value of their own. */
  record Codes(String hex) {
    static Codes of(byte[] codes) {
      return new Codes(DhcpOptions.hex(codes));
    }

    byte[] octets() {
      byte[] octets = new byte[hex.length() / 2];
      for (int i = 0; i < octets.length; i++) {
        octets[i] = (byte) Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16);
      }
      return octets;
    }
  }

  /**
   * Option 61 (RFC 4361): the interface by the last four octets of its MAC, the device by a DUID of
   * that MAC (RFC 8415, 11.4). So it is the same after a factory reset.
   */
  byte[] clientIdentifier() {
    ByteBuffer out = ByteBuffer.allocate(15);
    out.put((byte) NODE_SPECIFIC).put(mac.octets(), 2, 4);
    out.putShort((short) DUID_LL).putShort((short) 1).put(mac.octets());
    return out.array();
  }

  /** Whether a reply's option 61 is this device's; many servers leave it out (RFC 6842). */
  boolean isEchoed(Optional<byte[]> option) {
    return !option.isPresent() || Arrays.equals(option.get(), clientIdentifier());
  }

  /** The whole message. */
  DhcpMessage message(Question question) {
    Map<Integer, byte[]> options = new TreeMap<>();
    MessageType type = question.type();
    if (type != MessageType.DECLINE && type != MessageType.RELEASE) {
      options.putAll(said.values());
      options.put(DhcpOptions.WANTED, wanted.octets());
      options.put(
          DhcpOptions.LONGEST_MESSAGE,
          new byte[] {(byte) (LONGEST >>> 8), (byte) (LONGEST & 0xFF)});
    }
    options.put(DhcpOptions.MESSAGE_TYPE, new byte[] {(byte) type.code()});
    options.put(DhcpOptions.CLIENT, clientIdentifier());
    question.requested().ifPresent(a -> options.put(DhcpOptions.REQUESTED_ADDRESS, a.getAddress()));
    question.server().ifPresent(a -> options.put(DhcpOptions.SERVER, a.getAddress()));
    return new DhcpMessage(
        false,
        question.xid(),
        question.secs(),
        question.ciaddr().orElse(Ipv4.ANY),
        Ipv4.ANY,
        Ipv4.ANY,
        mac,
        new DhcpOptions(options));
  }

  /** The packet that carries it. */
  byte[] packet(Question question) {
    Inet4Address to = question.to().map(Granted::server).orElse(Ipv4.BROADCAST);
    return new UdpPacket(
            question.ciaddr().orElse(Ipv4.ANY), 68, to, 67, DhcpWriter.write(message(question)))
        .write();
  }
}
