// SPDX-License-Identifier: Apache-2.0
/** SIP and SDP without sockets: bytes and time in, bytes and timers out. */
module io.phoneagent.sip {
  requires transitive io.phoneagent;
  requires transitive io.phoneagent.runtime;

  exports io.phoneagent.sip;
}
