// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.spi.PublicAddressProbe;

/** Sources of the public address as they are named on a command line. */
public final class SourceName {
  private SourceName() {}

  /**
   * The source of that name: {@code igd}, {@code natpmp}, {@code pcp}, {@code status-page}, {@code
   * stun:HOST[:PORT]}, a path on the gateway such as {@code /status}, or a whole {@code http}
   * address.
   *
   * @param setting what the error names: the flag or setting that said it
   * @throws InvalidSettingException if it is none of these, what follows {@code stun:} is no
   *     server, or the page's address none
   */
  public static PublicAddressProbe parse(String setting, String text) {
    FirewallSources sources = new FirewallSources();
    if (text.startsWith("stun:")) {
      return sources.stun(text.substring("stun:".length()));
    }
    if (text.startsWith("/") || text.contains("://")) {
      return sources.get(text, "");
    }
    return switch (text) {
      case "igd" -> sources.igd();
      case "natpmp" -> sources.natPmp();
      case "pcp" -> sources.pcp();
      case "status-page" -> sources.statusPage();
      default ->
          throw new InvalidSettingException(
              setting,
              "'"
                  + text
                  + "' is not known; give http://HOST/PATH, /PATH, status-page, igd, natpmp, pcp,"
                  + " stun:HOST[:PORT] or, on a phone, whoami");
    };
  }
}
