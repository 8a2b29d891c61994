// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.protocol;

import io.phoneagent.InvalidSettingException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * What the switch answers a registration with: the address and port over which all further
 * communication runs. Its text hides the key.
 *
 * @param endpoint where the phone opens its flow
 * @param expiresIn for how long the registration holds, whole seconds
 * @param keepAlive how often the phone speaks on an idle flow, in milliseconds at the finest
 * @param flow what the phone binds its flow with
 * @param observedAddress where the registration came from, as the switch saw it
 * @param uniqueAddress the unique address of the phone, if it has one
 */
public record RegistrationAnswer(
    AssignedEndpoint endpoint,
    Duration expiresIn,
    Duration keepAlive,
    FlowKey flow,
    InetAddress observedAddress,
    Optional<InetAddress> uniqueAddress) {

  /** Checks the times. */
  public RegistrationAnswer {
    if (expiresIn.getSeconds() < 1 || expiresIn.getSeconds() > Limits.MAX_SECONDS) {
      throw new InvalidSettingException(
          "expiresIn", expiresIn.getSeconds() + " is not from 1 to " + Limits.MAX_SECONDS);
    }
    if (keepAlive.toMillis() < 1 || keepAlive.getSeconds() > Limits.MAX_SECONDS) {
      throw new InvalidSettingException(
          "keepAlive", "is not from 0.001 to " + Limits.MAX_SECONDS + " seconds");
    }
  }
}
