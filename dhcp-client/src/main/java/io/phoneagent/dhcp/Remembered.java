// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import io.phoneagent.dhcpmessage.Ipv4;
import io.phoneagent.spi.IpLiteral;
import java.net.Inet4Address;
import java.util.Optional;

/**
 * The address that a device had last, over restarts.
 *
 * @param server who granted it
 */
record Remembered(Inet4Address address, Inet4Address server) {

  String text() {
    return address.getHostAddress() + " " + server.getHostAddress();
  }

  /** Empty for what {@link #text} does not write. */
  static Optional<Remembered> parse(String text) {
    String[] words = text.split(" ", -1);
    if (words.length != 2) {
      return Optional.empty();
    }
    return ipv4(words[0])
        .filter(Ipv4::isHost)
        .flatMap(address -> ipv4(words[1]).map(server -> new Remembered(address, server)));
  }

  private static Optional<Inet4Address> ipv4(String text) {
    return IpLiteral.parse(text)
        .filter(Inet4Address.class::isInstance)
        .map(Inet4Address.class::cast);
  }
}
