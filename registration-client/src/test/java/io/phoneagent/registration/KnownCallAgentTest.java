// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.mgcp.MgcpPeer;
import io.phoneagent.mgcp.NotifiedEntity;
import io.phoneagent.spi.IpLiteral;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnownCallAgentTest {
  private final KnownCallAgent agent = new KnownCallAgent(entity("ca@ca.example.net"));

  private static NotifiedEntity entity(String text) {
    return NotifiedEntity.parse(text).orElseThrow();
  }

  private static InetAddress address(String text) {
    return IpLiteral.parse(text).orElseThrow();
  }

  private static MgcpPeer peer(String address, int port) {
    return MgcpPeer.of(new InetSocketAddress(address(address), port));
  }

  @ParameterizedTest
  @CsvSource({
    "CA.example.net:5000, 2, 5000", "ca@ca.example.net, 2, 2727", "x@[192.0.2.1]:4000, 1, 4000",
    "[2001:db8::1], 1, 2727", "evil.example.net, 0, 0", "[203.0.113.66]:2727, 0, 0"
  })
  void namesItselfAndNobodyElse(String named, int addresses, int port) {
    agent.found(List.of(address("192.0.2.1"), address("2001:db8::1")));
    List<MgcpPeer> peers = agent.addresses(entity(named));
    assertThat(peers).hasSize(addresses);
    assertThat(peers)
        .allSatisfy(p -> assertThat(KnownCallAgent.addressOf(p).getPort()).isEqualTo(port));
  }

  @Test
  void isHeardFromItsAddressesOnly() {
    assertThat(agent.isKnown()).isFalse();
    assertThat(agent.hears(peer("192.0.2.1", 2727))).isFalse();
    agent.found(List.of(address("192.0.2.1")));
    assertThat(agent.isKnown()).isTrue();
    assertThat(agent.hears(peer("192.0.2.1", 9))).isTrue();
    assertThat(agent.hears(peer("192.0.2.2", 2727))).isFalse();
  }

  @Test
  void takesSoManyAddressesAndNoMore() {
    agent.found(Collections.nCopies(100, address("192.0.2.1")));
    assertThat(agent.firstAddresses()).hasSize(8);
  }

  @Test
  void anAddressIsNotAName() {
    assertThat(new KnownCallAgent(entity("[2001:db8::1]:2427")).host()).isEqualTo("2001:db8::1");
  }
}
