// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import static io.phoneagent.sip.Wire.ALICE;
import static io.phoneagent.sip.Wire.CAROL;
import static io.phoneagent.sip.Wire.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.testkit.VirtualTime;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ServerTransactionTest {
  private final VirtualTime time = new VirtualTime();
  private final Wire wire = new Wire(time);
  private final Recorder user = new Recorder();
  private final SipTransactions transactions =
      new SipTransactions(time, wire, SipTimings.defaults(), SipTokens.from(new Random(2)), user);

  private final SipRequest invite = Wire.plain(SipMethod.INVITE, "z9hG4bK-inv").build();
  private final SipRequest options = Wire.plain(SipMethod.OPTIONS, "z9hG4bK-opt").build();

  private void seconds(double seconds) {
    time.advance(Duration.ofNanos((long) (seconds * 1e9)));
  }

  private ServerTransaction receive(SipRequest request, SipPeer from) {
    transactions.receive(request, from);
    return user.requests.get(user.requests.size() - 1);
  }

  private static SipRequest sibling(SipRequest invite, SipMethod method) {
    return invite.toBuilder()
        .method(method)
        .set(HeaderName.CSEQ, new CSeq(invite.cseq().number(), method).toString())
        .build();
  }

  @AfterEach
  void leavesNothingBehind() {
    seconds(200);
    assertThat(transactions.size()).isZero();
    assertThat(time.pendingTimers()).isZero();
  }

  @Test
  void says100AtOnceWhereTheInviteComesAgainBefore() {
    ServerTransaction slow = receive(invite, ALICE);
    seconds(0.1);
    slow.receiveAgain(ALICE);
    assertThat(wire.oneResponse().status()).isEqualTo(100);
    seconds(0.1);
    assertThat(wire.take()).isEmpty();
    slow.receiveAgain(ALICE);
    assertThat(wire.oneResponse().status()).isEqualTo(100);
    slow.respond(603);
    wire.take();
  }

  @Test
  void says100AfterThePauseUnlessSomethingElseWasSaid() {
    ServerTransaction slow = receive(invite, ALICE);
    seconds(0.199);
    assertThat(wire.take()).isEmpty();
    seconds(0.001);
    SipResponse trying = wire.oneResponse();
    assertThat(trying.status()).isEqualTo(100);
    assertThat(trying.toTag()).isEmpty();
    slow.respond(603);
    wire.take();

    ServerTransaction quick = receive(Wire.plain(SipMethod.INVITE, "z9hG4bK-2").build(), ALICE);
    quick.respond(180);
    seconds(1);
    assertThat(wire.takeNames()).contains("180").doesNotContain("100");
    quick.respond(486);
  }

  @Test
  void whoIsAskedTooMuchStillHearsThatACallEnds() {
    for (int i = 0; i < 100_000; i++) {
      receive(Wire.plain(SipMethod.OPTIONS, "z9hG4bK-" + i).build(), ALICE).respond(200);
    }
    wire.take();
    transactions.receive(options, ALICE);
    assertThat(wire.oneResponse().status()).isEqualTo(503);
    SipRequest bye = Wire.plain(SipMethod.BYE, "z9hG4bK-bye").toTag("b").build();
    receive(bye, ALICE).respond(200);
    assertThat(wire.oneResponse().status()).isEqualTo(200);
  }

  /** A hundred thousand of the longest would be 6 GB. */
  @Test
  void longRequestsAreFewer() {
    byte[] body = new byte[60_000];
    int taken = 0;
    for (int i = 0; i < 3_000; i++) {
      SipRequest one = Wire.plain(SipMethod.INFO, "z9hG4bK-" + i).body("text/plain", body).build();
      transactions.receive(one, ALICE);
      if (wire.sent.isEmpty()) {
        taken++;
        user.requests.get(0).respond(200);
        user.requests.clear();
      } else {
        assertThat(wire.oneResponse().status()).isEqualTo(503);
      }
      wire.take();
    }
    assertThat(taken * 60_000L).isBetween(120_000_000L, 140_000_000L);
    SipRequest bye = Wire.plain(SipMethod.BYE, "z9hG4bK-bye").toTag("b").build();
    receive(bye, ALICE).respond(200);
    assertThat(wire.oneResponse().status()).isEqualTo(200);
    seconds(33);
    receive(options, ALICE).respond(200);
    assertThat(wire.oneResponse().status()).as("later").isEqualTo(200);
  }

  @Test
  void recordsTheSourceAndATag() {
    receive(options, Wire.peer("203.0.113.9", 61_000)).respond(200);
    SipResponse ok = wire.oneResponse();
    assertThat(ok.via().received()).contains("203.0.113.9");
    assertThat(ok.via().rport()).contains("61000");
    assertThat(ok.toTag()).hasSize(16);
  }

  @Test
  void repeatsARefusalUntilItIsAcknowledged() {
    ServerTransaction transaction = receive(invite, ALICE);
    transaction.respond(486);
    seconds(8);
    assertThat(wire.times()).containsExactly(0L, 500L, 1500L, 3500L, 7500L);
    transactions.receive(sibling(invite, SipMethod.ACK), ALICE);
    assertThat(transaction.state()).isEqualTo(TransactionState.CONFIRMED);
    wire.take();
    seconds(4.9);
    transactions.receive(sibling(invite, SipMethod.ACK), ALICE);
    transactions.receive(invite, ALICE);
    assertThat(wire.take()).isEmpty();
    assertThat(transaction.state()).isEqualTo(TransactionState.CONFIRMED);
    seconds(0.1);
    assertThat(transaction.state()).isEqualTo(TransactionState.TERMINATED);
    assertThat(user.take()).containsExactly("request INVITE");
  }

  @Test
  void tellsThatARefusalWasNeverAcknowledged() {
    receive(invite, ALICE).respond(486);
    seconds(31.9);
    assertThat(user.take()).containsExactly("request INVITE");
    seconds(0.1);
    assertThat(user.take()).containsExactly("lost never acknowledged");
  }

  @Test
  void absorbsRepeatedInvitesAfterASuccessAndPassesItsAckOn() {
    ServerTransaction transaction = receive(invite, ALICE);
    transaction.respond(200);
    assertThat(wire.oneResponse().status()).isEqualTo(200);
    transactions.receive(invite, ALICE);
    assertThat(wire.take()).isEmpty();
    transaction.respond(200);
    assertThat(wire.oneResponse().status()).isEqualTo(200);
    transaction.respond(486);
    assertThat(wire.take()).isEmpty();
    transactions.receive(Wire.plain(SipMethod.ACK, "z9hG4bK-ack").build(), ALICE);
    transactions.receive(sibling(invite, SipMethod.ACK), ALICE);
    assertThat(user.take()).containsExactly("request INVITE", "ack", "ack");
    seconds(31.9);
    assertThat(transaction.state()).isEqualTo(TransactionState.ACCEPTED);
    seconds(0.1);
    assertThat(transaction.state()).isEqualTo(TransactionState.TERMINATED);
  }

  @Test
  void answersARepeatedRequestToWhereItCameFromLast() {
    ServerTransaction ringing = receive(invite, ALICE);
    ringing.respond(180);
    wire.take();
    transactions.receive(invite, CAROL);
    assertThat(wire.take()).extracting(Wire.Sent::to).containsExactly(CAROL);
    ringing.respond(200);
    assertThat(wire.take()).extracting(Wire.Sent::to).containsExactly(CAROL);
    assertThat(ringing.peer()).isEqualTo(CAROL);
  }

  @Test
  void sendsTheLastResponseAgainWhenTheAskerMoves() {
    ServerTransaction ringing = receive(invite, ALICE);
    ringing.respond(180);
    wire.take();
    ringing.redirect(CAROL);
    assertThat(wire.take()).extracting(Wire.Sent::to).containsExactly(CAROL);
    ringing.respond(486);
    seconds(2);
    wire.take();
    ringing.redirect(ALICE);
    seconds(0.6);
    assertThat(wire.times()).containsExactly(2000L, 2500L);
    assertThat(wire.take()).extracting(Wire.Sent::to).containsOnly(ALICE);
  }

  @Test
  void remembersOtherAnswersFor64T1() {
    ServerTransaction transaction = receive(options, ALICE);
    transactions.receive(options, ALICE);
    assertThat(wire.take()).isEmpty();
    transaction.respond(182);
    transactions.receive(options, ALICE);
    transaction.respond(200);
    transaction.respond(500);
    seconds(31.9);
    transactions.receive(options, ALICE);
    assertThat(wire.takeNames()).containsExactly("182", "182", "200", "200");
    assertThat(transaction.state()).isEqualTo(TransactionState.COMPLETED);
    seconds(0.1);
    assertThat(transaction.state()).isEqualTo(TransactionState.TERMINATED);
    assertThat(user.take()).containsExactly("request OPTIONS");
  }

  @Test
  void forgetsARefusedInviteAtOnceOverAStream() {
    ServerTransaction refused = receive(invite, STREAM);
    refused.respond(404);
    seconds(1);
    assertThat(wire.takeNames()).containsExactly("404");
    transactions.receive(sibling(invite, SipMethod.ACK), STREAM);
    seconds(0);
    assertThat(transactions.size()).isZero();
  }

  /** The first answer was lost with its connection. */
  @Test
  void aRequestThatComesAgainOverTheNextConnectionIsNotCarriedOutTwice() {
    receive(options, STREAM).respond(200);
    seconds(2);
    transactions.receive(options, STREAM);
    assertThat(user.take()).containsExactly("request OPTIONS");
    assertThat(wire.takeNames()).containsExactly("200", "200");
  }

  @Test
  void passesACancelOnAndAnswersIt() {
    ServerTransaction transaction = receive(invite, ALICE);
    transaction.respond(180);
    String tag = wire.oneResponse().toTag();
    SipRequest cancel = sibling(invite, SipMethod.CANCEL);
    transactions.receive(cancel, ALICE);
    assertThat(wire.sent).extracting(one -> one.message().toTag()).containsExactly(tag, tag);
    assertThat(wire.takeNames()).containsExactly("200", "487");
    transactions.receive(cancel, ALICE);
    assertThat(wire.takeNames()).containsExactly("200");
    transactions.receive(sibling(invite, SipMethod.ACK), ALICE);
    assertThat(user.take()).containsExactly("request INVITE", "cancel");
  }

  @Test
  void cancelsNothingThatIsAnsweredOrUnknown() {
    receive(invite, ALICE).respond(200);
    transactions.receive(sibling(invite, SipMethod.CANCEL), ALICE);
    assertThat(wire.takeNames()).containsExactly("200", "200");
    transactions.receive(
        sibling(Wire.plain(SipMethod.INVITE, "z9hG4bK-x").build(), SipMethod.CANCEL), ALICE);
    assertThat(wire.takeNames()).containsExactly("481");
    assertThat(user.take()).containsExactly("request INVITE");
  }

  @Test
  void matchesSendersWithoutBranches() {
    SipRequest old =
        invite.toBuilder().set(HeaderName.VIA, "SIP/2.0/UDP 192.0.2.1;branch=1").build();
    SipRequest other = old.toBuilder().set(HeaderName.CALL_ID, "other").build();
    receive(old, ALICE).respond(486);
    transactions.receive(old, ALICE);
    receive(other, ALICE).respond(486);
    transactions.receive(sibling(old, SipMethod.ACK), ALICE);
    transactions.receive(sibling(other, SipMethod.ACK), ALICE);
    assertThat(user.take()).containsExactly("request INVITE", "request INVITE");
  }

  @Test
  void tellsSendersWithTheSameBranchApart() {
    receive(invite, ALICE).respond(486);
    SipRequest stranger =
        invite.toBuilder()
            .set(HeaderName.VIA, "SIP/2.0/UDP 192.0.2.7:5060;branch=z9hG4bK-inv")
            .build();
    receive(stranger, CAROL).respond(486);
    assertThat(user.take()).containsExactly("request INVITE", "request INVITE");
  }

  @Test
  void refusesWhatCannotBeRead() {
    transactions.receive(
        ByteBuffer.wrap(
            Wire.bytes(
                "OPTIONS sip:a@b SIP/7.0",
                "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
                "From: <sip:a@b>;tag=1",
                "To: <sip:a@b>",
                "Call-ID: 1",
                "CSeq: 1 OPTIONS",
                "",
                "")),
        ALICE);
    assertThat(wire.oneResponse().status()).isEqualTo(505);
    transactions.receive(ByteBuffer.wrap(new byte[] {'\r', '\n'}), ALICE);
    transactions.receive(
        Wire.plain(SipMethod.ACK, "z9hG4bK1").set(HeaderName.ROUTE, "x").build(), ALICE);
    assertThat(wire.take()).isEmpty();
    transactions.receive(
        Wire.plain(SipMethod.INVITE, "z9hG4bK1").set(HeaderName.ROUTE, "x").build(), ALICE);
    assertThat(wire.oneResponse().status()).isEqualTo(400);
    assertThat(user.take()).containsExactly("malformed 505", "malformed 0", "ack", "malformed 400");
  }

  @Test
  void tellsThatAnAnswerCouldNotBeSent() {
    ServerTransaction transaction = receive(options, ALICE);
    wire.broken = true;
    transaction.respond(200);
    assertThat(user.take()).containsExactly("request OPTIONS", "lost could not be sent");
  }

  @Test
  void goesOnTryingToRefuseOverAPathThatComesBack() {
    ServerTransaction transaction = receive(invite, ALICE);
    wire.broken = true;
    transaction.respond(486);
    transaction.redirect(CAROL);
    wire.broken = false;
    transaction.redirect(ALICE);
    assertThat(wire.oneResponse().status()).isEqualTo(486);
    transactions.receive(sibling(invite, SipMethod.ACK), ALICE);
    assertThat(transaction.state()).isEqualTo(TransactionState.CONFIRMED);
  }
}
