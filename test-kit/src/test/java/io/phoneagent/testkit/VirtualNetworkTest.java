// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.NetworkBinding;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The virtual internet behaves as RFC 4787 says that real ones do. */
class VirtualNetworkTest {
  private final VirtualTime time = new VirtualTime();
  private final VirtualNetwork network = new VirtualNetwork(time, 1);
  private final List<String> heard = new ArrayList<>();
  private final List<InetSocketAddress> sources = new ArrayList<>();
  private DatagramPort server;
  private InetSocketAddress serverAddress;

  @BeforeEach
  void startServer() throws IOException {
    server = open(network.host("192.0.2.1"), 5060, "server");
    serverAddress = server.local();
  }

  private DatagramPort open(VirtualHost host, int port, String name) throws IOException {
    return host.loop()
        .openDatagram(
            new InetSocketAddress(host.address(), port),
            (data, from) -> {
              heard.add(name + " " + StandardCharsets.US_ASCII.decode(data));
              sources.add(from);
            });
  }

  private void send(DatagramPort from, String text, InetSocketAddress to) {
    from.send(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), to);
    time.advance(Duration.ofMillis(10));
  }

  @Test
  void datagramsTakeTheirTime() throws IOException {
    DatagramPort client = open(network.host("192.0.2.2"), 0, "client");
    client.send(ByteBuffer.wrap(new byte[] {'x'}), serverAddress);
    time.advance(Duration.ofMillis(9));
    assertThat(heard).isEmpty();
    time.advance(Duration.ofMillis(1));
    assertThat(heard).containsExactly("server x");
  }

  @Test
  void aNameIsResolvedAsItIsNow() throws IOException {
    NetworkBinding phone = network.host("192.0.2.2").network();
    assertThatThrownBy(() -> phone.resolve("sip.example.test"))
        .isInstanceOf(UnknownHostException.class)
        .hasMessageContaining("sip.example.test");
    network.name("sip.example.test", "198.51.100.1", "198.51.100.2");
    assertThat(phone.resolve("SIP.example.test"))
        .containsExactly(
            VirtualNetwork.literal("198.51.100.1"), VirtualNetwork.literal("198.51.100.2"));
    network.name("sip.example.test");
    assertThatThrownBy(() -> phone.resolve("sip.example.test"))
        .isInstanceOf(UnknownHostException.class);
  }

  @Test
  void aGroupIsHeardOnItsOwnLinkOnly() throws IOException {
    VirtualNat nat = network.nat("203.0.113.11", NatBehaviour.home());
    InetSocketAddress group = new InetSocketAddress(VirtualNetwork.literal("224.0.0.1"), 5350);
    DatagramPort router = open(nat.host("192.168.1.1"), 5351, "router");
    for (VirtualHost host : List.of(nat.host("192.168.1.100"), network.host("192.0.2.3"))) {
      host.loop()
          .openMulticast(group, "eth0", (data, from) -> heard.add("heard by " + host.address()));
    }
    send(router, "x", group);
    assertThat(heard).containsExactly("heard by /192.168.1.100");
    send(server, "x", group);
    assertThat(heard).containsExactly("heard by /192.168.1.100", "heard by /192.0.2.3");
  }

  @Test
  void aFirewallThatRestartsAgainAndAgainHasPortsLeft() throws IOException {
    VirtualNat nat = network.nat("203.0.113.11", NatBehaviour.home());
    DatagramPort client = open(nat.host("192.168.1.100"), 0, "phone");
    for (int restarts = 0; restarts < 60; restarts++) {
      nat.forgetMappings();
      send(client, "x", serverAddress);
    }
    assertThat(heard).hasSize(60);
    assertThat(sources).extracting(InetSocketAddress::getPort).allMatch(port -> port >= 40_000);
  }

  @Test
  void answersComeBackThroughTheMapping() throws IOException {
    VirtualHost phone = network.nat("203.0.113.11", NatBehaviour.home()).host("192.168.1.100");
    DatagramPort client = open(phone, 0, "phone");
    send(client, "a", serverAddress);
    assertThat(sources.get(0).getAddress().getHostAddress()).isEqualTo("203.0.113.11");
    send(server, "b", sources.get(0));
    assertThat(heard).containsExactly("server a", "phone b");
  }

  @Test
  void unsolicitedDatagramsAreDropped() throws IOException {
    VirtualHost phone = network.nat("203.0.113.11", NatBehaviour.home()).host("192.168.1.100");
    DatagramPort client = open(phone, 0, "phone");
    send(client, "a", serverAddress);
    DatagramPort stranger = open(network.host("192.0.2.9"), 0, "stranger");
    send(stranger, "b", sources.get(0));
    assertThat(heard).containsExactly("server a");
  }

  @Test
  void mappingsExpireWithoutTraffic() throws IOException {
    VirtualHost phone = network.nat("203.0.113.11", NatBehaviour.home()).host("192.168.1.100");
    DatagramPort client = open(phone, 0, "phone");
    send(client, "a", serverAddress);
    time.advance(Duration.ofSeconds(29));
    send(server, "b", sources.get(0));
    time.advance(Duration.ofSeconds(2));
    send(server, "c", sources.get(0));
    assertThat(heard).containsExactly("server a", "phone b");
  }

  @Test
  void symmetricMappingsDifferPerDestination() throws IOException {
    VirtualHost phone = network.nat("203.0.113.11", NatBehaviour.symmetric()).host("192.168.1.2");
    VirtualHost homely = network.nat("203.0.113.21", NatBehaviour.home()).host("192.168.1.2");
    DatagramPort other = open(network.host("192.0.2.2"), 5060, "other");
    for (VirtualHost host : List.of(phone, homely)) {
      DatagramPort client = open(host, 0, "phone");
      send(client, "a", serverAddress);
      send(client, "a", other.local());
    }
    assertThat(sources.get(0)).isNotEqualTo(sources.get(1));
    assertThat(sources.get(2)).isEqualTo(sources.get(3));
  }

  @Test
  void aChangedAddressForgetsEveryMapping() throws IOException {
    VirtualNat nat = network.nat("203.0.113.11", NatBehaviour.home());
    DatagramPort client = open(nat.host("192.168.1.100"), 0, "phone");
    send(client, "a", serverAddress);
    nat.changeAddress("203.0.113.12");
    send(server, "lost", sources.get(0));
    send(client, "b", serverAddress);
    send(server, "c", sources.get(1));
    assertThat(heard).containsExactly("server a", "server b", "phone c");
    assertThat(sources.get(1).getAddress().getHostAddress()).isEqualTo("203.0.113.12");
  }

  @Test
  void lossIsWhatItIsSetTo() throws IOException {
    DatagramPort client = open(network.host("192.0.2.2"), 0, "client");
    network.loss(0.25);
    for (int i = 0; i < 2_000; i++) {
      send(client, "x", serverAddress);
    }
    assertThat(heard.size()).isBetween(1_400, 1_600);
    assertThat(network.transcript().stream().filter(d -> !d.delivered()).count())
        .isEqualTo(2_000L - heard.size());
  }

  @Test
  void cutHostsHearAndSayNothing() throws IOException {
    VirtualHost host = network.host("192.0.2.2");
    DatagramPort client = open(host, 0, "client");
    host.cut(true);
    send(client, "a", serverAddress);
    send(server, "b", client.local());
    host.cut(false);
    send(client, "c", serverAddress);
    assertThat(heard).containsExactly("server c");
  }

  @Test
  void neighboursReachEachOtherDirectly() throws IOException {
    VirtualNat nat = network.nat("203.0.113.11", NatBehaviour.home());
    DatagramPort one = open(nat.host("192.168.1.100"), 0, "one");
    DatagramPort two = open(nat.host("192.168.1.101"), 5060, "two");
    send(one, "a", two.local());
    assertThat(heard).containsExactly("two a");
    assertThat(sources).containsExactly(one.local());
  }
}
