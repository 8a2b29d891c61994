// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

/**
 * Where a device's own address comes from. A description: {@link #create} makes what runs.
 *
 * <p>A plug-in is a class with a public constructor without parameters that a jar provides as this
 * service, in its module descriptor and in {@code META-INF/services}; a device has one at most.
 */
public interface AddressProvider {

  /** Its name in logs and events, such as {@code os}. */
  String id();

  /**
   * Whether its leases may say where the switch is ({@link io.phoneagent.LeaseDetails}): an agent
   * that is told no switch then takes the one that the network names. Default: they do not.
   */
  default boolean namesSwitches() {
    return false;
  }

  /**
   * Makes the source that watches the address; not started yet. Called on the agent's thread. Where
   * this or {@link AddressSource#start} throws, that is told ({@link
   * io.phoneagent.AgentListener#disrupted}), and 5 s later another source is made and started.
   */
  AddressSource create(AddressContext context);

  /** The address that the operating system gave to the interface of the default route. */
  static AddressProvider operatingSystem() {
    return BuiltIn.only(OperatingSystemAddresses.class, "io.phoneagent:runtime").any();
  }

  /** The address that the operating system gave to this interface, such as {@code eth0}. */
  static AddressProvider operatingSystem(String interfaceName) {
    return BuiltIn.only(OperatingSystemAddresses.class, "io.phoneagent:runtime").of(interfaceName);
  }

  /**
   * The address that the agent leases for this interface, such as {@code eth0}, and gives to it
   * (RFC 2131). What more can be set has {@code DhcpAddressProvider} in {@code
   * io.phoneagent:dhcp-client}.
   *
   * @throws io.phoneagent.PhoneAgentException if there is no DHCP client for this operating system
   */
  static AddressProvider dhcp(String interfaceName) {
    return BuiltIn.only(DhcpAddresses.class, "io.phoneagent:dhcp-client").of(interfaceName);
  }

  /**
   * The address that the operating system gave to this interface, such as {@code eth0}, and what
   * the network's DHCP servers have to say beside it (DHCPINFORM, RFC 2131, 3.4): they may name the
   * switch. Needs the right to a raw socket, on Linux CAP_NET_RAW; without it the address is told
   * all the same, and why nothing else.
   *
   * @throws io.phoneagent.PhoneAgentException if there is no DHCP client for this operating system
   */
  static AddressProvider dhcpInform(String interfaceName) {
    return BuiltIn.only(DhcpAddresses.class, "io.phoneagent:dhcp-client").inform(interfaceName);
  }
}
