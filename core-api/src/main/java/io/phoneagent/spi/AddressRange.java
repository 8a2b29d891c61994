// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import io.phoneagent.InvalidSettingException;
import java.net.InetAddress;
import java.util.Optional;

/** The addresses that share the first bits. */
final class AddressRange {
  private final byte[] prefix;
  private final int length;

  private AddressRange(byte[] prefix, int length) {
    this.prefix = prefix;
    this.length = length;
  }

  static AddressRange of(String cidr) {
    int slash = cidr.indexOf('/');
    Optional<InetAddress> address =
        slash < 0 ? Optional.empty() : IpLiteral.parse(cidr.substring(0, slash));
    if (!address.isPresent() || !cidr.substring(slash + 1).matches("[0-9]{1,3}")) {
      throw wrong(cidr);
    }
    byte[] octets = address.get().getAddress();
    int length = Integer.parseInt(cidr.substring(slash + 1));
    if (length > octets.length * 8) {
      throw wrong(cidr);
    }
    return new AddressRange(octets, length);
  }

  private static InvalidSettingException wrong(String cidr) {
    return new InvalidSettingException(
        "address range", "'" + cidr + "' is none; write it like 203.0.113.0/24");
  }

  boolean contains(InetAddress address) {
    byte[] octets = address.getAddress();
    if (octets.length != prefix.length) {
      return false;
    }
    for (int bit = 0; bit < length; bit++) {
      int mask = 0x80 >> (bit % 8);
      if (((octets[bit / 8] ^ prefix[bit / 8]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }
}
