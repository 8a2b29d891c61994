// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.testkit;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A firewall with NAT between some hosts and the public network. */
public final class VirtualNat {
  private static final int FIRST_PORT = 40_000;
  private static final int LAST_PORT = 65_535;

  private final VirtualNetwork network;
  private final NatBehaviour behaviour;
  private final Map<InetAddress, VirtualHost> inside = new HashMap<>();
  private final List<Mapping> mappings = new ArrayList<>();
  private InetAddress publicAddress;
  private Duration lifetime;
  // RFC 5382, requirement 5: at least this.
  private Duration tcpLifetime = Duration.ofMinutes(124);
  private int nextPort = FIRST_PORT;
  private boolean adoptsUnknownTcp = true;
  private double lossInside;

  private static final class Mapping {
    private final boolean tcp;
    private final InetSocketAddress inside;
    private final InetSocketAddress firstRemote;
    private final int port;
    private final List<InetSocketAddress> spokenTo = new ArrayList<>();
    private long usedAt;

    Mapping(boolean tcp, InetSocketAddress inside, InetSocketAddress firstRemote, int port) {
      this.tcp = tcp;
      this.inside = inside;
      this.firstRemote = firstRemote;
      this.port = port;
    }
  }

  VirtualNat(VirtualNetwork network, InetAddress publicAddress, NatBehaviour behaviour) {
    this.network = network;
    this.publicAddress = publicAddress;
    this.behaviour = behaviour;
    this.lifetime = behaviour.lifetime();
  }

  /** A host behind this firewall. */
  public VirtualHost host(String privateAddress) {
    VirtualHost host =
        new VirtualHost(network, VirtualNetwork.literal(privateAddress), Optional.of(this));
    inside.put(host.address(), host);
    return host;
  }

  /** The address it has outside now. */
  public InetAddress publicAddress() {
    return publicAddress;
  }

  /** It gets another public address and forgets every mapping, as when a provider re-assigns it. */
  public void changeAddress(String newAddress) {
    InetAddress before = publicAddress;
    publicAddress = VirtualNetwork.literal(newAddress);
    network.renumber(this, before, publicAddress);
    forgetMappings();
  }

  /** It restarts with the same address. */
  public void forgetMappings() {
    mappings.clear();
    nextPort = behind(1_000); // the old ports are not the same flows by chance
  }

  /** The port so many behind the next one, and from the first one again when there is no such. */
  private int behind(int ports) {
    int port = nextPort + ports;
    return port <= LAST_PORT ? port : FIRST_PORT;
  }

  /**
   * How long every mapping of UDP lives from now on without a datagram from inside, those that are
   * there too.
   */
  public void lifetime(Duration newLifetime) {
    lifetime = newLifetime;
  }

  /** The same for connections, without a packet from inside. */
  public void tcpLifetime(Duration newLifetime) {
    tcpLifetime = newLifetime;
  }

  /**
   * Whether it lets TCP through that belongs to no connection it has seen beginning, as Linux does:
   * the far end then resets it. Otherwise such a connection leads nowhere, silently.
   */
  public void adoptUnknownTcp(boolean adopted) {
    adoptsUnknownTcp = adopted;
  }

  /** Whether it holds a mapping to a host of its own at this public address and port. */
  public boolean maps(InetSocketAddress outside) {
    expire();
    return outside.getAddress().equals(publicAddress)
        && mappings.stream().anyMatch(m -> m.port == outside.getPort());
  }

  /** Which share of the datagrams of its hosts never gets to it, from 0 to 1: a bad radio. */
  public void lossInside(double share) {
    lossInside = share;
  }

  void outbound(Packet packet, InetSocketAddress from, InetSocketAddress to) {
    if (lossInside > 0 && !packet.isTcp() && network.isLost(lossInside)) {
      return;
    }
    if (to.getAddress().isMulticastAddress()) {
      inside.values().forEach(host -> host.deliver(packet, from, to)); // not beyond this link
      return;
    }
    VirtualHost neighbour = inside.get(to.getAddress());
    if (neighbour != null) {
      neighbour.deliver(packet, from, to);
      return;
    }
    expire();
    Optional<Mapping> known = mapping(packet.isTcp(), from, to);
    boolean unknownTcp = packet.isTcp() && packet.kind() != Packet.Kind.OPEN && !known.isPresent();
    if (unknownTcp && !adoptsUnknownTcp) {
      return;
    }
    Mapping mapping = known.orElseGet(() -> map(packet.isTcp(), from, to));
    mapping.usedAt = network.time().nanos();
    if (!mapping.spokenTo.contains(to)) {
      mapping.spokenTo.add(to);
    }
    network.carry(packet, new InetSocketAddress(publicAddress, mapping.port), to);
  }

  private Optional<Mapping> mapping(boolean tcp, InetSocketAddress from, InetSocketAddress to) {
    return mappings.stream()
        .filter(m -> m.tcp == tcp && m.inside.equals(from))
        .filter(m -> same(behaviour.mapping(), m.firstRemote, to))
        .findFirst();
  }

  private Mapping map(boolean tcp, InetSocketAddress from, InetSocketAddress to) {
    if (mappings.size() > LAST_PORT - FIRST_PORT) {
      throw new IllegalStateException("the firewall has no port left");
    }
    while (mappings.stream().anyMatch(m -> m.tcp == tcp && m.port == nextPort)) {
      nextPort = behind(1);
    }
    Mapping made = new Mapping(tcp, from, to, nextPort);
    nextPort = behind(1);
    mappings.add(made);
    return made;
  }

  boolean inbound(Packet packet, InetSocketAddress from, InetSocketAddress to) {
    expire();
    for (Mapping mapping : mappings) {
      boolean allowed =
          mapping.spokenTo.stream().anyMatch(r -> same(behaviour.filtering(), r, from));
      if (mapping.tcp == packet.isTcp() && mapping.port == to.getPort() && allowed) {
        VirtualHost host = inside.get(mapping.inside.getAddress());
        return host != null && host.deliver(packet, from, mapping.inside);
      }
    }
    return false;
  }

  private void expire() {
    long now = network.time().nanos();
    Iterator<Mapping> all = mappings.iterator();
    while (all.hasNext()) {
      Mapping mapping = all.next();
      Duration lives = mapping.tcp ? tcpLifetime : lifetime;
      if (now - mapping.usedAt > lives.toNanos()) {
        all.remove();
      }
    }
  }

  private static boolean same(
      NatBehaviour.Dependence dependence, InetSocketAddress one, InetSocketAddress other) {
    return switch (dependence) {
      case ENDPOINT_INDEPENDENT -> true;
      case ADDRESS_DEPENDENT -> one.getAddress().equals(other.getAddress());
      case ADDRESS_AND_PORT_DEPENDENT -> one.equals(other);
    };
  }
}
