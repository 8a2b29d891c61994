// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** NAT-PMP (RFC 6886) and PCP (RFC 6887) as octets, as far as a public address is asked for. */
final class GatewayCodec {
  /** The operation of NAT-PMP that asks for the public address. */
  static final int ADDRESS = 0;

  /** The operation of PCP that asks for a mapping. */
  static final int MAP = 1;

  private static final int RESPONSE = 0x80;
  private static final int NAT_PMP_VERSION = 0;
  private static final int NAT_PMP_HEADER = 8;
  private static final int NAT_PMP_ADDRESS = 12;
  private static final int PCP_VERSION = 2;
  private static final int PCP_HEADER = 24;
  private static final int PCP_MAP = PCP_HEADER + 36;
  // RFC 6887, section 7: longer ones are no PCP messages.
  private static final int PCP_LONGEST = 1100;
  private static final int ANNOUNCE = 0;
  private static final int UDP = 17;
  private static final int UNSUPPORTED_VERSION = 1;

  private GatewayCodec() {}

  /** Asks for the public address by NAT-PMP. */
  static ByteBuffer askAddress() {
    return ByteBuffer.allocate(2);
  }

  /**
   * Asks for a mapping by PCP, of whatever public port.
   *
   * @param client the address this is sent from
   * @param name of the mapping, with the UDP port to be mapped
   * @param lifetimeSeconds of the mapping; 0 deletes it
   */
  static ByteBuffer askMapping(Inet4Address client, MappingName name, int lifetimeSeconds) {
    byte[] octets = new byte[PCP_MAP];
    ByteBuffer out = ByteBuffer.wrap(octets);
    out.put((byte) PCP_VERSION).put((byte) MAP).putShort((short) 0).putInt(lifetimeSeconds);
    putMapped(out, client.getAddress());
    out.putInt(name.nonceHigh()).putLong(name.nonceLow()).putInt(UDP << 24);
    out.putShort((short) name.internalPort()).putShort((short) 0);
    putMapped(out, new byte[4]);
    return ByteBuffer.wrap(octets);
  }

  /** An IPv4 address in the 16 octets of one of IPv6 (RFC 4291, section 2.5.5.2). */
  private static void putMapped(ByteBuffer out, byte[] octets) {
    out.put(new byte[10]).putShort((short) 0xffff).put(octets);
  }

  /** What a gateway says; empty where it is neither protocol, or nothing that is asked for here. */
  static Optional<GatewayMessage> read(ByteBuffer datagram) {
    ByteBuffer in = datagram.slice(); // big-endian, whatever the other one is
    if (in.remaining() < NAT_PMP_HEADER || (in.get(1) & RESPONSE) == 0) {
      return Optional.empty();
    }
    int version = in.get(0) & 0xff;
    return version == NAT_PMP_VERSION ? readNatPmp(in) : readPcp(in, version);
  }

  private static Optional<GatewayMessage> readNatPmp(ByteBuffer in) {
    int operation = in.get(1) & ~RESPONSE & 0xff;
    int code = in.getShort(2) & 0xffff;
    if (code == UNSUPPORTED_VERSION) {
      return Optional.of(new GatewayMessage.Unsupported(NAT_PMP_VERSION, operation));
    }
    if (operation != ADDRESS) {
      return Optional.empty(); // about a mapping, which nobody has asked for
    }
    if (code != 0) {
      return Optional.of(new GatewayMessage.Refusal(Dialect.NAT_PMP, code, Optional.empty()));
    }
    return in.remaining() < NAT_PMP_ADDRESS
        ? Optional.empty()
        : Optional.of(new GatewayMessage.Address(epoch(in, 4), address(in, 8, 4)));
  }

  private static Optional<GatewayMessage> readPcp(ByteBuffer in, int version) {
    int length = in.remaining();
    if (length < PCP_HEADER || length > PCP_LONGEST || length % 4 != 0) {
      return Optional.empty();
    }
    int operation = in.get(1) & 0x7f;
    int code = in.get(3) & 0xff;
    if (code == UNSUPPORTED_VERSION) {
      return Optional.of(new GatewayMessage.Unsupported(version, operation));
    }
    if (version != PCP_VERSION) {
      return Optional.empty();
    }
    if (operation == ANNOUNCE && code == 0) {
      return Optional.of(new GatewayMessage.Announcement(epoch(in, 8)));
    }
    boolean whole = length >= PCP_MAP;
    if (operation != MAP || (whole && in.get(PCP_HEADER + 12) != UDP)) {
      return Optional.empty();
    }
    if (code != 0) {
      return Optional.of(
          new GatewayMessage.Refusal(
              Dialect.PCP, code, whole ? Optional.of(name(in)) : Optional.empty()));
    }
    // Without a lifetime it is the answer to a deletion, which has no address (section 15).
    return whole && in.getInt(4) != 0
        ? Optional.of(
            new GatewayMessage.Mapping(epoch(in, 8), name(in), address(in, PCP_HEADER + 20, 16)))
        : Optional.empty();
  }

  private static MappingName name(ByteBuffer in) {
    return new MappingName(
        in.getInt(PCP_HEADER), in.getLong(PCP_HEADER + 4), in.getShort(PCP_HEADER + 16) & 0xffff);
  }

  private static long epoch(ByteBuffer in, int at) {
    return in.getInt(at) & 0xffffffffL;
  }

  /** An address of IPv4 also where it stands in the octets of one of IPv6. */
  private static InetAddress address(ByteBuffer in, int at, int length) {
    try {
      return InetAddress.getByAddress(octets(in, at, length));
    } catch (UnknownHostException e) {
      throw new IllegalStateException(length + " octets are an address", e);
    }
  }

  private static byte[] octets(ByteBuffer in, int at, int length) {
    byte[] octets = new byte[length];
    for (int i = 0; i < length; i++) {
      octets[i] = in.get(at + i);
    }
    return octets;
  }
}
