// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.testkit;

import io.phoneagent.spi.IpLiteral;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * An internet of UDP in one JVM, on virtual time: hosts, firewalls with NAT, delay and loss, and a
 * transcript of every datagram. Owned by the test's thread.
 */
public final class VirtualNetwork {
  private final VirtualTime time;
  private final Random random;
  private final Map<InetAddress, VirtualHost> hosts = new HashMap<>();
  private final Map<InetAddress, VirtualNat> nats = new HashMap<>();
  private final List<Datagram> transcript = new ArrayList<>();
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

  /** Which share of the datagrams is lost, from 0 to 1. */
  public void loss(double share) {
    loss = share;
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

  /** Carries a datagram over the public network. */
  void carry(byte[] data, InetSocketAddress from, InetSocketAddress to) {
    if (random.nextDouble() < loss) {
      note(data, from, to, false);
      return;
    }
    long sent = time.nanos();
    time.schedule(delay, () -> arrive(sent, data, from, to));
  }

  private void arrive(long sent, byte[] data, InetSocketAddress from, InetSocketAddress to) {
    VirtualNat nat = nats.get(to.getAddress());
    VirtualHost host = hosts.get(to.getAddress());
    boolean delivered =
        nat != null ? nat.inbound(data, from, to) : host != null && host.deliver(data, from, to);
    transcript.add(new Datagram(sent, from, to, data.length, delivered));
  }

  private void note(byte[] data, InetSocketAddress from, InetSocketAddress to, boolean delivered) {
    transcript.add(new Datagram(time.nanos(), from, to, data.length, delivered));
  }
}
