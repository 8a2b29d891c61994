// SPDX-License-Identifier: Apache-2.0
/** From power on to a lease. */
module io.phoneagent.dhcp {
  requires transitive io.phoneagent;
  requires transitive io.phoneagent.dhcpmessage;
  requires io.phoneagent.runtime;
  requires com.sun.jna;
  requires org.slf4j;

  exports io.phoneagent.dhcp;

  provides io.phoneagent.spi.DhcpAddresses with
      io.phoneagent.dhcp.LeasedAddresses;
}
