// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.protocol;

import io.phoneagent.spi.IpLiteral;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Internet addresses as text, and never a name: nothing here can reach a resolver. IPv4 is four
 * decimal numbers without leading zeros, IPv6 is RFC 4291 section 2.2 without a zone, written as
 * RFC 5952 recommends.
 */
public final class AddressLiteral {
  /** The longest spelling: eight groups, the last two as IPv4. */
  private static final int MAX_LENGTH = 45;

  private AddressLiteral() {}

  /** Reads an IPv4 or IPv6 address; empty if the text is anything else. */
  public static Optional<InetAddress> parse(String text) {
    return IpLiteral.parse(text);
  }

  /**
   * Reads {@code 192.0.2.1:5060} or {@code [2001:db8::1]:5060}; the port is 0 to 65535. Empty if
   * the text is anything else.
   */
  public static Optional<InetSocketAddress> parseWithPort(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0) {
      return Optional.empty();
    }
    String host = text.substring(0, colon);
    boolean bracketed = host.length() > 2 && host.charAt(0) == '[' && host.endsWith("]");
    if (!bracketed && host.indexOf(':') >= 0) {
      return Optional.empty();
    }
    Optional<InetAddress> address =
        parse(bracketed ? host.substring(1, host.length() - 1) : host)
            .filter(a -> !bracketed || host.indexOf(':') >= 0);
    int port = decimal(text, colon + 1, text.length(), 65535);
    return port < 0 ? Optional.empty() : address.map(a -> new InetSocketAddress(a, port));
  }

  /** The address as text: dotted decimal, or RFC 5952; a zone is left out. */
  public static String format(InetAddress address) {
    byte[] octets = address.getAddress();
    if (octets.length == 4) {
      return (octets[0] & 255)
          + "."
          + (octets[1] & 255)
          + "."
          + (octets[2] & 255)
          + "."
          + (octets[3] & 255);
    }
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = (octets[2 * i] & 255) << 8 | (octets[2 * i + 1] & 255);
    }
    int[] gap = longestZeros(groups);
    StringBuilder text = new StringBuilder(MAX_LENGTH);
    for (int i = 0; i < 8; i++) {
      if (i == gap[0]) {
        text.append("::");
        i += gap[1] - 1;
        continue;
      }
      if (text.length() > 0 && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(groups[i]));
    }
    return text.toString();
  }

  /** Address and port as text, IPv6 in brackets. */
  public static String format(InetAddress address, int port) {
    String host = format(address);
    return (address instanceof Inet6Address ? "[" + host + "]" : host) + ":" + port;
  }

  /**
   * Address and port as text, IPv6 in brackets.
   *
   * @throws IllegalArgumentException if the address is an unresolved name
   */
  public static String format(InetSocketAddress address) {
    if (address.isUnresolved()) {
      throw new IllegalArgumentException(address.getHostString() + " is a name, not an address");
    }
    return format(address.getAddress(), address.getPort());
  }

  private static int[] longestZeros(int[] groups) {
    int start = -1;
    int length = 1; // RFC 5952 section 4.2.2: a single zero group is not shortened
    for (int i = 0; i < 8; i++) {
      int end = i;
      while (end < 8 && groups[end] == 0) {
        end++;
      }
      if (end - i > length) {
        start = i;
        length = end - i;
      }
      i = Math.max(i, end - 1);
    }
    return new int[] {start, length};
  }

  /** A decimal number without leading zeros, or -1. */
  private static int decimal(String text, int from, int to, int max) {
    if (to <= from || to - from > 5 || (text.charAt(from) == '0' && to - from > 1)) {
      return -1;
    }
    int value = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = value * 10 + (c - '0');
    }
    return value > max ? -1 : value;
  }
}
