// SPDX-License-Identifier: Apache-2.0
/** Time, timers and sockets: the only module that touches the system's clock and its network. */
module io.phoneagent.runtime {
  requires transitive io.phoneagent;

  exports io.phoneagent.runtime;

  provides io.phoneagent.spi.OperatingSystemAddresses with
      io.phoneagent.runtime.SystemAddresses;
}
