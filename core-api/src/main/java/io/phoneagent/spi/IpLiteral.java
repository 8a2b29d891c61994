// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** IP addresses as text, read without ever asking a name server. */
public final class IpLiteral {
  private static final Pattern IPV6_CHARACTERS = Pattern.compile("[0-9A-Fa-f:.]{2,45}");

  private IpLiteral() {}

  /** The address, or empty if the text is no IPv4 or IPv6 address. */
  public static Optional<InetAddress> parse(String text) {
    try {
      if (text.indexOf(':') < 0) {
        byte[] octets = new byte[4];
        return readIpv4(text, octets)
            ? Optional.of(InetAddress.getByAddress(octets))
            : Optional.empty();
      }
      // Brackets make sure that what is no address is refused, not looked up as a name.
      return IPV6_CHARACTERS.matcher(text).matches()
          ? Optional.of(InetAddress.getByName("[" + text + "]"))
          : Optional.empty();
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  /** Four numbers of up to 255, without leading zeros, with dots between them. */
  private static boolean readIpv4(String text, byte[] octets) {
    int at = 0;
    for (int i = 0; i < octets.length; i++) {
      int from = at;
      int value = 0;
      while (at < text.length() && at - from < 3 && isDigit(text.charAt(at))) {
        value = value * 10 + text.charAt(at++) - '0';
      }
      int digits = at - from;
      boolean zeroFirst = digits > 1 && text.charAt(from) == '0';
      boolean last = i == octets.length - 1;
      boolean ended = last ? at == text.length() : at < text.length() && text.charAt(at++) == '.';
      if (digits == 0 || value > 255 || zeroFirst || !ended) {
        return false;
      }
      octets[i] = (byte) value;
    }
    return true;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
