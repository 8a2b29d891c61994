// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

/**
 * The code behind {@link AddressProvider#dhcp(String)} and {@link
 * AddressProvider#dhcpInform(String)}; found as a service.
 */
public interface DhcpAddresses {

  /** Leased for this interface. */
  AddressProvider of(String interfaceName);

  /** Given to this interface by the operating system; DHCP says what else there is. */
  AddressProvider inform(String interfaceName);
}
