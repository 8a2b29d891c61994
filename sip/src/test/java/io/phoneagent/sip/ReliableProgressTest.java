// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import static io.phoneagent.sip.TwoPhones.ANSWER;
import static io.phoneagent.sip.Wire.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.testkit.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** RFC 3262: early media's description arrives, and is acknowledged. */
final class ReliableProgressTest {
  private final TwoPhones phones = new TwoPhones();
  private final TwoPhones.Phone alice = phones.alice;
  private final TwoPhones.Phone bob = phones.bob;

  @Test
  void earlyMediaIsAcknowledgedAndTheAnswerFollows() {
    SipSession session = alice.call();
    phones.seconds(0.02);
    bob.session().progress(183, ANSWER);
    bob.session().answer(ANSWER);
    assertThat(bob.session().state()).isEqualTo(SessionState.RINGING);
    phones.seconds(0.1);
    assertThat(phones.takeTranscript())
        .containsExactly(
            "alice INVITE", "bob 183", "alice PRACK", "bob 200", "bob 200", "alice ACK");
    assertThat(session.remoteSdp()).contains(ANSWER);
    assertThat(alice.take()).containsExactly("progress 183", "established");
    end();
  }

  @Test
  void ringingAloneNeedsNoAcknowledgement() {
    alice.call();
    phones.seconds(0.02);
    bob.session().ring();
    phones.seconds(0.1);
    assertThat(phones.takeTranscript()).containsExactly("alice INVITE", "bob 180");
    bob.session().reject(486);
    end();
  }

  @Test
  void isRepeatedUntilItIsAcknowledged() {
    int[] left = {3};
    phones.lost = message -> message.cseq().method().equals(SipMethod.PRACK) && left[0]-- > 0;
    alice.call();
    phones.seconds(0.02);
    bob.session().progress(183, ANSWER);
    phones.seconds(8);
    assertThat(alice.take()).containsExactly("progress 183");
    assertThat(phones.transcript.stream().filter("bob 183"::equals).count()).isBetween(2L, 4L);
    assertThat(phones.transcript).endsWith("alice PRACK", "bob 200");
    bob.session().answer(ANSWER);
    phones.seconds(0.1);
    assertThat(alice.take()).containsExactly("established");
    end();
  }

  @Test
  void oneFollowsTheOther() {
    alice.call();
    phones.seconds(0.02);
    bob.session().progress(183, ANSWER);
    bob.session().progress(183, TwoPhones.sdp("second"));
    assertThat(phones.takeTranscript()).containsExactly("alice INVITE", "bob 183");
    phones.seconds(0.1);
    assertThat(phones.takeTranscript())
        .containsExactly("alice PRACK", "bob 200", "bob 183", "alice PRACK", "bob 200");
    assertThat(alice.take()).containsExactly("progress 183", "progress 183");
    bob.session().reject(486);
    end();
  }

  @Test
  void neverAcknowledgedEndsTheCall() {
    phones.lost = message -> message.cseq().method().equals(SipMethod.PRACK);
    alice.call();
    phones.seconds(0.02);
    bob.session().progress(183, ANSWER);
    bob.session().answer(ANSWER);
    phones.seconds(33);
    assertThat(bob.take()).containsExactly("incoming alice", "ended REFUSED here 504");
    assertThat(alice.take()).containsExactly("progress 183", "ended REFUSED there 504");
    phones.lost = message -> false;
    end();
  }

  @Test
  void arrivesOnAWireThatLosesAndDoubles() {
    int reached = 0;
    for (int seed = 0; seed < 60; seed++) {
      TwoPhones pair = new TwoPhones();
      Random random = new Random(seed);
      pair.doubled = seed % 2 == 0;
      pair.lost = message -> random.nextInt(100) < 30;
      SipSession session = pair.alice.call();
      pair.seconds(10);
      if (pair.bob.incoming.isEmpty()) {
        continue;
      }
      pair.bob.session().progress(183, ANSWER);
      pair.bob.session().answer(ANSWER);
      pair.seconds(40);
      if (session.state() == SessionState.ESTABLISHED) {
        reached++;
        assertThat(pair.alice.take()).as("seed %d", seed).containsOnlyOnce("progress 183");
      }
      session.hangUp();
      pair.bob.session().hangUp();
      pair.seconds(300);
      assertThat(pair.alice.agent.sessions()).as("seed %d", seed).isEmpty();
      assertThat(pair.bob.agent.sessions()).as("seed %d", seed).isEmpty();
      assertThat(pair.time.pendingTimers()).as("seed %d", seed).isZero();
    }
    assertThat(reached).isGreaterThan(50);
  }

  @Test
  void dropsWhatComesOutOfOrder() {
    VirtualTime time = new VirtualTime();
    Wire wire = new Wire(time);
    List<Integer> heard = new ArrayList<>();
    SipUserAgent agent =
        SipUserAgent.builder(time, wire, peer -> SipUri.of("me", "192.0.2.99", 5060))
            .build(session -> {});
    agent.call(
        CallRequest.to(Uri.of("sip:bob@192.0.2.2"), NameAddr.of(Uri.of("sip:me@192.0.2.99")))
            .sdp(TwoPhones.OFFER),
        BOB,
        new SessionListener() {
          @Override
          public void onProgress(SipSession session, SipResponse response) {
            heard.add(response.status());
          }
        });
    SipRequest invite = wire.oneRequest();
    agent.receive(reliable(invite, 183, 7), BOB);
    SipRequest prack = wire.oneRequest();
    assertThat(prack.header(HeaderName.RACK)).contains("7 1 INVITE");
    assertThat(prack.toTag()).isEqualTo("b");
    agent.receive(prack.respond(200).build(), BOB);
    agent.receive(reliable(invite, 183, 7), BOB);
    agent.receive(reliable(invite, 180, 9), BOB);
    assertThat(wire.take()).isEmpty();
    agent.receive(reliable(invite, 180, 8), BOB);
    assertThat(wire.oneRequest().header(HeaderName.RACK)).contains("8 1 INVITE");
    // Another end of the same call counts for itself.
    agent.receive(
        reliable(invite, 180, 3).toBuilder()
            .set(HeaderName.TO, "<sip:bob@192.0.2.2>;tag=other")
            .build(),
        BOB);
    assertThat(wire.oneRequest().header(HeaderName.RACK)).contains("3 1 INVITE");
    assertThat(heard).containsExactly(183, 180, 180);
  }

  private static SipResponse reliable(SipRequest invite, int status, int number) {
    return Wire.answer(invite, status, "b").toBuilder()
        .add(HeaderName.REQUIRE, "100rel")
        .add(HeaderName.RSEQ, Integer.toString(number))
        .build();
  }

  private void end() {
    alice.agent.sessions().forEach(SipSession::hangUp);
    phones.seconds(200);
    assertThat(alice.agent.sessions()).isEmpty();
    assertThat(bob.agent.sessions()).isEmpty();
    assertThat(phones.time.pendingTimers()).isZero();
  }
}
