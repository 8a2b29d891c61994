// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.Lease;
import io.phoneagent.spi.IpLiteral;
import io.phoneagent.spi.PublicRanges;
import io.phoneagent.spi.Viewpoint;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Where a page is: a whole address, or a path on whatever the lease names as gateway. */
final class PageAddress {
  // RFC 6762 and RFC 8375 keep some of these; the others are what routers call themselves.
  private static final Pattern LOCAL_NAME =
      Pattern.compile(".*\\.(?:local|lan|home|box|internal|home\\.arpa)\\.?");

  private final String text;
  private final Optional<URI> whole;

  private PageAddress(String text, Optional<URI> whole) {
    this.text = text;
    this.whole = whole;
  }

  static PageAddress of(String text) {
    try {
      URI uri = new URI(text);
      if (text.startsWith("/") && !text.startsWith("//") && uri.getRawFragment() == null) {
        return new PageAddress(text, Optional.empty());
      }
      String scheme = String.valueOf(uri.getScheme());
      if ((scheme.equals("http") || scheme.equals("https"))
          && uri.getHost() != null
          && uri.getRawUserInfo() == null) {
        return new PageAddress(text, Optional.of(uri));
      }
    } catch (URISyntaxException e) {
      throw wrong(text);
    }
    throw wrong(text);
  }

  private static InvalidSettingException wrong(String text) {
    return new InvalidSettingException(
        "probe",
        "'" + text + "' is no page; write /status for one on the firewall, or http://HOST/PATH");
  }

  /** The page's address under this lease; empty if the lease names no gateway to ask. */
  Optional<URI> under(Lease lease) {
    if (whole.isPresent()) {
      return whole;
    }
    return lease.gateway().map(this::on);
  }

  /** A path's address on this gateway. */
  URI on(InetAddress gateway) {
    return URI.create("http://" + literal(gateway) + text);
  }

  /**
   * From where it is taken to look: a path is on the firewall, and so is a host that no name server
   * of the internet knows.
   */
  Viewpoint viewpoint() {
    boolean local = whole.map(PageAddress::isLocal).orElse(true);
    return local ? Viewpoint.GATEWAY : Viewpoint.OUTSIDE;
  }

  private static boolean isLocal(URI uri) {
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    Optional<InetAddress> literal = IpLiteral.parse(host.replaceAll("[\\[\\]]", ""));
    if (literal.isPresent()) {
      return !PublicRanges.none().isPublic(literal.get());
    }
    return host.indexOf('.') < 0 || LOCAL_NAME.matcher(host).matches();
  }

  private static String literal(InetAddress address) {
    String host = address.getHostAddress();
    return host.indexOf(':') < 0 ? host : "[" + host + "]";
  }

  @Override
  public String toString() {
    return text;
  }
}
