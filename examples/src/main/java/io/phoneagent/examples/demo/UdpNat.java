// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.demo;

import io.phoneagent.runtime.NioLoop;
import io.phoneagent.spi.DatagramPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A NAT for UDP as home routers have it (RFC 4787): one public port for each socket inside, open
 * only to those that the socket has sent to. Every mapping is a real socket on the public address.
 */
final class UdpNat implements AutoCloseable {
  private final NioLoop loop = NioLoop.start("firewall-udp", Throwable::printStackTrace);
  private final Supplier<InetAddress> publicAddress;
  private final DatagramPort insidePort;
  private final Map<InetSocketAddress, Mapping> mappings = new HashMap<>();

  private record Mapping(DatagramPort outside, Set<InetSocketAddress> spokenTo) {}

  UdpNat(InetAddress inside, Supplier<InetAddress> publicAddress) throws IOException {
    this.publicAddress = publicAddress;
    this.insidePort = loop.openDatagram(new InetSocketAddress(inside, 0), this::fromInside);
  }

  InetSocketAddress inside() {
    return insidePort.local();
  }

  private void fromInside(ByteBuffer datagram, InetSocketAddress phone) {
    try {
      Tunnelled tunnelled = Tunnelled.read(datagram);
      Mapping mapping = mappings.get(phone);
      if (mapping == null) {
        mapping = open(phone);
        mappings.put(phone, mapping);
      }
      mapping.spokenTo().add(tunnelled.remote());
      mapping.outside().send(tunnelled.payload(), tunnelled.remote());
    } catch (IOException e) {
      return; // what cannot be carried is dropped, as a router does
    }
  }

  private Mapping open(InetSocketAddress phone) throws IOException {
    Set<InetSocketAddress> spokenTo = new HashSet<>();
    DatagramPort outside =
        loop.openDatagram(
            new InetSocketAddress(publicAddress.get(), 0),
            (data, from) -> {
              if (spokenTo.contains(from)) {
                insidePort.send(new Tunnelled(from, data).write(), phone);
              }
            });
    return new Mapping(outside, spokenTo);
  }

  void forget() {
    loop.execute(
        () -> {
          List<Mapping> old = new ArrayList<>(mappings.values());
          mappings.clear();
          old.forEach(m -> m.outside().close());
        });
  }

  @Override
  public void close() {
    loop.close();
  }
}
