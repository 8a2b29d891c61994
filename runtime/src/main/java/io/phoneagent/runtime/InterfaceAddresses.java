// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.runtime;

import io.phoneagent.Lease;
import io.phoneagent.MacAddress;
import io.phoneagent.spi.IpLiteral;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** What the operating system says of an interface now: its address, or why there is none. */
final class InterfaceAddresses {
  // Linux only; elsewhere there is no file and the gateway stays unknown.
  private static final Path ROUTES = Paths.get("/proc/net/route");

  /** Either a lease or the reason for there being none. */
  record Look(Optional<Lease> lease, String missing) {}

  private InterfaceAddresses() {}

  static Look look(Optional<String> wanted) {
    List<DefaultRoute> routes = DefaultRoute.parse(readRoutes());
    Optional<String> name = wanted;
    if (!name.isPresent()) {
      name = routes.stream().findFirst().map(DefaultRoute::interfaceName);
    }
    if (!name.isPresent()) {
      return new Look(Optional.empty(), "there is no default route");
    }
    String interfaceName = name.get();
    try {
      NetworkInterface found = NetworkInterface.getByName(interfaceName);
      if (found == null) {
        return new Look(Optional.empty(), "there is no interface " + interfaceName);
      }
      if (!found.isUp()) {
        return new Look(Optional.empty(), interfaceName + " is down");
      }
      Optional<InetAddress> address = bestAddress(found);
      if (!address.isPresent()) {
        return new Look(Optional.empty(), interfaceName + " has no address");
      }
      Optional<InetAddress> gateway =
          routes.stream()
              .filter(r -> r.interfaceName().equals(interfaceName))
              .map(DefaultRoute::gateway)
              .findFirst();
      byte[] mac = found.getHardwareAddress();
      Optional<MacAddress> macAddress = mac == null ? Optional.empty() : readMac(mac);
      return new Look(
          Optional.of(
              new Lease(
                  interfaceName,
                  address.get(),
                  gateway,
                  macAddress,
                  Collections.emptyList(),
                  Optional.empty(),
                  Optional.empty())),
          "");
    } catch (IOException e) {
      return new Look(Optional.empty(), interfaceName + " cannot be looked at: " + e.getMessage());
    }
  }

  private static Optional<MacAddress> readMac(byte[] octets) {
    boolean blank = octets.length != 6;
    int sum = 0;
    for (byte octet : octets) {
      sum |= octet;
    }
    return blank || sum == 0 || (octets[0] & 1) != 0
        ? Optional.empty()
        : Optional.of(MacAddress.of(octets));
  }

  /** IPv4 before IPv6; no link-local address. */
  private static Optional<InetAddress> bestAddress(NetworkInterface found) {
    List<InetAddress> addresses = Collections.list(found.getInetAddresses());
    Optional<InetAddress> v4 =
        addresses.stream()
            .filter(a -> a instanceof Inet4Address && !a.isLinkLocalAddress())
            .findFirst();
    return v4.isPresent()
        ? v4
        : addresses.stream()
            .filter(a -> !a.isLinkLocalAddress())
            .map(InterfaceAddresses::withoutScope)
            .findFirst();
  }

  private static InetAddress withoutScope(InetAddress address) {
    String text = address.getHostAddress();
    int scope = text.indexOf('%');
    return scope < 0 ? address : IpLiteral.parse(text.substring(0, scope)).orElse(address);
  }

  private static String readRoutes() {
    try {
      return new String(Files.readAllBytes(ROUTES), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      return "";
    }
  }
}
