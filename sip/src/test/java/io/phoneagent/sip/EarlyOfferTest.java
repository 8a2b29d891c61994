// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import static io.phoneagent.sip.TwoPhones.ANSWER;
import static io.phoneagent.sip.TwoPhones.OFFER;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Offers before the call is answered: RFC 3311 by UPDATE, RFC 3262 by PRACK. */
final class EarlyOfferTest {
  private static final byte[] HOLD = TwoPhones.sdp("hold");
  private static final byte[] HELD = TwoPhones.sdp("held");
  private static final byte[] LATE = TwoPhones.sdp("late");

  private final TwoPhones phones = new TwoPhones();
  private final TwoPhones.Phone alice = phones.alice;
  private final TwoPhones.Phone bob = phones.bob;
  private final List<SipMessage> wire = phones.watch();
  private SipSession call = alice.call();

  @AfterEach
  void leavesNothing() {
    alice.agent.sessions().forEach(SipSession::hangUp);
    phones.seconds(1);
    bob.agent.sessions().forEach(SipSession::hangUp);
    phones.seconds(200);
    phones.assertNothingLeft();
  }

  /** Both have described their media, and Bob's phone rings on. */
  private void early() {
    phones.seconds(0.02);
    bob.session().progress(183, ANSWER);
    phones.seconds(0.1);
    alice.take();
    bob.take();
    phones.takeTranscript();
    wire.clear();
  }

  private void bobAnswers() {
    bob.session().answer(LATE);
    phones.seconds(0.1);
  }

  private SipMessage last(String start) {
    return wire.stream()
        .filter(m -> m.toString().startsWith(start))
        .reduce((one, other) -> other)
        .orElseThrow();
  }

  @Test
  void theCallerChangesHisMediaByUpdate() {
    early();
    assertThat(call.offer(HOLD)).isTrue();
    phones.seconds(0.015);
    assertThat(bob.take()).containsExactly("offer");
    bob.offer.orElseThrow().accept(HELD);
    phones.seconds(0.1);
    assertThat(phones.takeTranscript()).containsExactly("alice UPDATE", "bob 200");
    assertThat(alice.take()).containsExactly("offer accepted");
    assertThat(call.localSdp()).contains(HOLD);
    assertThat(call.remoteSdp()).contains(HELD);
    assertThat(bob.session().remoteSdp()).contains(HOLD);
    assertThat(call.state()).isEqualTo(SessionState.RINGING);

    bobAnswers();
    assertThat(last("200").bodyLength()).as("the answer says nothing of media any more").isZero();
    assertThat(alice.take()).containsExactly("established");
    assertThat(call.remoteSdp()).contains(HELD);
    assertThat(bob.session().localSdp()).contains(HELD);
  }

  @Test
  void theCalledOneDoesToo() {
    early();
    assertThat(bob.session().offer(HOLD)).isTrue();
    phones.seconds(0.015);
    alice.offer.orElseThrow().accept(HELD);
    phones.seconds(0.1);
    assertThat(phones.takeTranscript()).containsExactly("bob UPDATE", "alice 200");
    assertThat(bob.take()).containsExactly("offer accepted");
    bobAnswers();
    assertThat(call.state()).isEqualTo(SessionState.ESTABLISHED);
    assertThat(call.remoteSdp()).contains(HOLD);
    assertThat(call.localSdp()).contains(HELD);
  }

  @Test
  void withoutAChangeTheAnswerDescribesMediaAsEver() {
    early();
    bobAnswers();
    assertThat(call.remoteSdp()).contains(LATE);
  }

  @Test
  void whatIsRefusedLeavesAllAsItWas() {
    early();
    call.offer(HOLD);
    phones.seconds(0.015);
    bob.offer.orElseThrow().reject(488);
    phones.seconds(0.1);
    assertThat(alice.take()).containsExactly("offer rejected 488");
    assertThat(call.localSdp()).contains(OFFER);
    bobAnswers();
    assertThat(call.remoteSdp()).contains(LATE);
  }

