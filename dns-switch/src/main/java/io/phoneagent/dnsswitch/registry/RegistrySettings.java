// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registry;

import java.time.Duration;

/**
 * What the registry answers with.
 *
 * @param expiresIn how long a registration holds
 * @param keepAlive how often a phone speaks on an idle flow
 */
public record RegistrySettings(Duration expiresIn, Duration keepAlive) {
  /**
   * An hour, as SIP registrars give; 15 seconds, half of what a Linux NAT remembers a UDP flow for
   * that was answered once.
   */
  public static final RegistrySettings DEFAULT =
      new RegistrySettings(Duration.ofHours(1), Duration.ofSeconds(15));
}
