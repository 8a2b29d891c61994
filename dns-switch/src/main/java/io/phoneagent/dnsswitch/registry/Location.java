// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registry;

import io.phoneagent.MacAddress;
import io.phoneagent.PhoneNumber;
import java.util.Optional;

/**
 * All that is kept of a number. It outlives the binding: the device that holds the number keeps it,
 * and calls still go to the backup number that its phone last named.
 *
 * @param number the number
 * @param heldBy the device that holds it
 * @param backup the backup number of the last registration, if it named one
 * @param binding the registration, while there is one
 */
public record Location(
    PhoneNumber number,
    Optional<MacAddress> heldBy,
    Optional<PhoneNumber> backup,
    Optional<Binding> binding) {

  /** Nothing is known of the number. */
  public static Location unknown(PhoneNumber number) {
    return new Location(number, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** The same with another binding. */
  Location with(Binding changed) {
    return new Location(number, heldBy, backup, Optional.of(changed));
  }

  /** Whether there is nothing to keep. */
  public boolean isEmpty() {
    return heldBy.isEmpty() && backup.isEmpty() && binding.isEmpty();
  }
}
