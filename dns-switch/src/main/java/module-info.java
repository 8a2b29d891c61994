// SPDX-License-Identifier: Apache-2.0
/** The switch that phones register with. */
module io.phoneagent.dnsswitch {
  requires transitive io.phoneagent;
  requires io.phoneagent.runtime;
  requires io.phoneagent.dhcpmessage;
  requires io.phoneagent.flow;
  requires io.phoneagent.mgcp;
  requires io.phoneagent.nat;
  requires io.phoneagent.protocol;
  requires io.phoneagent.sip;
  requires com.fasterxml.jackson.core;
  requires info.picocli;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.codec.http;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
  requires java.net.http;
  requires java.sql;
  requires org.bouncycastle.pkix;
  requires org.bouncycastle.provider;
  requires org.dnsjava;
  requires org.slf4j;
  requires org.xerial.sqlitejdbc;

  exports io.phoneagent.dnsswitch;

  opens io.phoneagent.dnsswitch to
      info.picocli;
}
