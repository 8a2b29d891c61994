// SPDX-License-Identifier: Apache-2.0
/** What a vendor writes against: the words and the ports of PhoneAgent. */
module io.phoneagent {
  requires static transitive org.jspecify;

  exports io.phoneagent;
  exports io.phoneagent.spi;

  // The SDK's own code behind this API.
  uses io.phoneagent.spi.AgentFactory;
  uses io.phoneagent.spi.DhcpAddresses;
  uses io.phoneagent.spi.FirewallProbes;
  uses io.phoneagent.spi.OperatingSystemAddresses;
  uses io.phoneagent.spi.SettingsJson;

  // Plug-ins.
  uses io.phoneagent.spi.AddressProvider;
  uses io.phoneagent.spi.HttpExchange;
  uses io.phoneagent.spi.IdentityStore;
  uses io.phoneagent.spi.NetworkBinding;
  uses io.phoneagent.spi.PublicAddressProbe;
}
