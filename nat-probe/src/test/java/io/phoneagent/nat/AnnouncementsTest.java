// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static io.phoneagent.nat.GatewayCodecTest.address;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.Lease;
import io.phoneagent.spi.Probe;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a gateway announces makes ask, when it is news. */
class AnnouncementsTest extends GatewayLink {
  @Test
  void theGroupIsJoinedAgainAtALaterQuestion() {
    answer = Optional.of(says("00000100", "203.0.113.11"));
    multicast = false;
    Probe probe = natPmp();
    ask(probe);
    announce(gateway, says("00000100", "203.0.113.12"));
    assertThat(hints).isEmpty();
    multicast = true;
    time.advance(Duration.ofMinutes(1));
    answer = Optional.of(says("000001a0", "203.0.113.11"));
    ask(probe);
    announce(gateway, says("000001a0", "203.0.113.12"));
    assertThat(hints).hasSize(1);
  }

  @Test
  void theGroupIsJoinedAnewAsTheInterfaceMayHaveBeen() {
    answer = Optional.of(says("00000100", "203.0.113.11"));
    Probe probe = natPmp();
    ask(probe);
    deaf = true; // what was joined before hears nothing any more
    ask(probe);
    assertThat(joined).isEqualTo(1);
    time.advance(Duration.ofMinutes(1));
    deaf = false;
    answer = Optional.of(says("000001a0", "203.0.113.11"));
    ask(probe);
    announce(gateway, says("000001a0", "203.0.113.12"));
    assertThat(joined).isEqualTo(2);
    assertThat(hints).hasSize(1);
    assertThat(phone.openSockets()).isEqualTo(1);
  }

  @Test
  void underAnotherLeaseTheGroupIsJoinedAtOnce() {
    answer = Optional.of(says("00000100", "203.0.113.11"));
    Probe probe = natPmp();
    ask(probe);
    Lease other =
        new Lease(
            "eth0",
            address("192.168.1.100"),
            Optional.of(address("192.168.1.1")),
            Optional.empty(),
            List.of(address("192.168.1.1")),
            Optional.empty(),
            Optional.empty());
    assertThat(probe.ask(other)).isNotNull();
    assertThat(joined).isEqualTo(2);
  }

  @Test
  void aGatewayWhoseTimeStandsStillIsNotAskedTwice() {
    answer = Optional.of(says("00000000", "203.0.113.11"));
    Probe probe = natPmp();
    for (int i = 0; i < 10; i++) {
      ask(probe);
      time.advance(Duration.ofMinutes(1));
    }
    assertThat(hints).isEmpty();
  }

  @Test
  void aRestartThatBothProtocolsTellOfIsOne() {
    answer = Optional.of(says("00000100", "203.0.113.11"));
    Probe probe = natPmp();
    ask(probe);
    announce(gateway, "02 80 00 00 00000000 00000100 000000000000000000000000");
    announce(gateway, says("00000000", "203.0.113.11"));
    announce(gateway, RESTARTED);
    time.advance(Duration.ofSeconds(1));
    assertThat(hints).containsExactly("by NAT-PMP the gateway has begun its mappings anew");
  }

  @Test
  void eachProtocolHasATimeOfItsOwn() {
    answer = Optional.of(says("00001000", "203.0.113.11"));
    ask(natPmp());
    announce(gateway, "02 80 00 00 00000000 00000010 000000000000000000000000");
    announce(gateway, says("00001000", "203.0.113.11"));
    announce(gateway, "02 80 00 00 00000000 00000010 000000000000000000000000");
    assertThat(hints).isEmpty();
  }

  @Test
  void anAnnouncementMakesAskAndIsNotTaken() {
    answer = Optional.of(says("00000100", "203.0.113.11"));
    Probe probe = natPmp();
    ask(probe);
    announce(gateway, says("00000100", "203.0.113.99"));
    assertThat(hints).containsExactly("NAT-PMP announced 203.0.113.99");
    assertThat(ask(probe)).isEqualTo("203.0.113.11");
  }

  @Test
  void whatIsAnsweredBeforeItIsAskedNeedNotBeAsked() {
    answer = Optional.of(says("00000100", "203.0.113.11"));
    Probe probe = natPmp();
    ask(probe);
    announce(gateway, says("00000100", "203.0.113.12"));
    announce(gateway, says("00000100", "203.0.113.12"));
    answer = Optional.of(says("00000100", "203.0.113.12"));
    ask(probe);
    time.advance(Duration.ofSeconds(1));
    assertThat(hints).as("one change").hasSize(1);

    announce(gateway, says("00000100", "203.0.113.11"));
    announce(gateway, says("00000100", "203.0.113.11"));
    ask(probe); // there and back: it still says the other one
    time.advance(Duration.ofSeconds(1));
    assertThat(hints).as("what is not answered is asked").hasSize(3);
  }

