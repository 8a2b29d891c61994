// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import java.net.InetAddress;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a DHCP server has to say beside the address (RFC 2132).
 *
 * @param domain of the network (option 15)
 * @param sipServers host names or addresses, in the order of preference (option 120, RFC 3361)
 * @param provisioningServer a host or a URL, as the server says it (option 66)
 * @param ntpServers in the order of preference (option 42)
 * @param options all that came, by their codes from 1 to 254; the octets of each in lower-case
 *     hexadecimal digits
 */
public record LeaseDetails(
    Optional<String> domain,
    List<String> sipServers,
    Optional<String> provisioningServer,
    List<InetAddress> ntpServers,
    Map<Integer, String> options) {

  /** Nothing. */
  public static final LeaseDetails NONE =
      new LeaseDetails(Optional.empty(), List.of(), Optional.empty(), List.of(), Map.of());

  /** Copies the collections. */
  public LeaseDetails {
    sipServers = List.copyOf(sipServers);
    ntpServers = List.copyOf(ntpServers);
    SortedMap<Integer, String> sorted = new TreeMap<>(options);
    options = Collections.unmodifiableMap(sorted);
  }
}
