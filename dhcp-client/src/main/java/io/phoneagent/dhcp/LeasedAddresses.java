// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import io.phoneagent.spi.AddressProvider;
import io.phoneagent.spi.DhcpAddresses;

/** Addresses leased by DHCP on this system's own links. */
public final class LeasedAddresses implements DhcpAddresses {

  /** For the service loader. */
  public LeasedAddresses() {}

  @Override
  public AddressProvider of(String interfaceName) {
    return DhcpAddressProvider.builder(interfaceName).build();
  }

  @Override
  public AddressProvider inform(String interfaceName) {
    return DhcpAddressProvider.builder(interfaceName)
        .informOnly(AddressProvider.operatingSystem(interfaceName))
        .build();
  }
}
