// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp.linux;

import io.phoneagent.dhcp.DhcpLease;
import io.phoneagent.dhcp.DhcpLease.Route;
import io.phoneagent.dhcp.LeaseApplier;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives leased addresses to interfaces over rtnetlink, and name servers to the file that the
 * system's resolver reads. Needs the right CAP_NET_ADMIN, and the right to write that file.
 */
public final class LinuxLeaseApplier implements LeaseApplier {
  private static final Logger LOG = LoggerFactory.getLogger(LinuxLeaseApplier.class);
  private static final Path RESOLVER = Paths.get("/etc/resolv.conf");
  private static final int LOCAL = 2;
  private static final int ADDRESS = 1;
  private static final int BROADCAST = 4;
  private static final int DESTINATION = 1;
  private static final int INTERFACE = 4;
  private static final int GATEWAY = 5;
  private static final int MTU = 4;
  private static final int LIFETIMES = 6;
  private static final int SOURCE = 7;
  private static final int SCOPE_UNIVERSE = 0;
  private static final int SCOPE_LINK = 253;
  private static final int ON_LINK = 4;
  // What IPv4 demands of every link, and the largest Ethernet frame.
  private static final int LEAST_MTU = 576;
  private static final int MOST_MTU = 9_216;
  // The agent takes an address away first; the kernel does it where there is no agent any more.
  private static final long KERNEL_WAITS = 5;
  private static final long FOR_EVER = 0xFFFF_FFFFL;
  private static final String MARK = "# Written by PhoneAgent while its address is leased.";

  private final Optional<Path> resolver;
  private final Map<String, DhcpLease> applied = new HashMap<>();
  // What the interfaces had before.
  private final Map<String, Integer> mtus = new HashMap<>();
  private Optional<String> resolverBefore = Optional.empty();
  private boolean resolverWritten;

  /** Writes name servers to {@code /etc/resolv.conf}. */
  public LinuxLeaseApplier() {
    this(Optional.of(RESOLVER));
  }

  /**
   * The same with another file, or none.
   *
   * @param resolver written in place, so that it may be a mount of its own
   */
  public LinuxLeaseApplier(Optional<Path> resolver) {
    this.resolver = resolver;
  }

  @Override
  public void apply(DhcpLease lease) throws IOException {
    JnaCheck.checked(
        () -> {
          give(lease);
          return true;
        });
  }

  private synchronized void give(DhcpLease lease) throws IOException {
    Optional<DhcpLease> before = Optional.ofNullable(applied.get(lease.interfaceName()));
    try (NetlinkSocket netlink = NetlinkSocket.open(false)) {
      Netlink.Link link = link(netlink, lease.interfaceName());
      int index = link.index();
      Optional<Integer> mtu = lease.mtu().filter(m -> m >= LEAST_MTU && m <= MOST_MTU);
      if (mtu.isPresent()) {
        mtus.putIfAbsent(link.name(), link.mtu());
        mtu(netlink, link, mtu.get());
      } else {
        mtuBefore(netlink, link);
      }
      // What is new first, so that what is in use and stays is never without.
      add(netlink, index, lease);
      if (before.isPresent()) {
        List<Route> old = new ArrayList<>(before.get().routes());
        if (isSameAddress(before.get(), lease)) {
          old.removeAll(lease.routes());
        }
        for (Route route : old) {
          route(netlink, Netlink.DEL_ROUTE, index, before.get(), route);
        }
        if (!isSameAddress(before.get(), lease)) {
          takeAddress(netlink, index, before.get());
          // With the first address of a network Linux takes the later ones of it, and their routes.
          add(netlink, index, lease);
        }
      }
    }
    writeResolver(lease);
  }

  /** Once more where somebody takes the address meanwhile, as whoever removes all of them does. */
  private void add(NetlinkSocket netlink, int index, DhcpLease lease) throws IOException {
    try {
      addOnce(netlink, index, lease);
    } catch (TakenAwayException e) {
      addOnce(netlink, index, lease);
    }
  }

