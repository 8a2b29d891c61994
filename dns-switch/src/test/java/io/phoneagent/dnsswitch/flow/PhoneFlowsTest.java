// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.dnsswitch.call.AgentPhone;
import io.phoneagent.dnsswitch.call.World;
import io.phoneagent.dnsswitch.registry.Binding;
import io.phoneagent.dnsswitch.registry.VerifiedPath;
import io.phoneagent.flow.FlowSource;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PhoneFlowsTest {
  private final World world = new World();
  private final AgentPhone phone = world.phone(World.ALICE);

  private Binding binding() {
    return world.registry.find(World.ALICE).orElseThrow();
  }

  private FlowSource recorded() {
    return FlowSource.udp(binding().paths().current().map(VerifiedPath::source).orElseThrow());
  }

  private void aMoment() {
    world.pass(Duration.ofMillis(300));
  }

  @Test
  void tellsTheRegistryWhereAPhoneIs() {
    assertThat(world.flows.path(World.ALICE)).contains(recorded());
    assertThat(world.flows.at(recorded())).contains(World.ALICE);
    assertThat(binding().bound()).isTrue();
    assertThat(binding().causes().list().get(0).cause())
        .startsWith("flow opened from udp 198.51.100.10:");
  }

  @Test
  void takesFlowsUpAfterARestartAndAsksThePhones() {
    FlowSource before = recorded();
    world.restart();
    assertThat(world.flows.path(World.ALICE)).contains(before);
    Duration since =
        Duration.between(binding().paths().current().orElseThrow().verifiedAt(), now());
    world.pass(Duration.ofSeconds(5));
    assertThat(since).isPositive();
    assertThat(Duration.between(binding().paths().current().orElseThrow().verifiedAt(), now()))
        .isGreaterThan(Duration.ofSeconds(4));
    assertThat(recorded()).isEqualTo(before);
  }

  private java.time.Instant now() {
    return java.time.Instant.ofEpochMilli(world.time.epochMillis());
  }

  @Test
  void aRestartedSwitchKnowsAPhoneThatHasNotBoundItsNewKey() {
    phone.flow(); // the key in use
    world.register(World.ALICE);
    assertThat(binding().bound()).isFalse();
    world.restart();
    assertThat(world.flows.path(World.ALICE)).contains(recorded());
    phone.flow().bind(); // with the key before
    aMoment();
    assertThat(binding().bound()).isFalse();
    assertThat(world.flows.at(recorded())).contains(World.ALICE);
  }

  @Test
  void forgetsAFlowThatIsNoLongerRegistered() {
    FlowSource before = recorded();
    world.registry.remove(World.ALICE, "it left").toCompletableFuture().join();
    aMoment();
    assertThat(world.flows.path(World.ALICE)).isEmpty();
    assertThat(world.flows.at(before)).isEmpty();
    phone.flow().bind();
    aMoment();
    assertThat(world.flows.path(World.ALICE)).isEmpty();
  }
}
