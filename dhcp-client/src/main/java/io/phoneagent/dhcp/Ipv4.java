// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** IPv4 addresses as four octets and as numbers. */
final class Ipv4 {
  static final Inet4Address ANY = of(0);
  static final Inet4Address BROADCAST = of(-1);

  private Ipv4() {}

  static Inet4Address of(int bits) {
    byte[] octets = {(byte) (bits >>> 24), (byte) (bits >>> 16), (byte) (bits >>> 8), (byte) bits};
    try {
      return (Inet4Address) InetAddress.getByAddress(octets);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four octets are an address", e);
    }
  }

  static Inet4Address of(byte[] octets, int offset) {
    return of(number(octets, offset));
  }

  static int bits(Inet4Address address) {
    return number(address.getAddress(), 0);
  }

  /** Four octets as a number, the first uppermost. */
  static int number(byte[] octets, int offset) {
    return (octets[offset] & 0xFF) << 24
        | (octets[offset + 1] & 0xFF) << 16
        | (octets[offset + 2] & 0xFF) << 8
        | (octets[offset + 3] & 0xFF);
  }

  /** Whether one device can have it: neither 0.x, loopback, nor a group's. */
  static boolean isHost(Inet4Address address) {
    int first = bits(address) >>> 24;
    return first != 0 && first != 127 && first < 224;
  }

  /** The length of the prefix that an address has by its class alone (RFC 791). */
  static int classPrefix(Inet4Address address) {
    int first = bits(address) >>> 24;
    return first < 128 ? 8 : first < 192 ? 16 : 24;
  }

  /** The network's first address. */
  static Inet4Address network(Inet4Address address, int prefixLength) {
    return of(prefixLength == 0 ? 0 : bits(address) & -1 << (32 - prefixLength));
  }
}