  private void addOnce(NetlinkSocket netlink, int index, DhcpLease lease) throws IOException {
    giveAddress(netlink, index, lease);
    applied.put(lease.interfaceName(), lease);
    for (Route route : lease.routes()) {
      route(netlink, Netlink.NEW_ROUTE, index, lease, route);
    }
  }

  private static boolean isSameAddress(DhcpLease one, DhcpLease other) {
    return one.address().equals(other.address()) && one.prefixLength() == other.prefixLength();
  }

  @Override
  public void remove(DhcpLease lease) throws IOException {
    JnaCheck.checked(
        () -> {
          take(lease);
          return true;
        });
  }

  private synchronized void take(DhcpLease lease) throws IOException {
    DhcpLease given = applied.remove(lease.interfaceName());
    try (NetlinkSocket netlink = NetlinkSocket.open(false)) {
      Netlink.Link link = link(netlink, lease.interfaceName());
      if (given != null) {
        for (Route route : given.routes()) {
          route(netlink, Netlink.DEL_ROUTE, link.index(), given, route);
        }
      }
      // With the address Linux takes the routes from it, an earlier run's too.
      takeAddress(netlink, link.index(), given == null ? lease : given);
      mtuBefore(netlink, link);
    } finally {
      if (resolver.isPresent() && resolverWritten) {
        resolverWritten = false;
        restore(resolver.get());
      }
    }
  }

  private static Netlink.Link link(NetlinkSocket netlink, String name) throws IOException {
    for (Netlink.Link link : netlink.links()) {
      if (link.name().equals(name)) {
        return link;
      }
    }
    throw new IOException("there is no interface " + name + " any more");
  }

  /** As it was before somebody's option 26. */
  private void mtuBefore(NetlinkSocket netlink, Netlink.Link link) throws IOException {
    Integer before = mtus.remove(link.name());
    if (before != null && before > 0) {
      mtu(netlink, link, before);
    }
  }

  private static void mtu(NetlinkSocket netlink, Netlink.Link link, int mtu) throws IOException {
    if (link.mtu() != mtu) {
      check(
          netlink.ask(
              netlink
                  .request(Netlink.NEW_LINK, Netlink.ACKNOWLEDGE)
                  .link(link.index())
                  .attribute(MTU, mtu)),
          "the largest packet of " + link.name());
    }
  }

  private static void giveAddress(NetlinkSocket netlink, int index, DhcpLease lease)
      throws IOException {
    byte[] octets = lease.address().getAddress();
    Netlink.Writer request =
        netlink
            .request(Netlink.NEW_ADDRESS, Netlink.ACKNOWLEDGE | Netlink.CREATE | Netlink.REPLACE)
            .address(lease.prefixLength(), SCOPE_UNIVERSE, index)
            .attribute(LOCAL, octets)
            .attribute(ADDRESS, octets);
    if (lease.prefixLength() < 31) {
      int all = ByteBuffer.wrap(octets).getInt() | (-1 >>> lease.prefixLength());
      request.attribute(BROADCAST, ByteBuffer.allocate(4).putInt(all).array());
    }
    long seconds = lease.validFor().map(d -> d.getSeconds() + KERNEL_WAITS).orElse(FOR_EVER);
    int lifetime = (int) Math.max(1, Math.min(seconds, FOR_EVER));
    ByteBuffer lifetimes = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
    lifetimes.putInt(lifetime).putInt(lifetime);
    check(netlink.ask(request.attribute(LIFETIMES, lifetimes.array())), what(lease));
  }

  private static void takeAddress(NetlinkSocket netlink, int index, DhcpLease lease)
      throws IOException {
    check(
        netlink.ask(
            netlink
                .request(Netlink.DEL_ADDRESS, Netlink.ACKNOWLEDGE)
                .address(lease.prefixLength(), SCOPE_UNIVERSE, index)
                .attribute(LOCAL, lease.address().getAddress())),
        what(lease));
  }

  private static String what(DhcpLease lease) {
    return "the address " + lease.address().getHostAddress() + " of " + lease.interfaceName();
  }

