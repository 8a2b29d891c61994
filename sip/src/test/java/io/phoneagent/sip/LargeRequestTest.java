// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import static io.phoneagent.sip.Wire.BOB;
import static io.phoneagent.sip.Wire.CAROL;
import static io.phoneagent.sip.Wire.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.testkit.VirtualTime;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 3261, section 18.1.1: what is too large for a datagram goes over a connection. */
final class LargeRequestTest {
  private static final SipPeer ANOTHER =
      SipPeer.of(new InetSocketAddress("192.0.2.5", 5060), "TCP");

  private final VirtualTime time = new VirtualTime();
  private final Wire wire = new Wire(time);
  private final Recorder user = new Recorder();
  private final SipTransactions transactions =
      new SipTransactions(time, wire, SipTimings.defaults(), SipTokens.from(new Random(1)), user);
  private final SipRequest invite = ofSize(SipMethod.INVITE, 1_301);

  private static SipRequest ofSize(SipMethod method, int octets) {
    SipRequest.Builder request = Wire.plain(method, "z9hG4bK-large");
    int plain =
        Wire.plain(method, "z9hG4bK-large").add(HeaderName.SUBJECT, "").build().bytes().remaining();
    SipRequest made = request.add(HeaderName.SUBJECT, "x".repeat(octets - plain)).build();
    assertThat(made.bytes().remaining()).isEqualTo(octets);
    return made;
  }

  private void seconds(double seconds) {
    time.advance(Duration.ofNanos((long) (seconds * 1e9)));
  }

  private ClientTransaction sendOverConnection(SipRequest request) {
    wire.connection = Optional.of(STREAM);
    return transactions.send(request, BOB, user);
  }

  @AfterEach
  void leavesNothingBehind() {
    seconds(200);
    assertThat(transactions.size()).isZero();
    assertThat(time.pendingTimers()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"INVITE, 1300, UDP", "INVITE, 1301, TCP", "OPTIONS, 1300, UDP", "OPTIONS, 1301, TCP"})
  void beyond1300OctetsItGoesOverTheConnectionAndSaysSo(String method, int octets, String by) {
    sendOverConnection(ofSize(SipMethod.of(method), octets));
    Wire.Sent sent = wire.sent.get(0);
    assertThat(sent.to()).isEqualTo(by.equals("UDP") ? BOB : STREAM);
    assertThat(sent.message().via().transport()).isEqualTo(by);
    assertThat(sent.message().via().toString())
        .endsWith(" 192.0.2.1:5060;branch=z9hG4bK-large;rport");
    seconds(0.49);
    assertThat(wire.sent.stream().map(Wire.Sent::to)).containsExactly(sent.to());
    seconds(31);
    assertThat(wire.sent.stream().filter(s -> s.to().equals(STREAM)))
        .as("is not repeated")
        .hasSize(by.equals("UDP") ? 0 : 1);
  }

  @Test
  void withoutAConnectionItIsADatagramAllTheSame() {
    transactions.send(invite, BOB, user);
    assertThat(wire.one().bytes()).isEqualTo(invite.bytes());
    seconds(1);
    assertThat(wire.takeNames()).containsExactly("INVITE");
  }

  @Test
  void whatIsAnsweredOverTheConnectionIsAcknowledgedThere() {
    sendOverConnection(invite);
    wire.take();
    transactions.receive(Wire.answer(invite, 486, "b"), STREAM);
    Wire.Sent ack = wire.take().get(0);
    assertThat(ack.to()).isEqualTo(STREAM);
    assertThat(ack.message().via().transport()).isEqualTo("TCP");
    assertThat(user.take()).containsExactly("486 b");
  }

  @Test
  void itIsCancelledThere() {
    ClientTransaction transaction = sendOverConnection(invite);
    transactions.receive(Wire.answer(invite, 180, "b"), STREAM);
    wire.take();
    transaction.cancel();
    Wire.Sent cancel = wire.take().get(0);
    assertThat(cancel.to()).isEqualTo(STREAM);
    assertThat(cancel.message().via().transport()).isEqualTo("TCP");
    assertThat(cancel.message().via().branch()).isEqualTo("z9hG4bK-large");
  }

