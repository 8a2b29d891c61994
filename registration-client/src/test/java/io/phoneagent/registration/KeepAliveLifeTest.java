// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.AgentSettings;
import io.phoneagent.KeepAliveMode;
import io.phoneagent.Transport;
import io.phoneagent.nat.FirewallSources;
import io.phoneagent.testkit.VirtualNetwork;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent that measures its firewall: what it costs, and that it can be called all the time. */
class KeepAliveLifeTest {
  private static final int IP_AND_UDP = 28;
  private static final Duration LEARNT = Duration.ofHours(2);

  private PhoneOnVirtualTime phone;
  private RunningAgent agent;

  @BeforeEach
  void build() throws IOException {
    phone = new PhoneOnVirtualTime();
    agent =
        phone.agent(
            phone
                .builder(new FixedAddress())
                .settings(adaptive())
                .probe(new FirewallSources().get("/ip", "")));
  }

  private void start(Duration life) {
    phone.nat.lifetime(life);
    agent.start();
    phone.time.advance(Duration.ofSeconds(5));
  }

  private static AgentSettings adaptive() {
    return AgentSettings.builder().keepAliveMode(KeepAliveMode.ADAPTIVE).build();
  }

  private List<String> told() {
    return PhoneOnVirtualTime.causes(agent).stream()
        .filter(c -> c.contains("mapping"))
        .collect(Collectors.toList());
  }

  private boolean canBeCalled() {
    int before = phone.dnsSwitch.log().size();
    phone.dnsSwitch.challenge();
    phone.time.advance(Duration.ofSeconds(2));
    List<String> log = phone.dnsSwitch.log();
    return log.subList(before, log.size()).contains("answered");
  }

  /** Octets an hour of everything between the phone's firewall and the flow's end, with headers. */
  private long octetsInAnHour() {
    int before = phone.network.transcript().size();
    phone.time.advance(Duration.ofHours(1));
    List<VirtualNetwork.Datagram> all = phone.network.transcript();
    return all.subList(before, all.size()).stream()
        .filter(d -> isSwitch(d.from()) || isSwitch(d.to()))
        .mapToLong(d -> d.length() + IP_AND_UDP)
        .sum();
  }

  private static boolean isSwitch(InetSocketAddress address) {
    return address.getPort() == 5060;
  }

  @ParameterizedTest
  @CsvSource({"20, 17", "30, 26", "120, 107", "600, 517"})
  void settlesUnderWhatTheFirewallDoes(int life, int keepAlive) {
    start(Duration.ofSeconds(life));
    phone.time.advance(LEARNT);
    assertThat(told()).last().asString().endsWith("keep-alive each " + keepAlive + " s");
  }

