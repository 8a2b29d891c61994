// SPDX-License-Identifier: Apache-2.0
/** What a vendor writes against: the words and the ports of PhoneAgent. */
module io.phoneagent {
  requires static transitive org.jspecify;

  exports io.phoneagent;
  exports io.phoneagent.spi;

  uses io.phoneagent.spi.AgentFactory;
  uses io.phoneagent.spi.HttpProbes;
  uses io.phoneagent.spi.OperatingSystemAddresses;
  uses io.phoneagent.spi.SettingsJson;
}
