// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import static io.phoneagent.sip.TwoPhones.ANSWER;
import static io.phoneagent.sip.TwoPhones.OFFER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CallTest {
  private final TwoPhones phones = new TwoPhones();
  private final TwoPhones.Phone alice = phones.alice;
  private final TwoPhones.Phone bob = phones.bob;

  @AfterEach
  void leavesNothingBehind() {
    phones.lost = message -> false;
    alice.agent.sessions().forEach(SipSession::hangUp);
    phones.seconds(1);
    bob.agent.sessions().forEach(SipSession::hangUp);
    phones.seconds(200);
    phones.assertNothingLeft();
  }

  private SipSession established() {
    SipSession session = alice.call();
    phones.seconds(0.02);
    bob.session().ring();
    phones.seconds(0.02);
    bob.session().answer(ANSWER);
    phones.seconds(0.05);
    assertThat(session.state()).isEqualTo(SessionState.ESTABLISHED);
    assertThat(bob.session().state()).isEqualTo(SessionState.ESTABLISHED);
    alice.take();
    bob.take();
    phones.takeTranscript();
    return session;
  }

  @ParameterizedTest
  @ValueSource(ints = {99, 200, 486})
  void onlyAProvisionalStatusSaysHowItGoes(int status) {
    alice.call();
    phones.seconds(0.02);
    assertThatThrownBy(() -> bob.session().progress(status, new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(bob.session().state()).isEqualTo(SessionState.CALLING);
  }

  @Test
  void makesACallAndHangsUp() {
    SipSession session = alice.call();
    phones.seconds(0.02);
    bob.session().ring();
    phones.seconds(0.02);
    assertThat(session.state()).isEqualTo(SessionState.RINGING);
    assertThat(bob.session().remoteSdp()).contains(OFFER);
    bob.session().answer(ANSWER);
    assertThat(bob.session().state()).isEqualTo(SessionState.ACCEPTED);
    phones.seconds(0.02);
    assertThat(session.remoteSdp()).contains(ANSWER);
    phones.seconds(2);
    session.hangUp();
    phones.seconds(0.05);
    assertThat(alice.take())
        .containsExactly("progress 180", "established", "ended HUNG_UP here 200");
    assertThat(bob.take())
        .containsExactly("incoming alice", "established", "ended HUNG_UP there 200");
    assertThat(phones.takeTranscript())
        .containsExactly("alice INVITE", "bob 180", "bob 200", "alice ACK", "alice BYE", "bob 200");
  }

  @Test
  void isHungUpOnTheCalledSideToo() {
    established();
    bob.session().hangUp();
    phones.seconds(0.05);
    assertThat(alice.take()).containsExactly("ended HUNG_UP there 200");
    assertThat(bob.take()).containsExactly("ended HUNG_UP here 200");
    assertThat(phones.takeTranscript()).containsExactly("bob BYE", "alice 200");
  }

  @Test
  void isRefused() {
    alice.call();
    phones.seconds(0.02);
    bob.session().reject(486);
    phones.seconds(0.05);
    assertThat(alice.take()).containsExactly("ended REFUSED there 486");
    assertThat(alice.end.flatMap(SessionEnd::message)).get().isInstanceOf(SipResponse.class);
    assertThat(phones.takeTranscript()).containsExactly("alice INVITE", "bob 486", "alice ACK");
  }

  @Test
  void isGivenUpWhileItRings() {
    SipSession session = alice.call();
    phones.seconds(0.02);
    bob.session().ring();
    phones.seconds(0.02);
    session.hangUp();
    phones.seconds(0.05);
    assertThat(alice.take()).containsExactly("progress 180", "ended CANCELLED here 487");
    assertThat(bob.take()).containsExactly("incoming alice", "ended CANCELLED there 487");
    assertThat(phones.takeTranscript())
        .containsExactly(
            "alice INVITE", "bob 180", "alice CANCEL", "bob 200", "bob 487", "alice ACK");
  }

  @Test
  void hangsUpWhenTheAnswerCrossesTheCancel() {
    SipSession session = alice.call();
    phones.seconds(0.02);
    bob.session().ring();
    phones.seconds(0.02);
    session.hangUp();
    bob.session().answer(ANSWER);
    phones.seconds(0.1);
    assertThat(bob.take())
        .containsExactly("incoming alice", "established", "ended HUNG_UP there 200");
    assertThat(phones.takeTranscript()).contains("alice CANCEL", "alice ACK", "alice BYE");
  }

  @Test
  void givesUpOnOneWhoNeverAnswers() {
    phones.lost = message -> true;
    alice.call();
    phones.seconds(31.9);
    assertThat(alice.take()).isEmpty();
    phones.seconds(0.2);
    assertThat(alice.take()).containsExactly("ended TIMED_OUT here 408");
  }

  @Test
  void repeatsALostAnswerAndALostAck() {
    int[] left = {3};
    phones.lost = message -> message.cseq().method().equals(SipMethod.ACK) && left[0]-- > 0;
    alice.call();
    phones.seconds(0.02);
    bob.session().answer(ANSWER);
    phones.seconds(10);
    assertThat(bob.take()).containsExactly("incoming alice", "established");
    assertThat(alice.take()).containsExactly("established");
    assertThat(phones.takeTranscript())
        .containsExactly(
            "alice INVITE",
            "bob 200",
            "alice ACK (lost)",
            "bob 200",
            "alice ACK (lost)",
            "bob 200",
            "alice ACK (lost)",
            "bob 200",
            "alice ACK");
  }

  @Test
  void hangsUpIfTheAnswerIsNeverAcknowledged() {
    phones.lost = message -> message.cseq().method().equals(SipMethod.ACK);
    alice.call();
    phones.seconds(0.02);
    bob.session().answer(ANSWER);
    phones.seconds(33);
    assertThat(bob.take()).containsExactly("incoming alice", "ended TIMED_OUT here 408");
    assertThat(alice.take()).containsExactly("established", "ended HUNG_UP there 200");
  }

  @Test
  void waitsForTheAckBeforeItHangsUp() {
    alice.call();
    phones.seconds(0.02);
    bob.session().answer(ANSWER);
    bob.session().hangUp();
    assertThat(phones.transcript).doesNotContain("bob BYE");
    phones.seconds(0.1);
    assertThat(bob.take()).containsExactly("incoming alice", "ended HUNG_UP here 200");
    assertThat(alice.take()).containsExactly("established", "ended HUNG_UP there 200");
  }

  @Test
  void changesASessionFromEitherEnd() {
    SipSession session = established();
    byte[] hold = TwoPhones.sdp("hold");
    byte[] held = TwoPhones.sdp("held");
    assertThat(session.offer(hold)).isTrue();
    assertThat(session.offer(hold)).isFalse();
    phones.seconds(0.02);
    bob.offer.orElseThrow().accept(held);
    phones.seconds(0.05);
    assertThat(session.remoteSdp()).contains(held);
    assertThat(session.localSdp()).contains(hold);
    assertThat(bob.session().remoteSdp()).contains(hold);
    assertThat(bob.session().offer(OFFER)).isTrue();
    phones.seconds(0.02);
    alice.offer.orElseThrow().reject(488);
    alice.offer.orElseThrow().accept(held);
    phones.seconds(0.05);
    assertThat(alice.take()).containsExactly("offer accepted", "offer");
    assertThat(bob.take()).containsExactly("offer", "offer rejected 488");
    assertThat(session.remoteSdp()).contains(held);
    assertThat(phones.takeTranscript())
        .containsExactly(
            "alice INVITE", "bob 200", "alice ACK", "bob INVITE", "alice 488", "bob ACK");
  }

  @Test
  void triesAgainAfterACollision() {
    SipSession session = established();
    session.offer(OFFER);
    bob.session().offer(ANSWER);
    phones.seconds(0.05);
    assertThat(phones.takeTranscript())
        .containsExactly(
            "alice INVITE", "bob INVITE", "bob 491", "alice 491", "alice ACK", "bob ACK");
    // The called end does not own the Call-ID, so it comes first.
    phones.seconds(2.02);
    assertThat(alice.take()).containsExactly("offer");
    alice.offer.orElseThrow().accept(OFFER);
    phones.seconds(0.03);
    assertThat(bob.take()).containsExactly("offer accepted");
    phones.seconds(2.1);
    assertThat(bob.take()).containsExactly("offer");
    bob.offer.orElseThrow().accept(ANSWER);
    phones.seconds(0.05);
    assertThat(alice.take()).containsExactly("offer accepted");
  }

  @Test
  void passesInfoUpAndAnswersIt() {
    SipSession session = established();
    session.info("application/dtmf-relay", new byte[] {'5'});
    phones.seconds(0.05);
    assertThat(bob.infos).hasSize(1);
    assertThat(bob.infos.get(0).contentType()).isEqualTo("application/dtmf-relay");
    assertThat(phones.takeTranscript()).containsExactly("alice INFO", "bob 200");
  }

  @Test
  void takesAnOfferWithTheAnswer() {
    SipSession session = alice.call(CallRequest.to(Uri.of("sip:bob@192.0.2.2"), alice.me()));
    phones.seconds(0.02);
    assertThat(bob.session().remoteSdp()).isEmpty();
    bob.session().answer(OFFER);
    phones.seconds(0.1);
    assertThat(phones.takeTranscript()).doesNotContain("alice ACK");
    session.acknowledge(ANSWER);
    phones.seconds(0.02);
    assertThat(bob.session().remoteSdp()).contains(ANSWER);
    assertThat(bob.session().state()).isEqualTo(SessionState.ESTABLISHED);
  }

  @Test
  void followsThePhoneThatMovesWhileItIsCalled() {
    bob.address = Wire.CAROL;
    SipSession session =
        alice.agent.call(
            CallRequest.to(Uri.of("sip:bob@192.0.2.2"), alice.me()).sdp(OFFER), Wire.BOB, alice);
    phones.seconds(0.3);
    session.moveTo(Wire.CAROL);
    phones.seconds(0.02);
    assertThat(bob.take()).containsExactly("incoming alice");
    bob.session().ring();
    phones.seconds(0.02);
    bob.address = Wire.BOB;
    session.moveTo(Wire.BOB);
    phones.seconds(0.02);
    assertThat(phones.takeTranscript())
        .containsExactly(
            "alice INVITE (lost)", "alice INVITE", "bob 180", "alice INVITE", "bob 180");
    bob.session().answer(ANSWER);
    phones.seconds(0.05);
    assertThat(alice.take()).contains("established");
    alice.agent.moved(Wire.BOB, Wire.CAROL);
    assertThat(session.peer()).isEqualTo(Wire.CAROL);
    bob.address = Wire.CAROL;
    session.hangUp();
    phones.seconds(0.05);
    assertThat(bob.take()).contains("ended HUNG_UP there 200");
  }

  @Test
  void answersTheCallerThatMoves() {
    alice.call();
    phones.seconds(0.02);
    alice.address = Wire.CAROL;
    bob.session().moveTo(Wire.CAROL);
    bob.session().ring();
    bob.session().answer(ANSWER);
    phones.seconds(0.05);
    assertThat(bob.take()).containsExactly("incoming alice", "established");
    alice.address = Wire.ALICE;
    bob.session().offer(OFFER);
    phones.seconds(0.1);
    assertThat(alice.take()).doesNotContain("offer");
    bob.session().moveTo(Wire.ALICE);
    phones.seconds(0.02);
    assertThat(alice.take()).contains("offer");
  }

  @Test
  void answersAChallengeOnceAndAcknowledgesWithCredentials() {
    DigestChallenge challenge = DigestChallenge.of("phoneagent", "n1", DigestAlgorithm.SHA_256);
    bob.vetting = Optional.of(Rejection.challenge(challenge));
    CallRequest request =
        CallRequest.to(Uri.of("sip:bob@192.0.2.2"), alice.me())
            .sdp(OFFER)
            .maxForwards(9)
            .add(HeaderName.P_ASSERTED_IDENTITY, "<tel:+1555>")
            .credentials(new DigestAccount("alice", "secret", SipTokens.from(new Random(1))));
    SipRequest[] ack = new SipRequest[1];
    phones.lost =
        message -> {
          if (message instanceof SipRequest sent && sent.method().equals(SipMethod.INVITE)) {
            bob.vetting =
                sent.has(HeaderName.AUTHORIZATION)
                    ? Optional.empty()
                    : Optional.of(Rejection.challenge(challenge));
          }
          if (message instanceof SipRequest sent && sent.method().equals(SipMethod.ACK)) {
            ack[0] = sent;
          }
          return false;
        };
    alice.call(request);
    phones.seconds(0.1);
    SipRequest invite = bob.session().invite().orElseThrow();
    assertThat(invite.cseq().number()).isEqualTo(2);
    assertThat(invite.maxForwards()).hasValue(9);
    assertThat(invite.header(HeaderName.P_ASSERTED_IDENTITY)).contains("<tel:+1555>");
    DigestCredentials shown =
        invite.header(HeaderName.AUTHORIZATION).flatMap(DigestCredentials::parse).orElseThrow();
    String ha1 = Digest.ha1(DigestAlgorithm.SHA_256, "alice", "phoneagent", "secret");
    assertThat(Digest.verify(shown, ha1, SipMethod.INVITE)).isTrue();
    bob.session().answer(ANSWER);
    phones.seconds(0.05);
    assertThat(ack[0].header(HeaderName.AUTHORIZATION))
        .isEqualTo(invite.header(HeaderName.AUTHORIZATION));
    assertThat(alice.take()).containsExactly("established");
  }

  @Test
  void doesNotAnswerChallengesInACircle() {
    bob.vetting =
        Optional.of(
            Rejection.challenge(DigestChallenge.of("r", "n", DigestAlgorithm.MD5).asStale()));
    alice.call(
        CallRequest.to(Uri.of("sip:bob@192.0.2.2"), alice.me())
            .credentials(new DigestAccount("a", "wrong", SipTokens.from(new Random(1)))));
    phones.seconds(1);
    assertThat(alice.take()).containsExactly("ended REFUSED there 401");
    assertThat(phones.takeTranscript().stream().filter("alice INVITE"::equals)).hasSize(3);
  }

  @Test
  void endsASessionThatTheOtherEndHasForgotten() {
    SipSession session = established();
    bob.agent.forget(bob.session());
    session.info("text/plain", new byte[] {1});
    phones.seconds(0.1);
    assertThat(alice.take()).containsExactly("ended TIMED_OUT here 481");
    bob.session().hangUp();
  }

  @Test
  void livesOnAWireThatLosesAndDoubles() {
    for (int seed = 0; seed < 60; seed++) {
      TwoPhones pair = new TwoPhones();
      Random random = new Random(seed);
      pair.doubled = seed % 2 == 0;
      pair.lost = message -> random.nextInt(100) < 30;
      SipSession session = pair.alice.call();
      pair.seconds(32);
      if (pair.bob.incoming.isEmpty()) {
        continue;
      }
      pair.bob.session().ring();
      pair.bob.session().answer(ANSWER);
      pair.seconds(40);
      session.hangUp();
      pair.bob.session().hangUp();
      pair.seconds(200);
      assertThat(pair.bob.incoming).as("seed %d", seed).hasSize(1);
      assertThat(pair.alice.agent.sessions()).as("seed %d", seed).isEmpty();
      assertThat(pair.bob.agent.sessions()).as("seed %d", seed).isEmpty();
      assertThat(pair.time.pendingTimers()).as("seed %d", seed).isZero();
    }
  }
}
