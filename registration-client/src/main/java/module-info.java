// SPDX-License-Identifier: Apache-2.0
/** The agent in the phone. */
module io.phoneagent.registration {
  requires transitive io.phoneagent;
  requires transitive io.phoneagent.runtime;
  requires io.phoneagent.flow;
  requires io.phoneagent.nat;
  requires io.phoneagent.protocol;
  requires io.phoneagent.sip;
  requires transitive io.phoneagent.mgcp;
  requires okhttp3;
  requires kotlin.stdlib;
  requires org.dnsjava;
  requires org.slf4j;

  exports io.phoneagent.registration;

  provides io.phoneagent.spi.AgentFactory with
      io.phoneagent.registration.Agents;
}
