// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.spi.HttpProbes;
import io.phoneagent.spi.PublicAddressProbe;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Probes that read a page of the firewall. */
public final class FirewallPages implements HttpProbes {

  /** For the service loader. */
  public FirewallPages() {}

  @Override
  public PublicAddressProbe get(String target, String pattern) {
    return new HttpGet(PageAddress.of(target), compile(pattern));
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
