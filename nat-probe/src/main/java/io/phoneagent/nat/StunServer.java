// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.spi.IpLiteral;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a STUN server is.
 *
 * @param host a name or an address, without brackets
 * @param port from 1 to 65535
 */
record StunServer(String host, int port) {
  // RFC 8489, section 8.1.
  private static final int DEFAULT_PORT = 3478;
  private static final Pattern WITH_PORT =
      Pattern.compile("(?:\\[([^\\[\\]]{2,45})]|([^\\[\\]:]{1,253}))(?::([0-9]{1,5}))?");
  private static final Pattern NAME =
      Pattern.compile("(?!-)[A-Za-z0-9_-]{1,63}(?:\\.[A-Za-z0-9_-]{1,63})*\\.?");

  /**
   * Reads {@code HOST} or {@code HOST:PORT}.
   *
   * @throws InvalidSettingException if it is neither
   */
  static StunServer of(String text) {
    Matcher matcher = WITH_PORT.matcher(text);
    if (!matcher.matches()) {
      throw wrong(text);
    }
    boolean brackets = matcher.group(1) != null;
    String host = brackets ? matcher.group(1) : matcher.group(2);
    int port = matcher.group(3) == null ? DEFAULT_PORT : Integer.parseInt(matcher.group(3));
    boolean literal = IpLiteral.parse(host).isPresent();
    boolean named = !brackets && NAME.matcher(host).matches() && !host.matches("[0-9.]*");
    if (port < 1 || port > 65_535 || !(literal || named)) {
      throw wrong(text);
    }
    return new StunServer(host, port);
  }

  private static InvalidSettingException wrong(String text) {
    return new InvalidSettingException(
        "probe",
        "'"
            + text
            + "' is no STUN server; write stun.example.com, 192.0.2.1:3478 or [2001:db8::1]:3478");
  }

  /** As it is written, always with its port. */
  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