  @Test
  void aRefusedConnectionLeavesTheDatagramWithItsRepetitions() {
    sendOverConnection(invite);
    wire.take();
    seconds(0.2);
    transactions.transportFailed(STREAM);
    assertThat(user.take()).isEmpty();
    seconds(0.6);
    List<Wire.Sent> sent = wire.take();
    assertThat(sent).extracting(Wire.Sent::millis).containsExactly(200L, 700L);
    assertThat(sent)
        .allMatch(s -> s.to().equals(BOB) && s.message().bytes().equals(invite.bytes()));
    transactions.receive(Wire.answer(invite, 200, "b"), BOB);
    assertThat(user.take()).containsExactly("200 b");
  }

  @Test
  void whatCannotBeSentOverTheConnectionIsADatagram() {
    int[] tries = {0};
    SipTransactions refused =
        new SipTransactions(
            time,
            new SipTransport() {
              @Override
              public void send(ByteBuffer message, SipPeer to) throws IOException {
                tries[0]++;
                if (to.equals(STREAM)) {
                  throw new IOException("closed");
                }
                wire.send(message, to);
              }

              @Override
              public Optional<SipPeer> overConnection(SipPeer to) {
                return Optional.of(STREAM);
              }
            },
            SipTimings.defaults(),
            SipTokens.from(new Random(1)),
            user);
    refused.send(invite, BOB, user);
    seconds(0.1);
    assertThat(tries[0]).isEqualTo(2);
    assertThat(wire.take().get(0).to()).isEqualTo(BOB);
    refused.receive(Wire.answer(invite, 486, "b"), BOB);
    assertThat(user.take()).containsExactly("486 b");
    seconds(40);
    assertThat(refused.size()).isZero();
  }

  @Test
  void aConnectionThatBreaksOnceItWasAnsweredEndsTheTransaction() {
    sendOverConnection(invite);
    transactions.receive(Wire.answer(invite, 180, "b"), STREAM);
    transactions.transportFailed(STREAM);
    assertThat(user.take()).containsExactly("180 b", "failure 503");
  }

  @Test
  void anEndThatIsAskedAgainAtTheSamePlaceGetsItOnce() {
    ClientTransaction transaction = sendOverConnection(invite);
    wire.take();
    transaction.redirect(BOB);
    transactions.redirect(BOB, BOB);
    assertThat(wire.take()).isEmpty();
  }

  @Test
  void anEndThatHasMovedGetsItOverItsNewConnection() {
    sendOverConnection(invite);
    wire.take();
    wire.connection = Optional.of(ANOTHER);
    transactions.redirect(BOB, CAROL);
    assertThat(wire.take()).extracting(Wire.Sent::to).containsExactly(ANOTHER);
    wire.connection = Optional.empty();
    transactions.redirect(CAROL, BOB);
    Wire.Sent sent = wire.take().get(0);
    assertThat(sent.to()).isEqualTo(BOB);
    assertThat(sent.message().bytes()).isEqualTo(invite.bytes());
  }

  @Test
  void aLargeAcknowledgementGoesThereToo() {
    wire.connection = Optional.of(STREAM);
    transactions.sendAck(ofSize(SipMethod.ACK, 1_400), BOB);
    transactions.sendAck(ofSize(SipMethod.ACK, 400), BOB);
    List<Wire.Sent> sent = wire.take();
    assertThat(sent).extracting(Wire.Sent::to).containsExactly(STREAM, BOB);
    assertThat(sent).extracting(s -> s.message().via().transport()).containsExactly("TCP", "UDP");
  }

  /** An end that has taken the connection, and says nothing by it for half a second. */
  private ClientTransaction silentByConnection(SipRequest request) {
    ClientTransaction transaction = sendOverConnection(request);
    wire.take();
    seconds(0.499);
    assertThat(wire.take()).isEmpty();
    seconds(0.001);
    Wire.Sent beside = wire.take().get(0);
    assertThat(beside.to()).isEqualTo(BOB);
    assertThat(beside.message().bytes()).isEqualTo(request.bytes());
    return transaction;
  }

  @ParameterizedTest
  @ValueSource(strings = {"INVITE", "OPTIONS"})
  void whatIsSilentOverTheConnectionGetsTheDatagramAfterHalfASecond(String method) {
    SipRequest request = ofSize(SipMethod.of(method), 1_301);
    silentByConnection(request);
    seconds(0.5);
    assertThat(wire.takeNames()).as("which is repeated").containsExactly(method);
    transactions.receive(Wire.answer(request, 200, "b"), BOB);
    assertThat(user.take()).containsExactly("200 b");
    assertThat(wire.overtaken).containsExactly(STREAM);
  }

