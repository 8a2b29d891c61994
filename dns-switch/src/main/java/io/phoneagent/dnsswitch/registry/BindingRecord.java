// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registry;

import io.phoneagent.PhoneNumber;
import io.phoneagent.protocol.RegistrationRecord;
import java.util.Optional;

/** What may be told of a binding. */
final class BindingRecord {
  private BindingRecord() {}

  static RegistrationRecord of(Binding binding, Optional<PhoneNumber> backup) {
    return new RegistrationRecord(
        binding.number(),
        binding.mac(),
        binding.request().localAddress(),
        binding.answer().uniqueAddress(),
        binding.request().publicAddress(),
        binding.observedAddress(),
        binding.paths().current().map(VerifiedPath::source),
        binding.paths().current().map(VerifiedPath::verifiedAt),
        binding.history(),
        binding.causes().list(),
        backup,
        binding.request().protocol(),
        binding.request().transport(),
        binding.endpoint(),
        binding.registeredAt(),
        binding.expiresAt());
  }
}
