// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcpmessage;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** IPv4 addresses as four octets and as numbers. */
public final class Ipv4 {
  /** 0.0.0.0. */
  public static final Inet4Address ANY = of(0);

  /** 255.255.255.255. */
  public static final Inet4Address BROADCAST = of(-1);

  private Ipv4() {}

  /** By its bits, the first octet uppermost. */
  public static Inet4Address of(int bits) {
    byte[] octets = {(byte) (bits >>> 24), (byte) (bits >>> 16), (byte) (bits >>> 8), (byte) bits};
    try {
      return (Inet4Address) InetAddress.getByAddress(octets);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four octets are an address", e);
    }
  }

  /** Of four octets from the offset on. */
  public static Inet4Address of(byte[] octets, int offset) {
    return of(number(octets, offset));
  }

  /** Its bits, the first octet uppermost. */
  public static int bits(Inet4Address address) {
    return number(address.getAddress(), 0);
  }

  /** Four octets as a number, the first uppermost. */
  public static int number(byte[] octets, int offset) {
    return (octets[offset] & 0xFF) << 24
        | (octets[offset + 1] & 0xFF) << 16
        | (octets[offset + 2] & 0xFF) << 8
        | (octets[offset + 3] & 0xFF);
  }

  /** Whether one device can have it: neither 0.x, loopback, nor a group's. */
  public static boolean isHost(Inet4Address address) {
    int first = bits(address) >>> 24;
    return first != 0 && first != 127 && first < 224;
  }

  /** The length of the prefix that an address has by its class alone (RFC 791). */
  public static int classPrefix(Inet4Address address) {
    int first = bits(address) >>> 24;
    return first < 128 ? 8 : first < 192 ? 16 : 24;
  }

  /** The network's first address. */
  public static Inet4Address network(Inet4Address address, int prefixLength) {
    return of(prefixLength == 0 ? 0 : bits(address) & -1 << (32 - prefixLength));
  }
}
