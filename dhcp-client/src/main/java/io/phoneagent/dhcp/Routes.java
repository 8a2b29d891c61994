// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import io.phoneagent.dhcp.DhcpLease.Route;
import io.phoneagent.dhcpmessage.DhcpOptions;
import io.phoneagent.dhcpmessage.Ipv4;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The ways that a server's options describe. */
final class Routes {
  private Routes() {}

  /** Option 121 where it is there, else options 3 and 33 (RFC 3442). */
  static List<Route> of(DhcpOptions options) {
    Optional<List<Route>> classless =
        options.octets(DhcpOptions.CLASSLESS_ROUTES).flatMap(Routes::classless);
    if (classless.isPresent()) {
      return classless.get();
    }
    List<Route> routes = new ArrayList<>();
    for (Inet4Address router : options.hosts(DhcpOptions.ROUTERS)) {
      routes.add(new Route(Ipv4.ANY, 0, Optional.of(router)));
    }
    List<Inet4Address> pairs = options.addresses(DhcpOptions.STATIC_ROUTES);
    for (int i = 0; i + 1 < pairs.size(); i += 2) {
      Inet4Address to = pairs.get(i);
      int prefix = Ipv4.classPrefix(to);
      boolean network = Ipv4.network(to, prefix).equals(to);
      if (!to.equals(Ipv4.ANY) && Ipv4.isHost(pairs.get(i + 1))) {
        routes.add(new Route(to, network ? prefix : 32, Optional.of(pairs.get(i + 1))));
      }
    }
    return routes;
  }

  private static Optional<List<Route>> classless(byte[] octets) {
    List<Route> routes = new ArrayList<>();
    int at = 0;
    while (at < octets.length) {
      int prefix = octets[at++] & 0xFF;
      int significant = (prefix + 7) / 8;
      if (prefix > 32 || at + significant + 4 > octets.length) {
        return Optional.empty();
      }
      byte[] network = new byte[4];
      System.arraycopy(octets, at, network, 0, significant);
      Inet4Address gateway = Ipv4.of(octets, at + significant);
      at += significant + 4;
      boolean onLink = gateway.equals(Ipv4.ANY);
      if (onLink || Ipv4.isHost(gateway)) {
        routes.add(
            new Route(
                Ipv4.network(Ipv4.of(network, 0), prefix),
                prefix,
                onLink ? Optional.empty() : Optional.of(gateway)));
      }
    }
    return routes.isEmpty() ? Optional.empty() : Optional.of(routes);
  }
}
