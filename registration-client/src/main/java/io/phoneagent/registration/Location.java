// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.FlowPath;
import io.phoneagent.Lease;
import io.phoneagent.PublicAddress;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Where the device is in the network.
 *
 * @param lease its own address
 * @param publicAddress its firewall's, if it is known
 */
record Location(Lease lease, Optional<PublicAddress> publicAddress) {

  /** Whether a registration and a flow made there still fit here. */
  boolean sameAs(Location other) {
    return lease.address().equals(other.lease.address())
        && lease.gateway().equals(other.lease.gateway())
        && address().equals(other.address());
  }

  /** Whether a flow by this path comes from here, as the device and the other end of it see it. */
  boolean accountsFor(FlowPath path) {
    return lease.address().equals(path.local().address())
        && address().filter(path.mapped().address()::equals).isPresent();
  }

  Optional<InetAddress> address() {
    return publicAddress.map(PublicAddress::address);
  }
}
