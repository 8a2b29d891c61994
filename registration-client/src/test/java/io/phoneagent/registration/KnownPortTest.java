// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.AgentStatus;
import io.phoneagent.ReregistrationSchedule;
import io.phoneagent.Transport;
import io.phoneagent.nat.FirewallSources;
import io.phoneagent.testkit.VirtualHost;
import io.phoneagent.testkit.VirtualNat;
import io.phoneagent.testkit.VirtualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the port that a flow has already is good for when another one does not help. */
class KnownPortTest {
  private final PhoneOnVirtualTime world = new PhoneOnVirtualTime();
  private final VirtualTime time = world.time;
  private final VirtualNat nat = world.nat;
  private final VirtualHost phone = world.phone;
  private final VirtualSwitch dnsSwitch = world.dnsSwitch;

  private RunningAgent online(Transport transport) {
    RunningAgent agent =
        world.agent(
            world
                .builder(new FixedAddress())
                .transport(transport)
                .probe(new FirewallSources().get("/ip", ""))
                .schedule(ReregistrationSchedule.checkEvery(Duration.ofSeconds(1)))
                .callHandler(call -> {}));
    agent.start();
    time.advance(Duration.ofSeconds(3));
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
    return agent;
  }

  @ParameterizedTest
  @EnumSource(
      value = Transport.class,
      names = {"UDP", "TCP"})
  void aDeviceThatCanOpenNoOtherSocketMovesItsFlowAllTheSame(Transport transport) {
    RunningAgent agent = online(transport);
    phone.mostSockets(phone.openSockets());
    nat.changeAddress("203.0.113.12");
    // The page is read within a second; what was a connection is refused and may be made anew.
    time.advance(Duration.ofMillis(transport.isStream() ? 3_500 : 1_200));
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
    assertThat(dnsSwitch.path().orElseThrow().getAddress())
        .isEqualTo(Samples.address("203.0.113.12"));
  }

  @Test
  void aSwitchThatIsHeardOnTheOldPortIsNotWaitedForOnTheNewOne() {
    RunningAgent agent = online(Transport.UDP);
    world.switchHost.cut(true);
    dnsSwitch.httpSilent(true);
    // Long enough for pauses of a minute; one of them has just begun when the switch is back.
    time.advance(Duration.ofMinutes(8));
    int tries = unanswered(agent);
    for (int i = 0; i < 900 && unanswered(agent) == tries; i++) {
      time.advance(Duration.ofMillis(100));
    }
    assertThat(agent.status()).isNotEqualTo(AgentStatus.REACHABLE);
    world.switchHost.cut(false);
    // The old port is kept alive every 15 s, and after such a silence by asking for an answer.
    time.advance(Duration.ofSeconds(16));
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
  }

  private static int unanswered(RunningAgent agent) {
    return (int)
        agent.explain().stream()
            .filter(e -> e.cause().startsWith("the switch does not answer"))
            .count();
  }
}