  @Test
  void whenTheDatagramIsAnsweredAllElseGoesByDatagram() {
    ClientTransaction transaction = silentByConnection(invite);
    transactions.receive(Wire.answer(invite, 180, "b"), BOB);
    transaction.cancel();
    Wire.Sent cancel = wire.take().get(0);
    assertThat(cancel.to()).isEqualTo(BOB);
    assertThat(cancel.message().via().transport()).isEqualTo("UDP");
    transactions.transportFailed(STREAM);
    assertThat(user.take()).containsExactly("180 b");
  }

  @Test
  void theConnectionMayStillWin() {
    silentByConnection(invite);
    transactions.receive(Wire.answer(invite, 180, "b"), STREAM);
    seconds(5);
    assertThat(wire.take()).as("nothing is repeated any more").isEmpty();
    transactions.receive(Wire.answer(invite, 486, "b"), STREAM);
    Wire.Sent ack = wire.take().get(0);
    assertThat(ack.to()).isEqualTo(STREAM);
    assertThat(ack.message().via().transport()).isEqualTo("TCP");
    assertThat(wire.overtaken).isEmpty();
  }

  @Test
  void whatIsAnsweredInTimeIsNoDatagram() {
    sendOverConnection(invite);
    wire.take();
    seconds(0.4);
    transactions.receive(Wire.answer(invite, 100, ""), STREAM);
    seconds(5);
    assertThat(wire.take()).isEmpty();
    transactions.receive(Wire.answer(invite, 200, "b"), STREAM);
  }

  @Test
  void anEndThatHasItByBothWaysSaysSoAndTheOtherWayGoesOn() {
    silentByConnection(invite);
    transactions.receive(Wire.answer(invite, 482, "b"), BOB);
    seconds(5);
    assertThat(wire.take()).as("the connection's has it").isEmpty();
    transactions.receive(Wire.answer(invite, 200, "b"), STREAM);
    assertThat(user.take()).containsExactly("200 b");
  }

  @Test
  void theSameTheOtherWayRound() {
    silentByConnection(invite);
    transactions.receive(Wire.answer(invite, 482, "b"), STREAM);
    seconds(0.5);
    assertThat(wire.takeNames()).containsExactly("INVITE");
    transactions.receive(Wire.answer(invite, 200, "b"), BOB);
    assertThat(user.take()).containsExactly("200 b");
    assertThat(wire.overtaken).as("it does speak over connections").isEmpty();
  }

  @Test
  void aConnectionThatBreaksBesideADatagramChangesNothing() {
    silentByConnection(invite);
    transactions.transportFailed(STREAM);
    seconds(0.5);
    assertThat(wire.takeNames()).containsExactly("INVITE");
    transactions.receive(Wire.answer(invite, 200, "b"), BOB);
    assertThat(user.take()).containsExactly("200 b");
  }

  @Test
  void whereTheDatagramCannotGoTheConnectionIsWaitedFor() {
    sendOverConnection(invite);
    wire.broken = true;
    seconds(2);
    assertThat(user.take()).isEmpty();
    transactions.receive(Wire.answer(invite, 200, "b"), STREAM);
    assertThat(user.take()).containsExactly("200 b");
  }

  @Test
  void whoAnswersByNeitherWayIsGivenUpInTime() {
    silentByConnection(invite);
    seconds(31.4);
    assertThat(user.take()).isEmpty();
    seconds(0.2);
    assertThat(user.take()).containsExactly("failure 408");
  }

  @Test
  void anEndThatIsAskedAgainMeanwhileGetsTheDatagramAgain() {
    ClientTransaction transaction = silentByConnection(invite);
    transaction.redirect(BOB);
    assertThat(wire.take()).extracting(Wire.Sent::to).containsExactly(BOB);
    wire.connection = Optional.of(ANOTHER);
    transaction.redirect(CAROL);
    assertThat(wire.take()).as("it has moved").extracting(Wire.Sent::to).containsExactly(ANOTHER);
  }
}
