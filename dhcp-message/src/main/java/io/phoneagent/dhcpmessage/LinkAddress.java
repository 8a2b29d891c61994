// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcpmessage;

import io.phoneagent.MacAddress;

/**
 * A 48-bit destination or source on a link, one device's or a group's (IEEE 802).
 *
 * @param bits the address in the lower 48 bits, the octet sent first uppermost
 */
public record LinkAddress(long bits) {

  /** Everybody on the link. */
  public static final LinkAddress BROADCAST = new LinkAddress(0xFFFF_FFFF_FFFFL);

  /** Checks the range. */
  public LinkAddress {
    if (bits >>> 48 != 0) {
      throw new IllegalArgumentException(
          "a link address has 48 bits, not " + Long.toHexString(bits));
    }
  }

  /** Of one device. */
  public static LinkAddress of(MacAddress mac) {
    return new LinkAddress(Long.parseLong(mac.text().replace(":", ""), 16));
  }

  /**
   * As a frame carries it.
   *
   * @param octets at least six octets from the offset on
   */
  public static LinkAddress of(byte[] octets, int offset) {
    long bits = 0;
    for (int i = 0; i < 6; i++) {
      bits = bits << 8 | (octets[offset + i] & 0xFF);
    }
    return new LinkAddress(bits);
  }

  /** The six octets, in the order of sending. */
  public byte[] octets() {
    byte[] octets = new byte[6];
    for (int i = 0; i < 6; i++) {
      octets[i] = (byte) (bits >>> (40 - 8 * i));
    }
    return octets;
  }

  /** In six pairs of hexadecimal digits. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (byte octet : octets()) {
      text.append(text.length() == 0 ? "" : ":").append(String.format("%02x", octet));
    }
    return text.toString();
  }
}
