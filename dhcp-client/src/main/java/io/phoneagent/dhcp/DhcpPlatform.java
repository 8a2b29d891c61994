// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import io.phoneagent.PhoneAgentException;
import io.phoneagent.dhcp.linux.LinuxLeaseApplier;
import io.phoneagent.dhcp.linux.LinuxLinks;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What an operating system has of its own.
 *
 * @param link opens its interfaces
 * @param applier gives them addresses
 */
record DhcpPlatform(LinkSocket.Opener link, LeaseApplier applier) {
  /** By the name that Java gives the system. */
  private static final Map<String, Supplier<DhcpPlatform>> KNOWN =
      Map.of("Linux", () -> new DhcpPlatform(new LinuxLinks(), new LinuxLeaseApplier()));

  /**
   * This system's.
   *
   * @throws PhoneAgentException if there is no code for it
   */
  static DhcpPlatform own() {
    return of(String.valueOf(System.getProperty("os.name")));
  }

  static DhcpPlatform of(String system) {
    return Optional.ofNullable(KNOWN.get(system))
        .orElseThrow(
            () ->
                new PhoneAgentException(
                    "no DHCP client for "
                        + system
                        + "; give DhcpAddressProvider.builder(...) a link and an applier, or take"
                        + " the system's own address: AddressProvider.operatingSystem()"))
        .get();
  }
}
