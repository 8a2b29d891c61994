// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registry;

import io.phoneagent.protocol.AssignedEndpoint;
import io.phoneagent.protocol.RegistrationRequest;
import java.util.Optional;

/** Chooses where a phone opens its flow. Called under the registry's lock: quick, no I/O. */
@FunctionalInterface
public interface EndpointAssignment {

  /** The endpoint, or empty if the asked protocol or transport is not served. */
  Optional<AssignedEndpoint> endpointFor(RegistrationRequest request, Arrival arrival);
}
