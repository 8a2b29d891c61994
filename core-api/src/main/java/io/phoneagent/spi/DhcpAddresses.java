// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

/** The code behind {@link AddressProvider#dhcp(String)}; found as a service. */
public interface DhcpAddresses {

  /** Leased for this interface. */
  AddressProvider of(String interfaceName);
}
