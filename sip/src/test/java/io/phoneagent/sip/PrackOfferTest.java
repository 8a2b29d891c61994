// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import static io.phoneagent.sip.TwoPhones.ANSWER;
import static io.phoneagent.sip.TwoPhones.OFFER;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Offers and answers that our own PRACK carries (RFC 3262, section 5). */
final class PrackOfferTest {
  private static final byte[] HOLD = TwoPhones.sdp("hold");
  private static final byte[] HELD = TwoPhones.sdp("held");
  private static final byte[] LATE = TwoPhones.sdp("late");

  private final TwoPhones phones = new TwoPhones();
  private final TwoPhones.Phone alice = phones.alice;
  private final TwoPhones.Phone bob = phones.bob;
  private final List<SipMessage> wire = phones.watch();

  @AfterEach
  void leavesNothing() {
    alice.agent.sessions().forEach(SipSession::hangUp);
    phones.seconds(200);
    phones.assertNothingLeft();
  }

  private SipSession callWithoutOffer() {
    SipSession call = alice.call(CallRequest.to(Uri.of("sip:bob@192.0.2.2"), alice.me()));
    phones.seconds(0.02);
    return call;
  }

  private SipMessage last(String start) {
    return wire.stream()
        .filter(m -> m.toString().startsWith(start))
        .reduce((one, other) -> other)
        .orElseThrow();
  }

  @Test
  void theAnswerToAReliableOfferGoesOutInItsPrack() {
    alice.onProgress = session -> session.acknowledge(HELD);
    SipSession call = callWithoutOffer();
    bob.session().progress(183, ANSWER);
    phones.seconds(0.1);
    assertThat(phones.takeTranscript())
        .containsExactly("alice INVITE", "bob 183", "alice PRACK", "bob 200");
    assertThat(last("PRACK").sdp()).contains(HELD);
    assertThat(call.remoteSdp()).contains(ANSWER);
    assertThat(call.localSdp()).contains(HELD);
    assertThat(bob.take()).containsExactly("incoming alice", "answer");
    assertThat(bob.session().remoteSdp()).contains(HELD);

    bob.session().answer(LATE);
    phones.seconds(0.1);
    assertThat(last("200").bodyLength()).as("nothing is left to be said of media").isZero();
    assertThat(last("ACK").bodyLength()).isZero();
    assertThat(phones.takeTranscript()).containsExactly("bob 200", "alice ACK");
    assertThat(alice.take()).containsExactly("progress 183", "established");
    assertThat(call.remoteSdp()).contains(ANSWER);
  }

  @Test
  void anAnswerThatTakesItsTimeIsWaitedForAndTheOfferIsHeardOnce() {
    SipSession call = callWithoutOffer();
    bob.session().progress(183, ANSWER);
    bob.session().answer(LATE);
    phones.seconds(3);
    assertThat(phones.takeTranscript().stream().filter("bob 183"::equals).count()).isGreaterThan(2);
    assertThat(alice.take()).containsExactly("progress 183");
    call.acknowledge(HELD);
    phones.seconds(0.1);
    assertThat(phones.takeTranscript())
        .containsExactly("alice PRACK", "bob 200", "bob 200", "alice ACK");
    assertThat(alice.take()).containsExactly("established");
    call.acknowledge(LATE);
    assertThat(call.localSdp()).as("nothing is open any more").contains(HELD);
  }

  @Test
  void whoNeverAnswersTheOfferLosesTheCallAsRfc3262Says() {
    callWithoutOffer();
    bob.session().progress(183, ANSWER);
    phones.seconds(33);
    assertThat(alice.take()).containsExactly("progress 183", "ended REFUSED there 504");
  }

  @Test
  void whoGivesUpWhileAnOfferWaitsAnswersNothing() {
    alice.onProgress = SipSession::hangUp;
    callWithoutOffer();
    bob.session().progress(183, ANSWER);
    phones.seconds(1);
    assertThat(phones.takeTranscript()).doesNotContain("alice PRACK").contains("alice CANCEL");
    assertThat(bob.take()).containsExactly("incoming alice", "ended CANCELLED there 487");
  }

