// SPDX-License-Identifier: Apache-2.0
/** From a lease to the public address of the firewall. */
module io.phoneagent.nat {
  requires transitive io.phoneagent;
  requires io.phoneagent.flow;
  requires io.phoneagent.runtime;

  exports io.phoneagent.nat;

  provides io.phoneagent.spi.FirewallProbes with
      io.phoneagent.nat.FirewallSources;
}
