// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.testkit;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A firewall with NAT between some hosts and the public network. */
public final class VirtualNat {
  private static final int FIRST_PORT = 40_000;

  private final VirtualNetwork network;
  private final NatBehaviour behaviour;
  private final Map<InetAddress, VirtualHost> inside = new HashMap<>();
  private final List<Mapping> mappings = new ArrayList<>();
  private InetAddress publicAddress;
  private int nextPort = FIRST_PORT;

  private static final class Mapping {
    private final InetSocketAddress inside;
    private final InetSocketAddress firstRemote;
    private final int port;
    private final List<InetSocketAddress> spokenTo = new ArrayList<>();
    private long usedAt;

    Mapping(InetSocketAddress inside, InetSocketAddress firstRemote, int port) {
      this.inside = inside;
      this.firstRemote = firstRemote;
      this.port = port;
    }
  }

  VirtualNat(VirtualNetwork network, InetAddress publicAddress, NatBehaviour behaviour) {
    this.network = network;
    this.publicAddress = publicAddress;
    this.behaviour = behaviour;
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
    nextPort += 1_000; // the old ports are not the same flows by chance
  }

  void outbound(byte[] data, InetSocketAddress from, InetSocketAddress to) {
    VirtualHost neighbour = inside.get(to.getAddress());
    if (neighbour != null) {
      neighbour.deliver(data, from, to);
      return;
    }
    Mapping mapping = mappingFor(from, to);
    mapping.usedAt = network.time().nanos();
    if (!mapping.spokenTo.contains(to)) {
      mapping.spokenTo.add(to);
    }
    network.carry(data, new InetSocketAddress(publicAddress, mapping.port), to);
  }

  private Mapping mappingFor(InetSocketAddress from, InetSocketAddress to) {
    expire();
    for (Mapping mapping : mappings) {
      if (mapping.inside.equals(from) && same(behaviour.mapping(), mapping.firstRemote, to)) {
        return mapping;
      }
    }
    Mapping made = new Mapping(from, to, nextPort++);
    mappings.add(made);
    return made;
  }

  boolean inbound(byte[] data, InetSocketAddress from, InetSocketAddress to) {
    expire();
    for (Mapping mapping : mappings) {
      boolean allowed =
          mapping.spokenTo.stream().anyMatch(r -> same(behaviour.filtering(), r, from));
      if (mapping.port == to.getPort() && allowed) {
        VirtualHost host = inside.get(mapping.inside.getAddress());
        return host != null && host.deliver(data, from, mapping.inside);
      }
    }
    return false;
  }

  private void expire() {
    long now = network.time().nanos();
    Iterator<Mapping> all = mappings.iterator();
    while (all.hasNext()) {
      if (now - all.next().usedAt > behaviour.lifetime().toNanos()) {
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