  @Test
  void aSecondDescriptionIsNoSecondOffer() {
    alice.onProgress = session -> session.acknowledge(HELD);
    SipSession call = callWithoutOffer();
    bob.session().progress(183, ANSWER);
    bob.session().progress(183, LATE);
    phones.seconds(0.2);
    assertThat(last("183").bodyLength()).isZero();
    assertThat(call.remoteSdp()).contains(ANSWER);
    assertThat(bob.session().localSdp()).contains(ANSWER);
  }

  @Test
  void whatIsProposedWhileProgressIsToldGoesOutInThePrack() {
    alice.onProgress = session -> assertThat(session.offer(HOLD)).isTrue();
    SipSession call = alice.call();
    phones.seconds(0.02);
    bob.session().progress(183, ANSWER);
    phones.seconds(0.025);
    assertThat(phones.takeTranscript()).containsExactly("alice INVITE", "bob 183", "alice PRACK");
    assertThat(last("PRACK").sdp()).contains(HOLD);
    assertThat(bob.take()).containsExactly("incoming alice", "offer");
    bob.offer.orElseThrow().accept(HELD);
    phones.seconds(0.1);
    assertThat(phones.takeTranscript()).containsExactly("bob 200");
    assertThat(alice.take()).containsExactly("progress 183", "offer accepted");
    assertThat(call.localSdp()).contains(HOLD);
    assertThat(call.remoteSdp()).contains(HELD);
    bob.session().answer(LATE);
    phones.seconds(0.1);
    assertThat(last("200").bodyLength()).isZero();
    assertThat(call.state()).isEqualTo(SessionState.ESTABLISHED);
    assertThat(call.remoteSdp()).contains(HELD);
  }

  @Test
  void oneThatIsRefusedAcknowledgesAllTheSame() {
    alice.onProgress = session -> session.offer(HOLD);
    SipSession call = alice.call();
    phones.seconds(0.02);
    bob.session().progress(183, ANSWER);
    phones.seconds(0.025);
    bob.offer.orElseThrow().reject(488);
    phones.seconds(40);
    assertThat(alice.take()).containsExactly("progress 183", "offer rejected 488");
    assertThat(call.state()).isEqualTo(SessionState.RINGING);
    assertThat(call.localSdp()).contains(OFFER);
  }

  @Test
  void anOfferWithoutAnAnswerIsNoneToUnreliableProgress() {
    alice.onProgress = session -> assertThat(session.offer(HOLD)).isFalse();
    alice.call();
    phones.seconds(0.02);
    bob.session().ring();
    phones.seconds(0.1);
    assertThat(phones.takeTranscript()).containsExactly("alice INVITE", "bob 180");
  }

  @Test
  void onABadWireTheCallComesToBeAndBothKnowWhatWasSaid() {
    int reached = 0;
    for (int seed = 0; seed < 60; seed++) {
      TwoPhones pair = new TwoPhones();
      Random random = new Random(seed);
      pair.doubled = seed % 2 == 0;
      pair.lost = message -> random.nextInt(5) == 0;
      pair.alice.onProgress = progressing -> progressing.acknowledge(HELD);
      SipSession call =
          pair.alice.call(CallRequest.to(Uri.of("sip:bob@192.0.2.2"), pair.alice.me()));
      pair.seconds(10);
      if (pair.bob.incoming.isEmpty()) {
        continue;
      }
      SipSession called = pair.bob.session();
      called.progress(183, ANSWER);
      called.answer(LATE);
      pair.seconds(60);
      if (call.state() == SessionState.ESTABLISHED) {
        reached++;
        assertThat(call.remoteSdp()).as("seed %d", seed).contains(ANSWER);
        assertThat(called.remoteSdp()).as("seed %d", seed).contains(HELD);
      }
      call.hangUp();
      called.hangUp();
      pair.seconds(300);
      assertThat(pair.alice.agent.sessions()).as("seed %d", seed).isEmpty();
      assertThat(pair.bob.agent.sessions()).as("seed %d", seed).isEmpty();
      assertThat(pair.time.pendingTimers()).as("seed %d", seed).isZero();
    }
    assertThat(reached).isGreaterThan(50);
  }
}
