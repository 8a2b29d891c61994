// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.mgcp.AddressPeer;
import io.phoneagent.mgcp.CallAgents;
import io.phoneagent.mgcp.MgcpPeer;
import io.phoneagent.mgcp.NotifiedEntity;
import io.phoneagent.spi.IpLiteral;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The one host that controls an adapter: it may name other ports of itself, and itself by one of
 * its addresses, but nobody else.
 */
final class KnownCallAgent implements CallAgents {
  private static final int MOST_ADDRESSES = 8;

  private final NotifiedEntity entity;
  private List<InetAddress> known = List.of();

  KnownCallAgent(NotifiedEntity entity) {
    this.entity = entity;
  }

  private static String unbracketed(String domain) {
    return domain.startsWith("[") ? domain.substring(1, domain.length() - 1) : domain;
  }

  static InetSocketAddress addressOf(MgcpPeer peer) {
    if (peer instanceof AddressPeer address) {
      return address.address();
    }
    throw new IllegalStateException("no peer of this adapter");
  }

  /** Its name, or its address without brackets. */
  String host() {
    return unbracketed(entity.domain());
  }

  void found(List<InetAddress> addresses) {
    known = List.copyOf(addresses.subList(0, Math.min(MOST_ADDRESSES, addresses.size())));
  }

  boolean isKnown() {
    return !known.isEmpty();
  }

  @Override
  public List<MgcpPeer> addresses(NotifiedEntity named) {
    List<MgcpPeer> peers = new ArrayList<>();
    Optional<InetAddress> literal = IpLiteral.parse(unbracketed(named.domain()));
    for (InetAddress address : known) {
      if (named.domain().equalsIgnoreCase(entity.domain())
          || literal.filter(address::equals).isPresent()) {
        peers.add(MgcpPeer.of(new InetSocketAddress(address, named.port())));
      }
    }
    return peers;
  }

  @Override
  public boolean hears(MgcpPeer from) {
    return known.contains(addressOf(from).getAddress());
  }

  @Override
  public Optional<NotifiedEntity> first() {
    return Optional.of(entity);
  }

  @Override
  public List<MgcpPeer> firstAddresses() {
    return addresses(entity);
  }
}