  @Test
  void whatIsKnownAlreadyAsksNothingAndPutsTheFlowInDoubt() {
    answer = Optional.of(says("00000100", "203.0.113.11"));
    Probe probe = natPmp();
    ask(probe);
    for (int i = 0; i < 100; i++) {
      announce(gateway, says("00000100", "203.0.113.11"));
    }
    assertThat(doubts).isZero();
    time.advance(Duration.ofMillis(60));
    assertThat(doubts).as("for all of them").isEqualTo(1);
    for (int i = 0; i < 500; i++) {
      announce(gateway, says("00000100", "203.0.113.11"));
    }
    time.advance(Duration.ofSeconds(1));
    assertThat(doubts).as("four times a second").isEqualTo(5);
    announce(gateway, says("00000100", "203.0.113.11"));
    probe.suspend();
    time.advance(Duration.ofSeconds(1));
    assertThat(doubts).as("suspended").isEqualTo(5);
    assertThat(hints).isEmpty();
  }

  @Test
  void aRestJustAfterAnAnnouncementLeavesTheNextOnesHeard() {
    answer = Optional.of(says("00000100", "203.0.113.11"));
    Probe probe = natPmp();
    ask(probe);
    announce(gateway, says("00000100", "203.0.113.12"));
    probe.suspend();
    time.advance(Duration.ofMinutes(1));
    answer = Optional.of(says("0000013c", "203.0.113.12"));
    ask(probe);
    announce(gateway, says("0000013c", "203.0.113.13"));
    assertThat(hints)
        .containsExactly("NAT-PMP announced 203.0.113.12", "NAT-PMP announced 203.0.113.13");
  }

  /** RFC 6886, section 3.6; RFC 6887, section 8.5: every answer tells of lost mappings. */
  @Test
  void anAnswerWithAnEarlierTimePutsTheFlowInDoubt() {
    answer = Optional.of(says("00001000", "203.0.113.11"));
    Probe probe = natPmp();
    ask(probe);
    time.advance(Duration.ofSeconds(1));
    answer = Optional.of(says("00000003", "203.0.113.11"));
    ask(probe);
    time.advance(Duration.ofSeconds(1));
    assertThat(doubts).isEqualTo(1);
    for (int i = 4; i < 60; i++) {
      answer = Optional.of(says(String.format("%08x", i), "203.0.113.11"));
      ask(probe);
      time.advance(Duration.ofSeconds(1));
    }
    assertThat(doubts).as("once for each restart").isEqualTo(1);
    assertThat(hints).as("the answer is there").isEmpty();
  }

  @Test
  void aFloodOfAnnouncementsAsksTwiceASecond() {
    time.advance(Duration.ofSeconds(5));
    answer = Optional.of(says("00000100", "203.0.113.11"));
    ask(natPmp());
    for (int i = 0; i < 5_000; i++) {
      announce(gateway, says("00000100", i % 2 == 0 ? "203.0.113.98" : "203.0.113.99"));
    }
    // In ten seconds: at 0, 0.1, 0.3, 0.7 and 1.2 s, and each half second from then on.
    assertThat(hints).hasSize(22);
    time.advance(Duration.ofSeconds(5));
    assertThat(hints).hasSize(23);
    assertThat(time.pendingTimers()).isZero();

    announce(gateway, says("00000100", "203.0.113.98"));
    time.advance(Duration.ofMillis(100));
    announce(gateway, says("00000100", "203.0.113.98"));
    assertThat(hints).as("after the flood it is as quick as before").hasSize(25);
  }

  @Test
  void aGatewayThatStartsAgainIsAsked() {
    answer = Optional.of(maps("00000100", "203.0.113.11"));
    ask(pcp());
    announce(gateway, RESTARTED);
    assertThat(hints).containsExactly("by PCP the gateway has begun its mappings anew");
    announce(gateway, RESTARTED);
    assertThat(hints).as("repeated, it says nothing new").hasSize(1);
  }

  @Test
  void anAnswerWithAnEarlierTimeIsAnAnswerStill() {
    answer = Optional.of(says("00000100", "203.0.113.11"));
    Probe probe = natPmp();
    ask(probe);
    time.advance(Duration.ofSeconds(30));
    answer = Optional.of(says("00000003", "203.0.113.11"));
    ask(probe);
    assertThat(hints).isEmpty();
    announce(gateway, says("00000000", "203.0.113.11"));
    assertThat(hints).containsExactly("by NAT-PMP the gateway has begun its mappings anew");
  }

  @Test
  void behindAnotherGatewayTheFirstIsNotHeardAnyMore() {
    answer = Optional.of(says("00000100", "203.0.113.11"));
    Probe probe = natPmp();
    ask(probe);
    assertThat(probe.ask(VirtualContext.lease(Optional.of("192.168.1.66")))).isNotNull();
    time.advance(Duration.ofSeconds(2));
    announce(gateway, says("00000100", "203.0.113.12"));
    assertThat(hints).isEmpty();
    assertThat(phone.openSockets()).isEqualTo(1);
  }
}
