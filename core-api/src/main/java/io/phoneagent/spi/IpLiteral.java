// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** IP addresses as text, read without ever asking a name server. */
public final class IpLiteral {
  private static final Pattern IPV4 =
      Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\\.(?!$)|$)){4}");
  private static final Pattern IPV6_CHARACTERS = Pattern.compile("[0-9A-Fa-f:.]{2,45}");

  private IpLiteral() {}

  /** The address, or empty if the text is no IPv4 or IPv6 address. */
  public static Optional<InetAddress> parse(String text) {
    boolean ipv6 = text.indexOf(':') >= 0;
    if (ipv6 ? !IPV6_CHARACTERS.matcher(text).matches() : !IPV4.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      // Brackets make sure that what is no address is refused, not looked up as a name.
      return Optional.of(InetAddress.getByName(ipv6 ? "[" + text + "]" : text));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }
}
