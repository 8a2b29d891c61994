// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

/** Where a device's own address comes from. A description: {@link #create} makes what runs. */
public interface AddressProvider {

  /** Its name in logs and events, such as {@code os}. */
  String id();

  /** Makes the source that watches the address; not started yet. */
  AddressSource create(AddressContext context);

  /** The address that the operating system gave to the interface of the default route. */
  static AddressProvider operatingSystem() {
    return BuiltIn.only(OperatingSystemAddresses.class, "io.phoneagent:runtime").any();
  }

  /** The address that the operating system gave to this interface, such as {@code eth0}. */
  static AddressProvider operatingSystem(String interfaceName) {
    return BuiltIn.only(OperatingSystemAddresses.class, "io.phoneagent:runtime").of(interfaceName);
  }
}
