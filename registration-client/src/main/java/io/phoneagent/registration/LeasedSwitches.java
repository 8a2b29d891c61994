// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.AgentSettings;
import io.phoneagent.InvalidSettingException;
import io.phoneagent.LeaseDetails;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Where the network says that the switch is, for a device that was told none. */
final class LeasedSwitches {
  /** The port of a switch that is named by its host alone. */
  private static final int PORT = 8443;

  private static final int MOST = 8;

  private LeasedSwitches() {}

  /**
   * The first of these that there is: the hosts of DHCP option 120; option 66, where that is a host
   * or an HTTPS address; the domain of option 15, which DNS is then asked about.
   */
  static List<URI> of(LeaseDetails details) {
    List<URI> switches = new ArrayList<>();
    details.sipServers().forEach(host -> atHost(host).ifPresent(switches::add));
    if (switches.isEmpty()) {
      details.provisioningServer().flatMap(LeasedSwitches::provisioning).ifPresent(switches::add);
    }
    if (switches.isEmpty()) {
      details
          .domain()
          .flatMap(domain -> checked("https+srv://" + domain.toLowerCase(Locale.ROOT)))
          .ifPresent(switches::add);
    }
    return switches.subList(0, Math.min(MOST, switches.size()));
  }

  /** Why there is none: what the network has said that names no switch, or that it says nothing. */
  static String whyNone(LeaseDetails details) {
    List<String> unusable = new ArrayList<>();
    details.sipServers().forEach(host -> unusable.add("option 120 says '" + host + "'"));
    details.provisioningServer().ifPresent(text -> unusable.add("option 66 says '" + text + "'"));
    details.domain().ifPresent(name -> unusable.add("option 15 says '" + name + "'"));
    return unusable.isEmpty()
        ? "the network names none: neither DHCP option 120 nor 66, nor a domain in option 15"
        : "what the network names is no host, no HTTPS address and no domain: "
            + String.join(", ", unusable);
  }

  private static Optional<URI> provisioning(String text) {
    return text.regionMatches(true, 0, "https://", 0, 8) ? checked(text) : atHost(text);
  }

  private static Optional<URI> atHost(String host) {
    return host.matches("[A-Za-z0-9.-]{1,253}")
        ? checked("https://" + host + ":" + PORT)
        : Optional.empty();
  }

  private static Optional<URI> checked(String text) {
    try {
      return AgentSettings.builder().set("dns-switches", text).build().dnsSwitches().stream()
          .findFirst();
    } catch (InvalidSettingException e) {
      return Optional.empty();
    }
  }
}
