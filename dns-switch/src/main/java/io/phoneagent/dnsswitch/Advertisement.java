// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.protocol.AddressLiteral;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the switch assigns instead of its own address, because it stands behind a gateway.
 *
 * @param address the gateway's public address; empty where it is found out
 * @param port the port that the gateway forwards, if another than the switch's own; TLS is at the
 *     next one
 */
public record Advertisement(Optional<InetAddress> address, OptionalInt port) {

  /**
   * Reads {@code ADDRESS[:PORT]}, IPv6 with a port in brackets, or {@code :PORT}.
   *
   * @throws InvalidSettingException if it is not that
   */
  public static Advertisement of(String text) {
    Optional<InetAddress> alone = AddressLiteral.parse(text);
    if (alone.isPresent()) {
      return new Advertisement(alone, OptionalInt.empty());
    }
    if (text.startsWith(":")) {
      int port = HostPort.port("advertise", text);
      if (port > 0) {
        return new Advertisement(Optional.empty(), OptionalInt.of(port));
      }
    }
    InetSocketAddress both =
        AddressLiteral.parseWithPort(text)
            .filter(a -> a.getPort() > 0)
            .orElseThrow(
                () ->
                    new InvalidSettingException(
                        "advertise",
                        "'"
                            + text
                            + "' is not ADDRESS[:PORT] or :PORT, such as 198.51.100.1:5060"));
    return new Advertisement(Optional.of(both.getAddress()), OptionalInt.of(both.getPort()));
  }
}