  @Test
  void behindLinuxAnIdlePhoneCostsLessThanFourThousandOctetsAnHour() {
    start(Duration.ofMinutes(2));
    long learning = octetsInAnHour();
    phone.time.advance(LEARNT);
    List<Long> hours = new ArrayList<>();
    for (int hour = 0; hour < 48; hour++) {
      hours.add(octetsInAnHour());
    }
    Collections.sort(hours);
    long sum = hours.stream().mapToLong(Long::longValue).sum();
    assertThat(sum / 48).as("on average of %s", hours).isBetween(3_500L, 4_000L);
    assertThat(hours.get(47)).as("in an hour with a check").isLessThan(5_000);
    assertThat(learning).as("in the first hour").isLessThan(40_000);
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 30, 120, 600})
  void canBeCalledAfterEveryIdleTime(int life) {
    start(Duration.ofSeconds(life));
    phone.time.advance(LEARNT);
    for (int idle = 10; idle <= 600; idle += 7) {
      phone.time.advance(Duration.ofSeconds(idle));
      assertThat(canBeCalled()).as("after %d s", idle).isTrue();
    }
  }

  @Test
  void canBeCalledWhileItMeasures() {
    start(Duration.ofSeconds(30));
    for (int second = 0; second < 3_600; second += 11) {
      phone.time.advance(Duration.ofSeconds(9));
      assertThat(canBeCalled()).as("after %d s", second).isTrue();
    }
    assertThat(phone.dnsSwitch.log()).filteredOn(l -> l.startsWith("moved")).hasSize(1);
  }

  @Test
  void lossesMakeItNeitherUnreachableNorLong() {
    phone.network.loss(0.05);
    start(Duration.ofMinutes(2));
    phone.time.advance(LEARNT.multipliedBy(2));
    assertThat(told()).last().asString().matches(".*keep-alive each (9\\d|10\\d) s");
    int missed = 0;
    for (int i = 0; i < 200; i++) {
      phone.time.advance(Duration.ofMinutes(1));
      missed += canBeCalled() ? 0 : 1;
    }
    // Three challenges, 10 % of which go unanswered each, and now and then a lost keep-alive.
    assertThat(missed).isLessThan(12);
  }

  /** Nothing is said in these times but keep-alives, of which each twentieth is lost. */
  @Test
  void aLostKeepAliveDoesNotCloseThePath() {
    phone.nat.lossInside(0.05);
    start(Duration.ofMinutes(2));
    phone.time.advance(LEARNT.multipliedBy(2));
    int missed = 0;
    for (int i = 0; i < 200; i++) {
      phone.time.advance(Duration.ofSeconds(430));
      boolean reached = false;
      for (int tries = 0; tries < 4 && !reached; tries++) {
        reached = canBeCalled();
      }
      missed += reached ? 0 : 1;
    }
    // Two in a row, each 400th time, close it for 40 s.
    assertThat(missed).isLessThan(3);
  }

  @Test
  void aFirewallThatKeepsLessThanBeforeIsNoticedByTheNextKeepAliveWithAName() {
    start(Duration.ofMinutes(5));
    phone.time.advance(LEARNT);
    phone.nat.lifetime(Duration.ofMinutes(1));
    phone.time.advance(Duration.ofMinutes(10));
    assertThat(told()).last().isEqualTo("a mapping was lost: its life is measured anew");
    for (int i = 0; i < 20; i++) {
      phone.time.advance(Duration.ofSeconds(14));
      assertThat(canBeCalled()).isTrue();
    }
    phone.time.advance(LEARNT);
    assertThat(told()).last().asString().matches(".*keep-alive each 5\\d s");
  }

  @Test
  void afterARestItGoesByWhatItKnowsOnceThatWasChecked() {
    start(Duration.ofMinutes(2));
    phone.time.advance(LEARNT);
    agent.suspend();
    phone.time.advance(Duration.ofHours(3));
    agent.resume();
    phone.time.advance(Duration.ofMinutes(1));
    assertThat(told()).last().asString().contains("that is checked");
    phone.time.advance(Duration.ofMinutes(3));
    assertThat(told()).last().asString().endsWith("keep-alive each 107 s");
    assertThat(canBeCalled()).isTrue();
  }

  @Test
  void anotherNetworkIsMeasuredAnew() {
    start(Duration.ofMinutes(2));
    phone.time.advance(LEARNT);
    int before = told().size();
    phone.nat.changeAddress("203.0.113.12");
    phone.nat.lifetime(Duration.ofSeconds(30));
    phone.time.advance(LEARNT);
    assertThat(told().subList(before, told().size())).last().asString().endsWith("each 26 s");
    assertThat(canBeCalled()).isTrue();
  }

  @Test
  void withoutAWishNothingIsMeasured() {
    agent.update(agent.settings().toBuilder().keepAliveMode(KeepAliveMode.FIXED).build());
    agent.start();
    phone.time.advance(Duration.ofHours(1));
    assertThat(told()).isEmpty();
    assertThat(octetsInAnHour()).isBetween(45_000L, 55_000L);
  }

  @Test
  void theWishIsTakenBack() {
    start(Duration.ofMinutes(2));
    phone.time.advance(LEARNT);
    agent.update(agent.settings().toBuilder().keepAliveMode(KeepAliveMode.FIXED).build());
    phone.time.advance(Duration.ofMinutes(1));
    assertThat(octetsInAnHour()).isGreaterThan(20_000);
  }

  @ParameterizedTest
  @CsvSource({"60, 52", "7200, 216"})
  void aConnectionIsMeasuredByAnotherOne(int life, int keepAlive) {
    phone.nat.tcpLifetime(Duration.ofSeconds(life));
    phone.nat.adoptUnknownTcp(false);
    agent =
        phone.agent(
            phone
                .builder(new FixedAddress())
                .settings(adaptive())
                .transport(Transport.TCP)
                .probe(new FirewallSources().get("/ip", "")));
    agent.start();
    phone.time.advance(LEARNT);
    assertThat(told()).last().asString().endsWith("keep-alive each " + keepAlive + " s");
    for (int idle = 10; idle <= 600; idle += 37) {
      phone.time.advance(Duration.ofSeconds(idle));
      assertThat(canBeCalled()).as("after %d s", idle).isTrue();
    }
    assertThat(phone.dnsSwitch.log()).filteredOn(l -> l.startsWith("moved")).hasSize(1);
  }
}
