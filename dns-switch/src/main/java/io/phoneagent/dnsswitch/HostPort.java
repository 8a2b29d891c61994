// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.protocol.AddressLiteral;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** {@code HOST:PORT} as operators write it: IPv6 in brackets, port 0 for a free one. */
final class HostPort {
  private HostPort() {}

  /**
   * An address to bind; a name is looked up now.
   *
   * @param setting what it is given for, as errors name it
   */
  static InetSocketAddress toBind(String setting, String text) {
    Optional<InetSocketAddress> literal = AddressLiteral.parseWithPort(text);
    if (literal.isPresent()) {
      return literal.get();
    }
    String host = host(setting, text);
    try {
      return new InetSocketAddress(InetAddress.getByName(host), port(setting, text));
    } catch (UnknownHostException e) {
      throw new InvalidSettingException(setting, "'" + host + "' is not known as a host");
    }
  }

  /** The host before the last colon: a name, or an address without its brackets. */
  static String host(String setting, String text) {
    int colon = text.lastIndexOf(':');
    String host = colon <= 0 ? "" : text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      String inner = host.substring(1, host.length() - 1);
      if (inner.indexOf(':') >= 0 && AddressLiteral.parse(inner).isPresent()) {
        return inner;
      }
    } else if (host.matches("[A-Za-z0-9]([A-Za-z0-9.-]{0,252})")) {
      return host;
    }
    throw new InvalidSettingException(
        setting, "'" + text + "' is not HOST:PORT, such as 0.0.0.0:8443 or [::]:8443");
  }

  /** The port after the last colon, 0 to 65535. */
  static int port(String setting, String text) {
    String digits = text.substring(text.lastIndexOf(':') + 1);
    int port = digits.matches("[0-9]{1,5}") ? Integer.parseInt(digits) : -1;
    if (port < 0 || port > 65_535) {
      throw new InvalidSettingException(
          setting, "the port of '" + text + "' is not from 0 to 65535");
    }
    return port;
  }
}
