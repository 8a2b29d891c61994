// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * What the DNS switch answered to a registration.
 *
 * @param endpoint the address and port over which all communication runs from now on
 * @param transport how it runs there
 * @param expiresIn how long the registration holds without a new one
 * @param keepAlive how often the flow must be kept alive at most
 * @param observedAddress the address the switch saw the registration come from
 * @param uniqueAddress the address that no other phone of the switch has, where the setting {@code
 *     unique-address} asks for one and the switch has one
 */
public record Assignment(
    Endpoint endpoint,
    Transport transport,
    Duration expiresIn,
    Duration keepAlive,
    InetAddress observedAddress,
    Optional<InetAddress> uniqueAddress) {}
