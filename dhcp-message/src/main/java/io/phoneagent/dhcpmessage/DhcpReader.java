// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcpmessage;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads messages (RFC 2131, 2; options split over several: RFC 3396). What it does is bounded by
 * the length of the message.
 */
public final class DhcpReader {
  static final int FILE = 108;
  static final int NAME = 44;
  static final int COOKIE_AT = 236;
  static final int COOKIE = 0x6382_5363;
  static final int PAD = 0;
  static final int END = 255;

  private final byte[] octets;
  private final Map<Integer, ByteArrayOutputStream> found = new TreeMap<>();

  private DhcpReader(byte[] octets) {
    this.octets = octets;
  }

  /**
   * Reads a message.
   *
   * @param octets what UDP carried
   * @throws MalformedDhcpException if it is none, or cut short; BOOTP without DHCP is none
   */
  public static DhcpMessage read(byte[] octets) throws MalformedDhcpException {
    return new DhcpReader(octets).message();
  }

  private DhcpMessage message() throws MalformedDhcpException {
    if (octets.length < COOKIE_AT + 4) {
      throw new MalformedDhcpException("too short");
    }
    ByteBuffer in = ByteBuffer.wrap(octets);
    if (octets[0] != 1 && octets[0] != 2) {
      throw new MalformedDhcpException("neither request nor reply");
    }
    if (octets[1] != 1 || octets[2] != 6) {
      throw new MalformedDhcpException("not for Ethernet");
    }
    if (in.getInt(COOKIE_AT) != COOKIE) {
      throw new MalformedDhcpException("no DHCP");
    }
    DhcpOptions options = options();
    if (!options.type().isPresent()) {
      throw new MalformedDhcpException("without a type");
    }
    return new DhcpMessage(
        octets[0] == 2,
        in.getInt(4),
        in.getShort(8) & 0xFFFF,
        Ipv4.of(octets, 12),
        Ipv4.of(octets, 16),
        Ipv4.of(octets, 20),
        LinkAddress.of(octets, 28),
        options,
        (octets[10] & 0x80) != 0,
        Ipv4.of(octets, 24));
  }

  private DhcpOptions options() throws MalformedDhcpException {
    read(COOKIE_AT + 4, octets.length);
    ByteArrayOutputStream overload = found.get(DhcpOptions.OVERLOAD);
    int overloaded = 0;
    if (overload != null && overload.size() == 1) {
      overloaded = overload.toByteArray()[0] & 3;
    }
    if ((overloaded & 1) != 0) {
      read(FILE, COOKIE_AT);
    } else {
      field(DhcpOptions.BOOT_FILE, FILE, COOKIE_AT);
    }
    if ((overloaded & 2) != 0) {
      read(NAME, FILE);
    } else {
      field(DhcpOptions.TFTP_SERVER, NAME, FILE);
    }
    Map<Integer, byte[]> values = new TreeMap<>();
    found.forEach((code, parts) -> values.put(code, parts.toByteArray()));
    return new DhcpOptions(values);
  }

  private void read(int from, int end) throws MalformedDhcpException {
    int at = from;
    while (at < end) {
      int code = octets[at++] & 0xFF;
      if (code == END) {
        return;
      }
      if (code == PAD) {
        continue;
      }
      if (at >= end || at + 1 + (octets[at] & 0xFF) > end) {
        throw new MalformedDhcpException("option " + code + " is cut short");
      }
      int length = octets[at++] & 0xFF;
      found.computeIfAbsent(code, c -> new ByteArrayOutputStream()).write(octets, at, length);
      at += length;
    }
  }

  private void field(int code, int from, int end) {
    int length = 0;
    while (from + length < end && octets[from + length] != 0) {
      length++;
    }
    if (length > 0 && !found.containsKey(code)) {
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      text.write(octets, from, length);
      found.put(code, text);
    }
  }
}
