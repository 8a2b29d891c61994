// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/** Addresses that a gateway names: followed to the gateway itself, and nowhere else. */
final class GatewayUri {
  private static final int LONGEST = 1_024;
  private static final int MOST_SHOWN = 80;

  private GatewayUri() {}

  /**
   * What a reference means, if it leads to the gateway by HTTP.
   *
   * @param base where the reference was found
   * @return made anew of the gateway's own address, a port, a path and a query
   */
  static Optional<URI> at(InetAddress gateway, URI base, String reference) {
    if (reference.isEmpty() || reference.length() > LONGEST) {
      return Optional.empty();
    }
    try {
      return of(gateway, base.resolve(new URI(reference)));
    } catch (URISyntaxException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The same of a whole address. */
  static Optional<URI> at(InetAddress gateway, String whole) {
    return at(gateway, URI.create(""), whole);
  }

  private static Optional<URI> of(InetAddress gateway, URI target) throws URISyntaxException {
    String host = gateway.getHostAddress();
    int port = target.getPort() == -1 ? 80 : target.getPort();
    if (!"http".equalsIgnoreCase(target.getScheme())
        || !host.equals(target.getHost())
        || target.getRawUserInfo() != null
        || target.getRawFragment() != null
        || port < 1
        || port > 65_535) {
      return Optional.empty();
    }
    String path = target.getRawPath();
    String query = target.getRawQuery();
    return Optional.of(
        new URI(
            "http://"
                + host
                + ":"
                + port
                + (path == null || !path.startsWith("/") ? "/" : path)
                + (query == null ? "" : "?" + query)));
  }

  /** What somebody else wrote, for people: short, and on one line. */
  static String shown(String text) {
    StringBuilder shown = new StringBuilder("'");
    for (int i = 0; i < Math.min(text.length(), MOST_SHOWN); i++) {
      char c = text.charAt(i);
      shown.append(c < 0x20 || c > 0x7e ? '?' : c);
    }
    return shown.append(text.length() > MOST_SHOWN ? "...'" : "'").toString();
  }
}
