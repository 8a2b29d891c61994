// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import io.phoneagent.Lease;
import io.phoneagent.LeaseDetails;
import io.phoneagent.MacAddress;
import io.phoneagent.dhcp.DhcpLease.Route;
import io.phoneagent.dhcpmessage.DhcpOptions;
import io.phoneagent.dhcpmessage.Ipv4;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An address that the device has, and until when.
 *
 * @param reply what granted it
 * @param seconds for how long; empty for ever
 * @param renewAt T1, in nanoseconds of the clock; as the two others at its end for ever
 * @param rebindAt T2
 * @param expiresAt when it is the device's no more
 */
record Granted(Reply reply, Optional<Long> seconds, long renewAt, long rebindAt, long expiresAt) {
  private static final long FOREVER = 0xFFFF_FFFFL;

  /** What an acknowledgement grants, from the moment of the question on (RFC 2131, 4.4.1). */
  static Granted by(Reply reply, long askedAt) {
    long lease = reply.options().number(DhcpOptions.LEASE_TIME).orElse(0L);
    if (lease == FOREVER) {
      return new Granted(reply, Optional.empty(), Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);
    }
    long whole = Duration.ofSeconds(lease).toNanos();
    long renewal = time(reply, DhcpOptions.RENEWAL_TIME, whole / 2);
    long rebinding = time(reply, DhcpOptions.REBINDING_TIME, whole / 8 * 7);
    if (renewal <= 0 || renewal >= rebinding || rebinding >= whole) {
      renewal = whole / 2;
      rebinding = whole / 8 * 7;
    }
    return new Granted(
        reply, Optional.of(lease), askedAt + renewal, askedAt + rebinding, askedAt + whole);
  }

  private static long time(Reply reply, int code, long otherwise) {
    return reply.options().number(code).map(s -> Duration.ofSeconds(s).toNanos()).orElse(otherwise);
  }

  Inet4Address address() {
    return reply.address();
  }

  Inet4Address server() {
    return reply.server();
  }

  boolean isForever() {
    return !seconds.isPresent();
  }

  boolean isOver(long now) {
    return !isForever() && now - expiresAt >= 0;
  }

  /** Such as {@code 192.168.1.100 from 192.168.1.1 for 3600 s}. */
  String text() {
    return address().getHostAddress()
        + " from "
        + server().getHostAddress()
        + seconds.map(s -> " for " + s + " s").orElse(" for ever");
  }

  /** What the interface is to have from this moment on. */
  DhcpLease applied(String interfaceName, long now) {
    DhcpOptions options = reply.options();
    return new DhcpLease(
        interfaceName,
        address(),
        options.prefixLength().orElseGet(() -> Ipv4.classPrefix(address())),
        Routes.of(options),
        options.hosts(DhcpOptions.NAME_SERVERS),
        options.domain(),
        options.mtu(),
        isForever() ? Optional.empty() : Optional.of(Duration.ofNanos(expiresAt - now)));
  }

  /** What the agent is to know. */
  Lease lease(String interfaceName, MacAddress mac) {
    DhcpOptions options = reply.options();
    Optional<InetAddress> gateway = Optional.empty();
    for (Route route : Routes.of(options)) {
      if (!gateway.isPresent() && route.prefixLength() == 0) {
        gateway = route.gateway().map(a -> a);
      }
    }
    List<InetAddress> names = new ArrayList<>(options.hosts(DhcpOptions.NAME_SERVERS));
    return new Lease(
        interfaceName,
        address(),
        gateway,
        Optional.of(mac),
        names,
        Optional.of(server()),
        seconds.map(Duration::ofSeconds),
        details(options));
  }

  /** What else a server has said. */
  static LeaseDetails details(DhcpOptions options) {
    return new LeaseDetails(
        options.domain(),
        options.sipServers(),
        options.text(DhcpOptions.TFTP_SERVER),
        new ArrayList<>(options.hosts(DhcpOptions.NTP_SERVERS)),
        options.hex());
  }
}