  private static void route(
      NetlinkSocket netlink, int type, int index, DhcpLease lease, Route route) throws IOException {
    boolean beyond = route.gateway().isPresent() && !isOnLink(lease, route.gateway().get());
    boolean adding = type == Netlink.NEW_ROUTE;
    Netlink.Writer request =
        netlink
            .request(type, Netlink.ACKNOWLEDGE | (adding ? Netlink.CREATE | Netlink.APPEND : 0))
            .route(
                route.prefixLength(),
                route.gateway().isPresent() ? SCOPE_UNIVERSE : SCOPE_LINK,
                adding && beyond ? ON_LINK : 0)
            .attribute(INTERFACE, index)
            .attribute(SOURCE, lease.address().getAddress());
    if (route.prefixLength() > 0) {
      request.attribute(DESTINATION, route.network().getAddress());
    }
    if (route.gateway().isPresent()) {
      request.attribute(GATEWAY, route.gateway().get().getAddress());
    }
    check(
        netlink.ask(request),
        "the route to " + route.network().getHostAddress() + "/" + route.prefixLength());
  }

  private static boolean isOnLink(DhcpLease lease, Inet4Address gateway) {
    int differing =
        ByteBuffer.wrap(lease.address().getAddress()).getInt()
            ^ ByteBuffer.wrap(gateway.getAddress()).getInt();
    return lease.prefixLength() == 0 || differing >>> (32 - lease.prefixLength()) == 0;
  }

  /** A route's gateway is in no network of the interface. */
  private static final class TakenAwayException extends IOException {
    private static final long serialVersionUID = 1L;

    TakenAwayException(String message) {
      super(message);
    }
  }

  /** What is there already, or gone already, is as it should be. */
  private static void check(int error, String what) throws IOException {
    switch (error) {
      case 0, Libc.EEXIST, Libc.ESRCH, Libc.EADDRNOTAVAIL -> {}
      case Libc.EPERM, Libc.EACCES ->
          throw new IOException(
              what
                  + " cannot be set: that needs the right CAP_NET_ADMIN; run as root, give the right"
                  + " to the Java program, or give a LeaseApplier of your own");
      case Libc.ENETDOWN -> throw new IOException(what + " cannot be set: the interface is down");
      case Libc.ENODEV, Libc.ENXIO ->
          throw new IOException(what + " cannot be set: the interface is gone");
      case Libc.ENETUNREACH ->
          throw new TakenAwayException(
              what + " cannot be set: somebody takes the address away; find out who");
      default -> throw new IOException(what + " cannot be set: error " + error);
    }
  }

  private void writeResolver(DhcpLease lease) throws IOException {
    if (!resolver.isPresent() || lease.nameServers().isEmpty()) {
      return;
    }
    Optional<String> found = content(resolver.get());
    if (!resolverWritten) {
      // What an earlier run has left is nothing to come back to.
      resolverBefore = found.filter(content -> !content.startsWith(MARK));
      resolverWritten = true;
    }
    StringBuilder text = new StringBuilder(MARK).append('\n');
    lease.domain().ifPresent(d -> text.append("search ").append(d).append('\n'));
    for (Inet4Address server : lease.nameServers()) {
      text.append("nameserver ").append(server.getHostAddress()).append('\n');
    }
    if (!found.equals(Optional.of(text.toString()))) {
      write(resolver.get(), text.toString());
    }
  }

  private void restore(Path file) throws IOException {
    if (!resolverBefore.isPresent()) {
      try {
        Files.deleteIfExists(file);
        return;
      } catch (IOException e) {
        LOG.debug("{} cannot be deleted, as a mount cannot: emptied", file, e);
      }
    }
    write(file, resolverBefore.orElse(""));
  }

  private static Optional<String> content(Path file) throws IOException {
    try {
      return Optional.of(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static void write(Path file, String text) throws IOException {
    try {
      Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IOException(
          "the name servers cannot be written to "
              + file
              + " ("
              + e.getMessage()
              + "); give LinuxLeaseApplier another file, or none",
          e);
    }
  }
}
