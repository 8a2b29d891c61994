// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A device description (UPnP Device Architecture 2.0, section 2.3), for its WAN services. */
final class IgdDescription {
  private static final Pattern WANTED =
      Pattern.compile("urn:schemas-upnp-org:service:WAN(IP|PPP)Connection:[12]");
  // A gateway with two lines, each by IP and by PPP; each may cost two questions a check.
  private static final int MOST_SERVICES = 4;

  private IgdDescription() {}

  /**
   * The services that can tell a public address, at least one.
   *
   * @param from where the description was read
   * @throws UnusableException if there are none, or if one of them leads away from the gateway
   */
  static List<WanService> services(String xml, URI from, InetAddress gateway)
      throws UnusableException {
    XmlElement root = XmlReader.read(xml);
    if (!root.name().equals("root") || !root.child("device").isPresent()) {
      throw new UnusableException("it describes no device");
    }
    String urlBase = root.textOf("URLBase"); // of UPnP 1.0
    URI base = urlBase.isEmpty() ? from : followed("URLBase", urlBase, from, gateway);
    List<WanService> found = new ArrayList<>();
    for (XmlElement service : root.all("service")) {
      if (WANTED.matcher(service.textOf("serviceType")).matches() && found.size() < MOST_SERVICES) {
        found.add(service(service, base, gateway));
      }
    }
    if (found.isEmpty()) {
      throw new UnusableException("it has no WANIPConnection and no WANPPPConnection");
    }
    return found;
  }

  private static WanService service(XmlElement service, URI base, InetAddress gateway)
      throws UnusableException {
    String events = service.textOf("eventSubURL");
    return new WanService(
        service.textOf("serviceType"),
        followed("controlURL", service.textOf("controlURL"), base, gateway),
        events.isEmpty()
            ? Optional.empty()
            : Optional.of(followed("eventSubURL", events, base, gateway)));
  }

  private static URI followed(String what, String reference, URI base, InetAddress gateway)
      throws UnusableException {
    return GatewayUri.at(gateway, base, reference)
        .orElseThrow(
            () ->
                new UnusableException(
                    "its "
                        + what
                        + " leads elsewhere than to "
                        + gateway.getHostAddress()
                        + ": "
                        + GatewayUri.shown(reference)));
  }
}
