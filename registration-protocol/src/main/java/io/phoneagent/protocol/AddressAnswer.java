// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.protocol;

import io.phoneagent.InvalidSettingException;
import java.net.InetAddress;
import java.time.Duration;

/**
 * What the switch answers to {@link AddressRequest}.
 *
 * @param uniqueAddress the phone's address, which no other phone of this switch has
 * @param expiresIn for how long it holds, whole seconds; each registration that names it renews it
 */
public record AddressAnswer(InetAddress uniqueAddress, Duration expiresIn) {
  /** Checks the time. */
  public AddressAnswer {
    if (expiresIn.getSeconds() < 1 || expiresIn.getSeconds() > Limits.MAX_SECONDS) {
      throw new InvalidSettingException(
          "expiresIn", expiresIn.getSeconds() + " is not from 1 to " + Limits.MAX_SECONDS);
    }
  }
}
