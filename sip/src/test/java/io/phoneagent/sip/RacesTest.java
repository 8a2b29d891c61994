// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import static io.phoneagent.sip.TwoPhones.ANSWER;
import static io.phoneagent.sip.TwoPhones.OFFER;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/**
 * What happens at once, on a wire that loses, doubles and reorders: a quarter of all messages is
 * lost, half of all wires double, and a message takes 0 to 0.6 s, longer than T1.
 */
final class RacesTest {
  private static final int WIRES = 120;

  private static void overBadWires(BiConsumer<TwoPhones, Random> story) {
    for (int seed = 0; seed < WIRES; seed++) {
      TwoPhones pair = new TwoPhones();
      Random random = new Random(seed);
      pair.doubled = seed % 2 == 0;
      pair.lost = message -> random.nextInt(4) == 0;
      pair.delayMillis = () -> random.nextInt(600);
      try {
        story.accept(pair, random);
        pair.alice.agent.sessions().forEach(SipSession::hangUp);
        pair.seconds(40);
        pair.bob.agent.sessions().forEach(SipSession::hangUp);
        pair.seconds(300);
        pair.assertNothingLeft();
      } catch (AssertionError e) {
        throw new AssertionError("on wire " + seed, e);
      }
    }
  }

  @Test
  void whoGivesUpIsNotInACallWhateverCrosses() {
    int[] crossed = {0};
    overBadWires(
        (pair, random) -> {
          SipSession session = pair.alice.call();
          pair.seconds(0.3 + random.nextDouble());
          pair.bob.incoming.forEach(SipSession::ring);
          pair.seconds(random.nextDouble());
          session.hangUp();
          pair.bob.incoming.forEach(s -> s.answer(ANSWER));
          pair.seconds(random.nextDouble());
          crossed[0] += pair.bob.events.contains("established") ? 1 : 0;
          // All of 64 T1 and a BYE's.
          pair.seconds(80);
          assertThat(pair.bob.agent.sessions()).isEmpty();
        });
    assertThat(crossed[0]).as("answers that crossed").isPositive();
  }

  @Test
  void bothHangUpAtOnce() {
    overBadWires(
        (pair, random) -> {
          SipSession session = established(pair).orElse(null);
          if (session != null) {
            session.hangUp();
            pair.bob.incoming.forEach(SipSession::hangUp);
          }
        });
  }

  @Test
  void changesOfBothEndsAreSettled() {
    int[] settled = {0};
    overBadWires(
        (pair, random) -> {
          SipSession session = established(pair).orElse(null);
          if (session == null) {
            return;
          }
          session.offer(OFFER);
          pair.bob.session().offer(OFFER);
          for (int i = 0; i < 100; i++) {
            pair.seconds(0.5);
            for (TwoPhones.Phone phone : new TwoPhones.Phone[] {pair.alice, pair.bob}) {
              phone.offer.ifPresent(offer -> offer.accept(ANSWER));
            }
          }
          settled[0] +=
              pair.alice.events.contains("offer accepted")
                      && pair.bob.events.contains("offer accepted")
                  ? 1
                  : 0;
          assertThat(pair.alice.events).containsOnlyOnce("established");
        });
    assertThat(settled[0]).as("wires on which both were taken").isGreaterThan(WIRES / 2);
  }

  @Test
  void aTransferIsToldOnce() {
    int[] told = {0};
    overBadWires(
        (pair, random) -> {
          SipSession session = established(pair).orElse(null);
          if (session == null) {
            return;
          }
          session.refer(new ReferTo(Uri.of("sip:carol@192.0.2.3"), Optional.empty()));
          pair.seconds(8);
          pair.bob.refer.ifPresent(IncomingRefer::accept);
          pair.seconds(2);
          pair.bob.refer.ifPresent(refer -> refer.progress(200));
          pair.seconds(20);
          long last = pair.alice.events.stream().filter("transfer 200"::equals).count();
          assertThat(last).isLessThanOrEqualTo(1);
          told[0] += (int) last;
        });
    assertThat(told[0]).isGreaterThan(WIRES / 2);
  }

  /** The established session, or nothing where the wire was too bad for a call. */
  private static Optional<SipSession> established(TwoPhones pair) {
    SipSession session = pair.alice.call();
    pair.seconds(8);
    pair.bob.incoming.forEach(s -> s.answer(ANSWER));
    pair.seconds(20);
    boolean both =
        session.state() == SessionState.ESTABLISHED
            && !pair.bob.incoming.isEmpty()
            && pair.bob.session().state() == SessionState.ESTABLISHED;
    return both ? Optional.of(session) : Optional.empty();
  }
}
