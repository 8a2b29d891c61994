// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import io.phoneagent.InvalidSettingException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells public unicast addresses from those that no firewall can have on the internet: private,
 * shared (RFC 6598), link-local, loopback, multicast, documentation, benchmarking and reserved ones
 * (RFC 6890), with the exceptions that a laboratory makes.
 */
public final class PublicRanges {
  private static final AddressRange SHARED = AddressRange.of("100.64.0.0/10");
  private static final List<AddressRange> PRIVATE =
      List.of(
          AddressRange.of("10.0.0.0/8"),
          AddressRange.of("172.16.0.0/12"),
          AddressRange.of("192.168.0.0/16"),
          AddressRange.of("fc00::/7"));
  // The IANA special-purpose registries (RFC 6890), as far as they are not globally reachable.
  private static final List<AddressRange> RESERVED =
      List.of(
          AddressRange.of("0.0.0.0/8"),
          AddressRange.of("10.0.0.0/8"),
          SHARED,
          AddressRange.of("127.0.0.0/8"),
          AddressRange.of("169.254.0.0/16"),
          AddressRange.of("172.16.0.0/12"),
          AddressRange.of("192.0.0.0/24"),
          AddressRange.of("192.0.2.0/24"),
          AddressRange.of("192.88.99.0/24"),
          AddressRange.of("192.168.0.0/16"),
          AddressRange.of("198.18.0.0/15"),
          AddressRange.of("198.51.100.0/24"),
          AddressRange.of("203.0.113.0/24"),
          AddressRange.of("224.0.0.0/3"),
          AddressRange.of("2001::/23"),
          AddressRange.of("2001:db8::/32"),
          AddressRange.of("3fff::/20"),
          AddressRange.of("2002::/16"));
  // What IANA has assigned for global unicast (RFC 4291, section 2.4).
  private static final AddressRange GLOBAL_IPV6 = AddressRange.of("2000::/3");
  private static final PublicRanges NONE = new PublicRanges(List.of());

  private final List<AddressRange> exceptions;

  private PublicRanges(List<AddressRange> exceptions) {
    this.exceptions = List.copyOf(exceptions);
  }

  /** No exceptions. */
  public static PublicRanges none() {
    return NONE;
  }

  /**
   * These count as public too.
   *
   * @param cidrs such as {@code 203.0.113.0/24}
   * @throws InvalidSettingException if one is not an address, a slash and a length
   */
  public static PublicRanges alsoTreating(List<String> cidrs) {
    List<AddressRange> ranges = new ArrayList<>();
    for (String cidr : cidrs) {
      ranges.add(AddressRange.of(cidr));
    }
    return new PublicRanges(ranges);
  }

  /** Whether a provider's NAT gives such addresses to the firewalls behind it (RFC 6598). */
  public static boolean isShared(InetAddress address) {
    return SHARED.contains(address);
  }

  /** Whether anybody may use it behind a router of his own (RFC 1918, RFC 4193). */
  public static boolean isPrivate(InetAddress address) {
    return PRIVATE.stream().anyMatch(r -> r.contains(address));
  }

  /** Whether a firewall may have this address on its outside. */
  public boolean isPublic(InetAddress address) {
    if (exceptions.stream().anyMatch(r -> r.contains(address))) {
      return true;
    }
    if (!(address instanceof Inet4Address) && !GLOBAL_IPV6.contains(address)) {
      return false;
    }
    return RESERVED.stream().noneMatch(r -> r.contains(address));
  }
}
