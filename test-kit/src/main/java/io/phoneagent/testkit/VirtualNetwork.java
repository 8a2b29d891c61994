// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.testkit;

import io.phoneagent.spi.IpLiteral;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * An internet of UDP and TCP in one JVM, on virtual time: hosts, firewalls with NAT, delay and
 * loss, and a transcript of every datagram. Owned by the test's thread.
 */
public final class VirtualNetwork {
  // What TCP waits for at a round trip of some 100 ms before it sends again (RFC 6298).
  private static final Duration REPETITION = Duration.ofMillis(300);

  private final VirtualTime time;
  private final Random random;
  private final Map<InetAddress, VirtualHost> hosts = new HashMap<>();
  private final Map<InetAddress, VirtualNat> nats = new HashMap<>();
  private final List<Datagram> transcript = new ArrayList<>();
  private final Map<List<InetSocketAddress>, Long> lastArrivals = new HashMap<>();
  private final Map<String, List<InetAddress>> names = new HashMap<>();
  private Duration delay = Duration.ofMillis(10);
  private double loss;

  /**
   * One datagram as it passed through the public network.
   *
   * @param atNanos when it was sent
   * @param from its source, after NAT
   * @param to its destination, before NAT
   * @param length its payload in octets
   * @param delivered whether somebody got it
   */
  public record Datagram(
      long atNanos, InetSocketAddress from, InetSocketAddress to, int length, boolean delivered) {}

  /**
   * An empty network.
   *
   * @param seed decides what is lost, so that a run can be repeated
   */
  public VirtualNetwork(VirtualTime time, long seed) {
    this.time = time;
    this.random = new Random(seed);
  }

  /** How long every datagram takes through the public network, one way. */
  public void delay(Duration oneWay) {
    delay = oneWay;
  }

  /** Which share of the datagrams is lost, from 0 to 1; TCP repeats those after 300 ms. */
  public void loss(double share) {
    loss = share;
  }

  boolean isLost(double share) {
    return random.nextDouble() < share;
  }

  /** A host with a public address. */
  public VirtualHost host(String address) {
    VirtualHost host = new VirtualHost(this, literal(address), Optional.empty());
    hosts.put(host.address(), host);
    return host;
  }

  /** A firewall with a public address; hosts are put behind it. */
  public VirtualNat nat(String publicAddress, NatBehaviour behaviour) {
    VirtualNat nat = new VirtualNat(this, literal(publicAddress), behaviour);
    nats.put(nat.publicAddress(), nat);
    return nat;
  }

  /**
   * From now on every host resolves this name so; without addresses, it is unknown.
   *
   * @param name a host name, in lower case
   */
  public void name(String name, String... addresses) {
    names.put(name, Arrays.stream(addresses).map(VirtualNetwork::literal).toList());
  }

  List<InetAddress> resolve(String name) throws UnknownHostException {
    List<InetAddress> found = names.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    if (found.isEmpty()) {
      throw new UnknownHostException(name + ": the virtual network has no such name");
    }
    return found;
  }

  /** Every datagram that went through the public network, the oldest first. */
  public List<Datagram> transcript() {
    return new ArrayList<>(transcript);
  }

  VirtualTime time() {
    return time;
  }

  static InetAddress literal(String address) {
    return IpLiteral.parse(address)
        .orElseThrow(() -> new IllegalArgumentException("no IP address: " + address));
  }

  void renumber(VirtualNat nat, InetAddress before, InetAddress now) {
    nats.remove(before);
    nats.put(now, nat);
  }

  /** Carries a packet over the public network. */
  void carry(Packet packet, InetSocketAddress from, InetSocketAddress to) {
    boolean lost = isLost(loss);
    if (packet.isTcp()) {
      carryInOrder(packet, from, to, lost ? delay.plus(REPETITION) : delay);
    } else if (lost) {
      note(time.nanos(), packet, from, to, false);
    } else {
      long sent = time.nanos();
      time.schedule(delay, () -> note(sent, packet, from, to, arrive(packet, from, to)));
    }
  }

  private void carryInOrder(
      Packet packet, InetSocketAddress from, InetSocketAddress to, Duration takes) {
    long before = lastArrivals.getOrDefault(List.of(from, to), Long.MIN_VALUE);
    long at = Math.max(before, time.nanos() + takes.toNanos());
    lastArrivals.put(List.of(from, to), at);
    time.schedule(Duration.ofNanos(at - time.nanos()), () -> arrive(packet, from, to));
  }

  private boolean arrive(Packet packet, InetSocketAddress from, InetSocketAddress to) {
    if (to.getAddress().isMulticastAddress()) {
      long heard = hosts.values().stream().filter(h -> h.deliver(packet, from, to)).count();
      return heard > 0;
    }
    VirtualNat nat = nats.get(to.getAddress());
    VirtualHost host = hosts.get(to.getAddress());
    return nat != null
        ? nat.inbound(packet, from, to)
        : host != null && host.deliver(packet, from, to);
  }

  private void note(
      long sent, Packet packet, InetSocketAddress from, InetSocketAddress to, boolean delivered) {
    transcript.add(new Datagram(sent, from, to, packet.length(), delivered));
  }
}
