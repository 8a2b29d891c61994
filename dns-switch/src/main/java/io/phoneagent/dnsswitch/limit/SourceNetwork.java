// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.limit;

import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;

/** Who is counted as one: a customer has an IPv4 address, or a whole /64 of IPv6 ones. */
public final class SourceNetwork {
  private static final int PREFIX_OCTETS = 8;

  private SourceNetwork() {}

  /** What all addresses of one customer have in common. */
  public static Object of(InetAddress address) {
    return address instanceof Inet6Address
        ? new BigInteger(1, Arrays.copyOf(address.getAddress(), PREFIX_OCTETS))
        : address;
  }
}
