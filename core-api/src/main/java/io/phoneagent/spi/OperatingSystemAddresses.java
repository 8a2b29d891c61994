// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

/** The code behind {@link AddressProvider#operatingSystem()}; found as a service. */
public interface OperatingSystemAddresses {

  /** Of the interface of the default route. */
  AddressProvider any();

  /** Of this interface. */
  AddressProvider of(String interfaceName);
}
