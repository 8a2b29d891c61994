// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import io.phoneagent.PhoneNumber;
import io.phoneagent.dnsswitch.address.AddressLease;
import io.phoneagent.dnsswitch.address.AddressPool;
import io.phoneagent.dnsswitch.call.Switchboard;
import io.phoneagent.dnsswitch.registry.Registry;
import io.phoneagent.protocol.AddressLiteral;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Whom {@code sip:NUMBER@UNIQUE} reaches: the phone that has both, and nobody else. A host that is
 * no address of the pool says nothing about whom.
 */
record AddressOwners(AddressPool addresses, Registry registry) implements Switchboard.Addressing {
  @Override
  public boolean reaches(PhoneNumber number, String host) {
    Optional<InetAddress> address = AddressLiteral.parse(host);
    if (address.isEmpty() || !addresses.range().contains(address.get())) {
      return true;
    }
    Optional<AddressLease> lease = addresses.find(address.get());
    return lease.isPresent()
        && (lease.get().number().equals(Optional.of(number))
            || registry.heldBy(number).equals(Optional.of(lease.get().mac())));
  }
}
