// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import io.phoneagent.MacAddress;
import io.phoneagent.dhcpmessage.LinkAddress;
import io.phoneagent.testkit.VirtualTime;
import java.io.IOException;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** A link on virtual time that a test, and a server in it, looks at from the other side. */
final class VirtualLink implements LinkSocket, LinkSocket.Opener {
  static final MacAddress MAC = MacAddress.of("02:00:00:00:01:64");
  static final Duration DELAY = Duration.ofMillis(2);

  final List<LinkAddress> receivers = new ArrayList<>();
  final List<ArpPacket> arps = new ArrayList<>();
  boolean up = true;
  boolean listening;
  boolean closed;
  private final VirtualTime time;
  private Optional<Listener> listener = Optional.empty();
  private Consumer<byte[]> server = packet -> {};
  private Consumer<ArpPacket> neighbours = arp -> {};
  Optional<String> refuseToOpen = Optional.empty();

  VirtualLink(VirtualTime time) {
    this.time = time;
  }

  void server(Consumer<byte[]> receives) {
    this.server = receives;
  }

  void neighbours(Consumer<ArpPacket> receive) {
    this.neighbours = receive;
  }

  /** Plugs or pulls the cable. */
  void plug(boolean now) {
    up = now;
    listener.ifPresent(l -> tell(l, now));
  }

  /** Somebody takes an address from the interface. */
  void take(Inet4Address address) {
    listener.ifPresent(l -> l.taken(address));
  }

  private static void tell(Listener l, boolean up) {
    if (up) {
      l.up();
    } else {
      l.down("eth0: the cable is out");
    }
  }

  /** A packet comes to the device after a while, if it still listens then. */
  void deliver(LinkAddress from, byte[] packet, Duration after) {
    time.schedule(
        after,
        () -> {
          if (up && listening && !closed) {
            listener.ifPresent(l -> l.ip(from, packet, true));
          }
        });
  }

  void deliver(ArpPacket arp) {
    time.schedule(
        DELAY,
        () -> {
          if (up && listening && !closed) {
            listener.ifPresent(l -> l.arp(arp.write()));
          }
        });
  }

  @Override
  public LinkSocket open(String interfaceName, Executor loop) throws IOException {
    if (refuseToOpen.isPresent()) {
      throw new IOException(refuseToOpen.get());
    }
    return this;
  }

  @Override
  public String interfaceName() {
    return "eth0";
  }

  @Override
  public MacAddress mac() {
    return MAC;
  }

  @Override
  public void start(Listener told) {
    listener = Optional.of(told);
    tell(told, up);
  }

  @Override
  public void listen() {
    listening = true;
  }

  @Override
  public void rest() {
    listening = false;
  }

  @Override
  public void sendIp(LinkAddress to, byte[] packet) throws IOException {
    if (!up) {
      throw new IOException("the link is down");
    }
    receivers.add(to);
    time.schedule(DELAY, () -> server.accept(packet));
  }

  @Override
  public void sendArp(byte[] packet) throws IOException {
    if (!up) {
      throw new IOException("the link is down");
    }
    ArpPacket arp = ArpPacket.read(packet).orElseThrow();
    arps.add(arp);
    time.schedule(DELAY, () -> neighbours.accept(arp));
  }

  @Override
  public void close() {
    closed = true;
  }
}