  @Test
  void beforeTheFirstAnswerNothingCanBeChanged() {
    phones.seconds(0.02);
    bob.session().ring();
    phones.seconds(0.1);
    assertThat(call.offer(HOLD)).isFalse();
    assertThat(bob.session().offer(HOLD)).isFalse();
  }

  @Test
  void whoDoesNotTakeUpdateIsNotSentOne() {
    phones.seconds(0.02);
    bob.session()
        .timer()
        .allows(
            Wire.request(
                "OPTIONS sip:x SIP/2.0",
                "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
                "From: <sip:a@b>;tag=1",
                "To: <sip:x>",
                "Call-ID: x",
                "CSeq: 1 OPTIONS",
                "Max-Forwards: 70",
                "Allow: INVITE, ACK, BYE, CANCEL",
                "",
                ""));
    bob.session().progress(183, ANSWER);
    phones.seconds(0.1);
    assertThat(bob.session().offer(HOLD)).isFalse();
  }

  @Test
  void whereBothProposeAtOnceBothAreRefusedAndComeAgainAtDifferentTimes() {
    early();
    call.offer(HOLD);
    bob.session().offer(HOLD);
    phones.seconds(0.1);
    assertThat(phones.takeTranscript())
        .containsExactly("alice UPDATE", "bob UPDATE", "bob 491", "alice 491");
    assertThat(alice.take()).isEmpty();
    for (int i = 0; i < 50; i++) {
      phones.seconds(0.1);
      alice.offer.ifPresent(o -> o.accept(HELD));
      bob.offer.ifPresent(o -> o.accept(HELD));
    }
    assertThat(alice.take()).contains("offer", "offer accepted");
    assertThat(bob.take()).contains("offer", "offer accepted");
    assertThat(call.state()).isEqualTo(SessionState.RINGING);
  }

  @Test
  void whatIsPassedOnIsToldOfTheCollision() {
    early();
    call.offerOnce(HOLD);
    bob.session().offerOnce(HOLD);
    phones.seconds(0.1);
    assertThat(alice.take()).containsExactly("offer rejected 491");
    assertThat(bob.take()).containsExactly("offer rejected 491");
  }

  @Test
  void anUnansweredUpdateDoesNotEndTheCall() {
    early();
    phones.lost = message -> message.cseq().method().equals(SipMethod.UPDATE);
    call.offer(HOLD);
    phones.seconds(33);
    assertThat(alice.take()).containsExactly("offer rejected 408");
    assertThat(call.state()).isEqualTo(SessionState.RINGING);
    phones.lost = message -> false;
    bobAnswers();
    assertThat(call.state()).isEqualTo(SessionState.ESTABLISHED);
  }

  @Test
  void aCallThatEndsLeavesNoOfferBehind() {
    early();
    call.offer(HOLD);
    phones.seconds(0.015);
    bob.session().reject(486);
    bob.offer.orElseThrow().accept(HELD);
    phones.seconds(1);
    assertThat(alice.take()).containsExactly("ended REFUSED there 486");
  }

  private SipRequest.Builder prack(SipMessage reliable) {
    return call.requests()
        .begin(call.dialog().orElseThrow(), SipMethod.PRACK)
        .add(
            HeaderName.RACK,
            ((SipResponse) reliable).rseq().getAsLong() + " " + reliable.cseq().toString());
  }

  /** Alice's stack acknowledges by itself; what it says then is lost, and the test speaks. */
  private SipMessage ringsReliably(CallRequest request) {
    phones.lost =
        message -> {
          wire.add(message);
          boolean bare =
              message.cseq().method().equals(SipMethod.PRACK) && message.bodyLength() == 0;
          return bare && message instanceof SipRequest;
        };
    call.hangUp();
    phones.seconds(1);
    call = alice.call(request);
    phones.seconds(0.02);
    wire.clear();
    bob.session().progress(183, ANSWER);
    phones.seconds(0.02);
    bob.take();
    return last("183");
  }

