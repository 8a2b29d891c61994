// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import static io.phoneagent.sip.Wire.ALICE;
import static io.phoneagent.sip.Wire.BOB;
import static io.phoneagent.sip.Wire.CAROL;
import static io.phoneagent.sip.Wire.STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClientTransactionTest {
  private final VirtualTime time = new VirtualTime();
  private final Wire wire = new Wire(time);
  private final Recorder user = new Recorder();
  private final SipTransactions transactions =
      new SipTransactions(time, wire, SipTimings.defaults(), SipTokens.from(new Random(1)), user);

  private final SipRequest invite = Wire.plain(SipMethod.INVITE, "z9hG4bK-inv").build();
  private final SipRequest options = Wire.plain(SipMethod.OPTIONS, "z9hG4bK-opt").build();

  private void answer(SipRequest request, int status, String tag) {
    transactions.receive(Wire.answer(request, status, tag), BOB);
  }

  private void seconds(double seconds) {
    time.advance(Duration.ofNanos((long) (seconds * 1e9)));
  }

  @AfterEach
  void leavesNothingBehind() {
    seconds(200);
    assertThat(transactions.size()).isZero();
    assertThat(time.pendingTimers()).isZero();
  }

  @Test
  void repeatsAnInviteWithDoubledPausesUntilTimerB() {
    transactions.send(invite, BOB, user);
    seconds(31.999);
    assertThat(wire.times()).containsExactly(0L, 500L, 1500L, 3500L, 7500L, 15_500L, 31_500L);
    assertThat(user.events).isEmpty();
    seconds(0.001);
    assertThat(user.take()).containsExactly("failure 408");
  }

  @Test
  void repeatsOtherRequestsWithPausesUpToT2UntilTimerF() {
    transactions.send(options, BOB, user);
    seconds(31.999);
    assertThat(wire.times())
        .containsExactly(
            0L, 500L, 1500L, 3500L, 7500L, 11_500L, 15_500L, 19_500L, 23_500L, 27_500L, 31_500L);
    seconds(0.001);
    assertThat(user.take()).containsExactly("failure 408");
  }

  @Test
  void repeatsNothingOverAStream() {
    transactions.send(invite, STREAM, user);
    transactions.send(options, STREAM, user);
    seconds(32);
    assertThat(wire.times()).containsExactly(0L, 0L);
    assertThat(user.take()).containsExactly("failure 408", "failure 408");
  }

  @Test
  void waitsWithoutLimitAfterAProvisionalResponse() {
    ClientTransaction transaction = transactions.send(invite, BOB, user);
    seconds(1);
    answer(invite, 100, "");
    answer(invite, 180, "b");
    wire.take();
    seconds(170);
    assertThat(wire.take()).isEmpty();
    assertThat(transaction.state()).isEqualTo(TransactionState.PROCEEDING);
    answer(invite, 486, "b");
    assertThat(user.take()).containsExactly("100 ", "180 b", "486 b");
  }

  @Test
  void asksAgainEveryT2AfterAProvisionalResponseToAnotherRequest() {
    transactions.send(options, BOB, user);
    answer(options, 100, "");
    seconds(9);
    assertThat(wire.times()).containsExactly(0L, 500L, 4500L, 8500L);
    seconds(23);
    assertThat(user.take()).containsExactly("100 ", "failure 408");
  }

  @Test
  void acknowledgesARefusalEachTimeItComes() {
    ClientTransaction transaction = transactions.send(invite, BOB, user);
    wire.take();
    answer(invite, 486, "b");
    SipRequest ack = wire.oneRequest();
    assertThat(ack.method()).isEqualTo(SipMethod.ACK);
    assertThat(ack.via()).isEqualTo(invite.via());
    assertThat(ack.uriText()).isEqualTo(invite.uriText());
    assertThat(ack.toTag()).isEqualTo("b");
    assertThat(ack.from()).isEqualTo(invite.from());
    assertThat(ack.callId()).isEqualTo(invite.callId());
    assertThat(ack.cseq()).isEqualTo(new CSeq(1, SipMethod.ACK));
    seconds(31.9);
    answer(invite, 486, "b");
    assertThat(wire.oneRequest().method()).isEqualTo(SipMethod.ACK);
    answer(invite, 180, "b");
    answer(invite, 200, "b");
    assertThat(wire.take()).isEmpty();
    assertThat(user.take()).containsExactly("486 b");
    assertThat(transaction.state()).isEqualTo(TransactionState.COMPLETED);
    seconds(0.1);
    assertThat(transaction.state()).isEqualTo(TransactionState.TERMINATED);
    answer(invite, 486, "b");
    assertThat(user.take()).containsExactly("stray 486");
  }

  @Test
  void passesEverySuccessOnFor64T1() {
    ClientTransaction transaction = transactions.send(invite, BOB, user);
    wire.take();
    answer(invite, 200, "b");
    answer(invite, 200, "fork");
    answer(invite, 486, "late");
    seconds(31.9);
    answer(invite, 200, "b");
    assertThat(transaction.state()).isEqualTo(TransactionState.ACCEPTED);
    assertThat(wire.take()).isEmpty();
    seconds(0.1);
    answer(invite, 200, "b");
    assertThat(user.take()).containsExactly("200 b", "200 fork", "200 b", "stray 200");
  }

  @Test
  void absorbsRepeatedAnswersToOtherRequests() {
    ClientTransaction transaction = transactions.send(options, BOB, user);
    answer(options, 200, "b");
    answer(options, 200, "b");
    seconds(4.9);
    answer(options, 200, "b");
    assertThat(transaction.state()).isEqualTo(TransactionState.COMPLETED);
    seconds(0.1);
    answer(options, 200, "b");
    assertThat(user.take()).containsExactly("200 b", "stray 200");
  }

  @Test
  void endsAtOnceOverAStream() {
    ClientTransaction first = transactions.send(options, STREAM, user);
    ClientTransaction second = transactions.send(invite, STREAM, user);
    answer(options, 200, "b");
    answer(invite, 404, "b");
    assertThat(first.state()).isEqualTo(TransactionState.TERMINATED);
    assertThat(second.state()).isEqualTo(TransactionState.TERMINATED);
    assertThat(wire.takeNames()).containsExactly("OPTIONS", "INVITE", "ACK");
  }

  @ParameterizedTest
  @CsvSource({"z9hG4bK-other,INVITE", "z9hG4bK-inv,OPTIONS"})
  void ignoresResponsesOfOthers(String branch, String method) {
    transactions.send(invite, BOB, user);
    answer(Wire.plain(SipMethod.of(method), branch).build(), 200, "b");
    assertThat(user.take()).containsExactly("stray 200");
  }

  @Test
  void sendsTheSameBytesOnANewPathAtOnce() {
    ClientTransaction transaction = transactions.send(invite, BOB, user);
    seconds(3);
    wire.take();
    transaction.redirect(CAROL);
    seconds(2);
    List<Wire.Sent> sent = wire.take();
    assertThat(sent).extracting(Wire.Sent::millis).containsExactly(3000L, 3500L, 4500L);
    assertThat(sent).extracting(Wire.Sent::to).containsOnly(CAROL);
    assertThat(sent).allSatisfy(one -> assertThat(one.message().bytes()).isEqualTo(invite.bytes()));
    seconds(29.9);
    assertThat(user.take()).isEmpty();
    seconds(0.2);
    assertThat(user.take()).containsExactly("failure 408");
  }

  @Test
  void movesARingingInviteUntilTheNewPathAnswers() {
    ClientTransaction transaction = transactions.send(invite, BOB, user);
    answer(invite, 180, "b");
    seconds(10);
    wire.take();
    transaction.redirect(CAROL);
    seconds(2);
    assertThat(wire.times()).containsExactly(10_000L, 10_500L, 11_500L);
    answer(invite, 180, "b");
    wire.take();
    seconds(100);
    assertThat(wire.take()).isEmpty();
    assertThat(user.take()).containsExactly("180 b", "180 b");
    answer(invite, 200, "b");
  }

  @Test
  void movesOtherRequestsAndThoseOfAPeer() {
    transactions.send(options, BOB, user);
    transactions.send(invite, ALICE, user);
    seconds(3);
    wire.take();
    transactions.redirect(BOB, CAROL);
    assertThat(wire.times()).containsExactly(3000L);
    assertThat(wire.oneRequest().method()).isEqualTo(SipMethod.OPTIONS);
    seconds(0.5);
    assertThat(wire.take()).extracting(Wire.Sent::to).containsExactly(ALICE, CAROL);
  }

  @Test
  void sendsNothingAnewWhenItIsOver() {
    ClientTransaction transaction = transactions.send(options, BOB, user);
    answer(options, 200, "b");
    wire.take();
    transaction.redirect(CAROL);
    assertThat(wire.take()).isEmpty();
  }

  @Test
  void cancelsOnceItRings() {
    ClientTransaction transaction = transactions.send(invite, BOB, user);
    wire.take();
    transaction.cancel();
    transaction.cancel();
    assertThat(wire.take()).isEmpty();
    answer(invite, 180, "b");
    SipRequest cancel = wire.oneRequest();
    assertThat(cancel.method()).isEqualTo(SipMethod.CANCEL);
    assertThat(cancel.via()).isEqualTo(invite.via());
    assertThat(cancel.cseq()).isEqualTo(new CSeq(1, SipMethod.CANCEL));
    assertThat(cancel.toTag()).isEmpty();
    answer(cancel, 200, "b");
    answer(invite, 487, "b");
    assertThat(wire.oneRequest().method()).isEqualTo(SipMethod.ACK);
    assertThat(user.take()).containsExactly("180 b", "487 b");
  }

  @Test
  void givesUpACancelledInviteThatIsNeverAnswered() {
    ClientTransaction transaction = transactions.send(invite, BOB, user);
    answer(invite, 180, "b");
    transaction.cancel();
    seconds(33);
    assertThat(user.take()).containsExactly("180 b", "failure 408");
  }

  @Test
  void tellsThatTheTransportFailed() {
    wire.broken = true;
    transactions.send(options, BOB, user);
    assertThat(user.take()).isEmpty();
    seconds(0);
    assertThat(user.take()).containsExactly("failure 503");
    wire.broken = false;
    transactions.send(options, STREAM, user);
    transactions.send(invite, BOB, user);
    transactions.transportFailed(STREAM);
    assertThat(user.take()).containsExactly("failure 503");
    wire.broken = true;
    seconds(0.5);
    assertThat(user.take()).containsExactly("failure 503");
  }

  @Test
  void wantsABranchOfItsOwn() {
    transactions.send(invite, BOB, user);
    assertThatThrownBy(() -> transactions.send(invite, BOB, user))
        .isInstanceOf(InvalidMessageException.class);
    assertThatThrownBy(() -> transactions.send(Wire.plain(SipMethod.BYE, "old").build(), BOB, user))
        .isInstanceOf(InvalidMessageException.class);
  }

  @Test
  void keepsToOtherTimings() {
    SipTransactions quick =
        new SipTransactions(
            time,
            wire,
            new SipTimings(
                Duration.ofMillis(50),
                Duration.ofMillis(100),
                Duration.ofMillis(10),
                Duration.ZERO),
            SipTokens.from(new Random(1)),
            user);
    quick.send(options, BOB, user);
    seconds(0.4);
    assertThat(wire.times()).containsExactly(0L, 50L, 150L, 250L, 350L);
    seconds(2.8);
    assertThat(user.take()).containsExactly("failure 408");
  }
}
