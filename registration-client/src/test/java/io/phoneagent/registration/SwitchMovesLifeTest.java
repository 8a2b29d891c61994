// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.AgentListener;
import io.phoneagent.Endpoint;
import io.phoneagent.ReregistrationSchedule;
import io.phoneagent.TimelineEntry;
import io.phoneagent.nat.FirewallSources;
import io.phoneagent.spi.DatagramPort;
import io.phoneagent.testkit.NatBehaviour;
import io.phoneagent.testkit.NatBehaviour.Dependence;
import io.phoneagent.testkit.VirtualTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a phone makes of it that the switch says it has moved, on virtual time. */
class SwitchMovesLifeTest {
  private static final Endpoint ELSEWHERE = endpoint("198.51.100.2");

  // Lets in what comes from anywhere, once the phone has sent something.
  private final PhoneOnVirtualTime world =
      new PhoneOnVirtualTime(
          new NatBehaviour(
              Dependence.ENDPOINT_INDEPENDENT,
              Dependence.ENDPOINT_INDEPENDENT,
              Duration.ofSeconds(30)));
  private final VirtualTime time = world.time;
  private DatagramPort elsewhere;
  private final VirtualSwitch dnsSwitch = world.dnsSwitch;
  private RunningAgent agent;

  private static Endpoint endpoint(String address) {
    try {
      return Endpoint.of(new InetSocketAddress(InetAddress.getByName(address), 5060));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void open() throws IOException {
    elsewhere =
        world
            .network
            .host("198.51.100.2")
            .loop()
            .openDatagram(ELSEWHERE.socketAddress(), (datagram, from) -> {});
    agent =
        world.agent(
            world
                .builder(new FixedAddress())
                .probe(new FirewallSources().get("/ip", ""))
                .schedule(ReregistrationSchedule.checkEvery(Duration.ofSeconds(30)))
                .callHandler(call -> {})
                .listener(new AgentListener() {}));
    agent.start();
    time.advance(Duration.ofSeconds(2));
    assertThat(dnsSwitch.registrations()).hasSize(1);
    assertThat(dnsSwitch.path()).isPresent();
    dnsSwitch.log().clear();
  }

  private void fromElsewhere(ByteBuffer message) {
    elsewhere.send(message, dnsSwitch.path().orElseThrow());
    time.advance(Duration.ofSeconds(1));
  }

  private List<String> causes() {
    return agent.explain().stream().map(TimelineEntry::cause).toList();
  }

  @Test
  void itAsksTheSwitchAgainByNameOverAFreshConnection() {
    for (ByteBuffer word : dnsSwitch.wordsOfMoving(ELSEWHERE, 7)) {
      fromElsewhere(word);
    }
    assertThat(dnsSwitch.registrations()).hasSize(2);
    assertThat(dnsSwitch.registrations().get(1).reason())
        .isEqualTo("the switch says that it has moved to 198.51.100.2:5060");
    assertThat(dnsSwitch.log()).contains("connections dropped");
    assertThat(causes()).contains("the switch says that it has moved to 198.51.100.2:5060");
  }

  /**
   * The switch granted what it had before, so the phone stays there: it was asked, not believed.
   */
  @Test
  void theFlowStaysWhereTheSwitchGrantsIt() {
    fromElsewhere(dnsSwitch.wordsOfMoving(ELSEWHERE, 7).get(0));
    time.advance(Duration.ofSeconds(20));
    assertThat(causes()).noneMatch(c -> c.contains("does not answer"));
    assertThat(agent.line(VirtualSwitch.OWNER).reachable()).isTrue();
  }

  @Test
  void onItsOwnPathItIsHeardToo() {
    dnsSwitch.sendToPhone(dnsSwitch.wordsOfMoving(ELSEWHERE, 7).get(0));
    time.advance(Duration.ofSeconds(1));
    assertThat(dnsSwitch.registrations()).hasSize(2);
  }

  @Test
  void whatIsForgedCausesNothing() {
    ByteBuffer word = dnsSwitch.wordsOfMoving(ELSEWHERE, 7).get(0);
    for (int at = 20; at < word.limit(); at++) {
      ByteBuffer forged = ByteBuffer.allocate(word.limit()).put(word.duplicate()).flip();
      forged.put(at, (byte) (forged.get(at) ^ 1));
      fromElsewhere(forged);
    }
    assertThat(dnsSwitch.registrations()).hasSize(1);
    assertThat(agent.line(VirtualSwitch.OWNER).reachable()).isTrue();
  }

  @Test
  void aReplayCausesNothing() {
    ByteBuffer old = dnsSwitch.wordsOfMoving(ELSEWHERE, 6).get(0);
    ByteBuffer word = dnsSwitch.wordsOfMoving(ELSEWHERE, 7).get(0);
    fromElsewhere(word.duplicate());
    assertThat(dnsSwitch.registrations()).hasSize(2);
    fromElsewhere(word.duplicate());
    fromElsewhere(old);
    assertThat(dnsSwitch.registrations()).hasSize(2);
  }

  /** The switch has granted what it was when it was asked, and moved in the same moment. */
  @Test
  void whatIsSaidWhileItIsAskedIsAskedAfterwards() {
    List<ByteBuffer> words = dnsSwitch.wordsOfMoving(ELSEWHERE, 7);
    agent.update(
        agent.settings().toBuilder()
            .keepAliveInterval(Optional.of(Duration.ofSeconds(14)))
            .build());
    time.advance(Duration.ofMillis(1));
    for (ByteBuffer word : words) {
      elsewhere.send(word, dnsSwitch.path().orElseThrow());
    }
    time.advance(Duration.ofSeconds(2));
    assertThat(dnsSwitch.registrations()).hasSize(3);
    assertThat(dnsSwitch.registrations().get(2).reason())
        .isEqualTo("the switch says that it has moved to 198.51.100.2:5060");
  }

  @Test
  void whereItIsAlreadyCausesNothing() {
    fromElsewhere(dnsSwitch.wordsOfMoving(endpoint("198.51.100.1"), 7).get(0));
    assertThat(dnsSwitch.registrations()).hasSize(1);
  }
}