  private void send(SipRequest.Builder request) {
    call.requests().send(request, call.dialog().orElseThrow(), SessionReferrals.UNHEARD);
    phones.seconds(0.015);
  }

  @Test
  void anAcknowledgementMayCarryAnOffer() {
    SipMessage reliable =
        ringsReliably(CallRequest.to(Uri.of("sip:bob@192.0.2.2"), alice.me()).sdp(OFFER));
    send(prack(reliable).body(SipUserAgent.SDP, HOLD));
    assertThat(bob.take()).containsExactly("offer");
    assertThat(bob.offer.orElseThrow().sdp()).contains(HOLD);
    bob.offer.get().accept(HELD);
    phones.seconds(0.1);
    SipMessage answer = last("200");
    assertThat(answer.cseq().method()).isEqualTo(SipMethod.PRACK);
    assertThat(answer.sdp()).contains(HELD);
    assertThat(bob.session().remoteSdp()).contains(HOLD);
    bobAnswers();
    assertThat(last("200").bodyLength()).isZero();
    assertThat(call.state()).isEqualTo(SessionState.ESTABLISHED);
  }

  @Test
  void anOfferInAnAcknowledgementThatIsRefusedAcknowledgesAllTheSame() {
    SipMessage reliable =
        ringsReliably(CallRequest.to(Uri.of("sip:bob@192.0.2.2"), alice.me()).sdp(OFFER));
    send(prack(reliable).body(SipUserAgent.SDP, HOLD));
    bob.offer.orElseThrow().reject(488);
    phones.seconds(40);
    assertThat(bob.session().state()).as("it is not waited for").isEqualTo(SessionState.RINGING);
    bobAnswers();
    assertThat(call.remoteSdp()).contains(LATE);
  }

  @Test
  void whoWasAskedForAnOfferGetsItsAnswerInTheAcknowledgement() {
    SipMessage reliable = ringsReliably(CallRequest.to(Uri.of("sip:bob@192.0.2.2"), alice.me()));
    send(prack(reliable).body(SipUserAgent.SDP, HELD));
    assertThat(bob.take()).containsExactly("answer");
    assertThat(bob.session().remoteSdp()).contains(HELD);
    bobAnswers();
    assertThat(last("200").bodyLength()).isZero();
  }

  @Test
  void onABadWireTheCallComesToBeWhateverBecomesOfTheOffers() {
    int reached = 0;
    int changed = 0;
    for (int seed = 0; seed < 60; seed++) {
      TwoPhones pair = new TwoPhones();
      Random random = new Random(seed);
      pair.doubled = seed % 2 == 0;
      pair.lost = message -> random.nextInt(5) == 0;
      SipSession session = pair.alice.call();
      pair.seconds(10);
      if (pair.bob.incoming.isEmpty()) {
        continue;
      }
      pair.bob.session().progress(183, ANSWER);
      pair.seconds(10);
      session.offer(HOLD);
      pair.bob.session().offer(HOLD);
      for (int i = 0; i < 40; i++) {
        pair.seconds(0.5);
        pair.alice.offer.ifPresent(o -> o.accept(HELD));
        pair.bob.offer.ifPresent(o -> o.accept(HELD));
      }
      pair.bob.session().answer(ANSWER);
      pair.seconds(60);
      reached += session.state() == SessionState.ESTABLISHED ? 1 : 0;
      changed += pair.alice.events.contains("offer accepted") ? 1 : 0;
      session.hangUp();
      pair.bob.session().hangUp();
      pair.seconds(300);
      assertThat(pair.alice.agent.sessions()).as("seed %d", seed).isEmpty();
      assertThat(pair.bob.agent.sessions()).as("seed %d", seed).isEmpty();
      assertThat(pair.time.pendingTimers()).as("seed %d", seed).isZero();
    }
    assertThat(reached).isGreaterThan(50);
    assertThat(changed).isGreaterThan(30);
  }
}
