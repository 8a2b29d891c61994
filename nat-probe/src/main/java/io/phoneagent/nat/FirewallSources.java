// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.spi.FirewallProbes;
import io.phoneagent.spi.PublicAddressProbe;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Probes that ask the firewall, for a page, by NAT-PMP or by PCP, or a STUN server outside. */
public final class FirewallSources implements FirewallProbes {

  /** For the service loader. */
  public FirewallSources() {}

  @Override
  public PublicAddressProbe get(String target, String pattern) {
    PageAddress page = PageAddress.of(target);
    return new HttpGet(page, compile(pattern), page.viewpoint());
  }

  @Override
  public PublicAddressProbe natPmp() {
    return new PortControl("natpmp", Dialect.NAT_PMP);
  }

  @Override
  public PublicAddressProbe pcp() {
    return new PortControl("pcp", Dialect.PCP);
  }

  @Override
  public PublicAddressProbe stun(String server) {
    return new StunSource(StunServer.of(server));
  }

  private static Optional<Pattern> compile(String pattern) {
    if (pattern.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Pattern.compile(pattern));
    } catch (PatternSyntaxException e) {
      throw new InvalidSettingException(
          "probe-pattern",
          "'"
              + pattern
              + "' is no regular expression: "
              + e.getDescription()
              + "; write it like 'WAN IP: ([0-9.]+)'");
    }
  }
}
