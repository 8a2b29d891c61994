// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.spi.PublicAddressProbe;
import java.util.Optional;

/** Sources of the public address as they are named on a command line. */
public final class SourceName {
  private SourceName() {}

  /**
   * The source of that name: {@code igd}, {@code natpmp}, {@code pcp}, {@code status-page}, {@code
   * stun:HOST[:PORT]}, a path on the gateway such as {@code /status}, or a whole {@code http}
   * address.
   *
   * @return empty if it is none of these
   * @throws InvalidSettingException if what follows {@code stun:} is no server, or the page's
   *     address none
   */
  public static Optional<PublicAddressProbe> parse(String text) {
    FirewallSources sources = new FirewallSources();
    if (text.startsWith("stun:")) {
      return Optional.of(sources.stun(text.substring("stun:".length())));
    }
    if (text.startsWith("/") || text.contains("://")) {
      return Optional.of(sources.get(text, ""));
    }
    return switch (text) {
      case "igd" -> Optional.of(sources.igd());
      case "natpmp" -> Optional.of(sources.natPmp());
      case "pcp" -> Optional.of(sources.pcp());
      case "status-page" -> Optional.of(sources.statusPage());
      default -> Optional.empty();
    };
  }
}
