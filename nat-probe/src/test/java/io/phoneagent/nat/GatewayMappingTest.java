// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static io.phoneagent.nat.GatewayCodecTest.mapping;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.spi.Probe;
import io.phoneagent.spi.ProbeAnswer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is left at a gateway of the mappings that questions by PCP are. */
class GatewayMappingTest extends GatewayLink {
  @Test
  void pcpTellsTheAddressOfAMappingThatIsDeletedAtOnce() {
    answer = Optional.of(maps("00000100", "203.0.113.11"));
    assertThat(ask(pcp())).isEqualTo("203.0.113.11");
    assertThat(asked).hasSize(2);
    String made = asked.get(0);
    assertThat(made).startsWith("020100000000003c" + "00000000000000000000ffffc0a80164");
    assertThat(made.substring(72)).startsWith("11000000");
    assertThat(Integer.parseInt(made.substring(80, 84), 16))
        .as("no port that anything is heard on")
        .isNotEqualTo(client.getPort());
    assertThat(asked.get(1)).isEqualTo("0201000000000000" + made.substring(16));
    assertThat(phone.openSockets()).as("for announcements, and the mapped port").isEqualTo(2);
  }

  /** The mappings that a gateway has made of what it was asked, as RFC 6887 has it. */
  private Set<String> mappings() {
    Set<String> held = new HashSet<>();
    for (String question : asked) {
      String name = question.substring(48, 84);
      if (question.startsWith("00000000", 8)) {
        held.remove(name);
      } else {
        held.add(name);
      }
    }
    return held;
  }

  @Test
  void aGatewayWhoseAnswersAreLostHoldsNoMapping() {
    Probe probe = pcp();
    for (int i = 0; i < 5; i++) {
      CompletableFuture<ProbeAnswer> said = begin(probe);
      time.advance(Duration.ofMillis(100));
      assertThat(mappings()).hasSize(1);
      time.advance(Duration.ofSeconds(2));
      assertThat(text(said)).contains("does not answer");
      assertThat(mappings()).isEmpty();
    }
  }

  @Test
  void aLostDeletionIsMadeUpForByTheNextOne() {
    answer = Optional.of(maps("00000100", "203.0.113.11"));
    Probe probe = pcp();
    ask(probe);
    probe.suspend();
    ask(probe);
    asked.remove(3);
    asked.remove(1);
    assertThat(mappings()).as("one name for as long as it is behind the gateway").hasSize(1);
    ask(probe);
    assertThat(mappings()).isEmpty();
  }

  @Test
  void aQuestionThatIsGivenUpDeletesItsMapping() {
    Probe probe = pcp();
    CompletableFuture<ProbeAnswer> said = begin(probe);
    time.advance(Duration.ofMillis(2));
    probe.suspend();
    time.advance(Duration.ofMillis(2));
    assertThat(text(said)).contains("rests");
    assertThat(mappings()).isEmpty();
    assertThat(asked).hasSize(2);
    assertThat(phone.openSockets()).isZero();
  }

  @Test
  void aRefusedQuestionDeletesWhatItMayHaveMade() {
    answer = Optional.of("02 81 00 08 0000001e 00000100 000000000000000000000000");
    assertThat(ask(pcp())).contains("result code 8");
    assertThat(mappings()).isEmpty();
  }

  @Test
  void aMappingWhosePortWasTakenIsDeletedByItsName() throws IOException {
    answer = Optional.of(maps("00000100", "203.0.113.11"));
    Probe probe = pcp();
    ask(probe);
    asked.remove(1); // lost
    probe.suspend();
    int port = Integer.parseInt(asked.get(0).substring(80, 84), 16);
    phone.loop().openDatagram(new InetSocketAddress(phone.address(), port), (data, from) -> {});
    ask(probe);
    assertThat(asked).hasSize(4);
    assertThat(mappings()).isEmpty();
  }

  @Test
  void aRefusalOfAnotherMappingIsNoneOfOurs() {
    String refusal = "02 81 00 02 0000001e 00000100 000000000000000000000000";
    answer =
        Optional.of(refusal + GatewayCodecTest.NONCE + "11 000000 c350 c350" + "00".repeat(16));
    CompletableFuture<ProbeAnswer> said = begin(pcp());
    time.advance(Duration.ofMillis(100));
    assertThat(said).isNotDone();
    answer = Optional.of(refusal + "NONCE" + "11 000000 c350 c350" + "00".repeat(16));
    time.advance(Duration.ofMillis(200));
    assertThat(text(said)).contains("result code 2");
  }

  @Test
  void aQuestionToAGatewayThatWasLeftIsGivenUp() {
    Probe probe = pcp();
    CompletableFuture<ProbeAnswer> said = begin(probe);
    assertThat(probe.ask(VirtualContext.lease(Optional.of("192.168.1.66")))).isNotNull();
    time.advance(Duration.ofMillis(2));
    assertThat(text(said)).contains("another gateway");
    assertThat(mappings()).as("of the first gateway").isEmpty();
  }

  @Test
  void anotherNonceIsAnotherQuestion() {
    answer =
        Optional.of(
            mapping("00000100", GatewayCodecTest.NONCE, "00000000000000000000ffffcb007163"));
    CompletableFuture<ProbeAnswer> said = begin(pcp());
    time.advance(Duration.ofMillis(100));
    assertThat(said).isNotDone();
  }
}
