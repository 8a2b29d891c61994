// SPDX-License-Identifier: Apache-2.0
/** MGCP without sockets: bytes and time in, bytes and timers out. */
module io.phoneagent.mgcp {
  requires transitive io.phoneagent;
  requires transitive io.phoneagent.runtime;

  exports io.phoneagent.mgcp;
}
