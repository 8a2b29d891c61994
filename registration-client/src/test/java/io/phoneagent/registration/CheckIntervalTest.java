// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.AgentSettings;
import io.phoneagent.ReregistrationSchedule;
import io.phoneagent.nat.FirewallSources;
import io.phoneagent.spi.AgentConfiguration;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How often a phone looks at its public address, with jitter or without. */
class CheckIntervalTest {
  private final PhoneOnVirtualTime world = new PhoneOnVirtualTime();

  private RunningAgent started(ReregistrationSchedule schedule) {
    AgentConfiguration.Builder configuration =
        world
            .builder(new FixedAddress())
            .probe(new FirewallSources().get("/ip", ""))
            .schedule(schedule);
    RunningAgent agent = world.agent(configuration);
    agent.start();
    world.advance(1_000);
    assertThat(world.dnsSwitch.pageGets()).isEqualTo(1);
    return agent;
  }

  private int getsWithin(Duration time) {
    int before = world.dnsSwitch.pageGets();
    world.time.advance(time);
    return world.dnsSwitch.pageGets() - before;
  }

  @Test
  void anHourHasAsManyAsTheIntervalSays() {
    started(new ReregistrationSchedule(Duration.ofSeconds(10), 0));
    assertThat(getsWithin(Duration.ofHours(1))).isEqualTo(360);
  }

  @Test
  void jitterMovesThemAndLeavesTheirNumber() {
    started(ReregistrationSchedule.checkEvery(Duration.ofSeconds(10)));
    assertThat(getsWithin(Duration.ofHours(1))).isBetween(350, 370);
  }

  /** 30 s, 1, 2, 4, 8 minutes, and each quarter of an hour from then on. */
  @Test
  void savingTheBatteryItLooksEverMoreSeldom() {
    started(withoutJitter(ReregistrationSchedule.batterySaving()));
    assertThat(getsWithin(Duration.ofSeconds(930))).isEqualTo(5);
    assertThat(getsWithin(Duration.ofHours(10))).isEqualTo(40);
  }

  private static ReregistrationSchedule withoutJitter(ReregistrationSchedule from) {
    return new ReregistrationSchedule(from.interval(), from.atRest(), 0);
  }

  /** The flow finds itself at the new address with a keep-alive, and the looks are close again. */
  @Test
  void aChangeMakesItLookOftenAgain() {
    started(withoutJitter(ReregistrationSchedule.batterySaving()));
    world.time.advance(Duration.ofHours(5));
    int registered = world.dnsSwitch.registrations().size();
    world.nat.changeAddress("203.0.113.12");
    world.time.advance(Duration.ofMinutes(2));
    assertThat(world.dnsSwitch.registrations()).hasSizeGreaterThan(registered);
    assertThat(world.events).last().asString().contains("203.0.113.12");
    assertThat(getsWithin(Duration.ofMinutes(5))).isBetween(1, 4);
    assertThat(getsWithin(Duration.ofHours(10))).isBetween(40, 42);
  }

  @Test
  void otherSettingsHoldAtOnce() {
    RunningAgent agent = started(withoutJitter(ReregistrationSchedule.batterySaving()));
    world.time.advance(Duration.ofHours(5));
    agent.update(
        agent.settings().toBuilder()
            .setAll(Map.of("check-interval", "5s", "check-interval-at-rest", ""))
            .build());
    assertThat(getsWithin(Duration.ofMinutes(1))).isEqualTo(12);
    assertThat(agent.settings()).isNotEqualTo(AgentSettings.defaults());
  }

  @Test
  void nothingIsAskedWhileItIsSuspended() {
    RunningAgent agent = started(ReregistrationSchedule.checkEvery(Duration.ofSeconds(1)));
    agent.suspend();
    world.advance(0);
    assertThat(getsWithin(Duration.ofHours(1))).isZero();
    assertThat(world.time.pendingTimers()).isZero();
  }
}
