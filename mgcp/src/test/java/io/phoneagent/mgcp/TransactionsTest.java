// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.testkit.VirtualTime;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One side of transactions, whose other end is the test. */
final class TransactionsTest {
  private static final MgcpPeer CA = MgcpPeer.of(new InetSocketAddress("192.0.2.1", 2727));
  private static final MgcpPeer CA2 = MgcpPeer.of(new InetSocketAddress("192.0.2.2", 2727));
  private static final EndpointName LINE = EndpointName.analogLine(1, "gw");

  private final VirtualTime time = new VirtualTime();
  private final List<String> sent = new ArrayList<>();
  private final List<MgcpPeer> sentTo = new ArrayList<>();
  private final List<Duration> sentAt = new ArrayList<>();
  private final List<IncomingCommand> commands = new ArrayList<>();
  private final List<MalformedMgcp> malformed = new ArrayList<>();
  private final List<String> outcomes = new ArrayList<>();
  private boolean hears = true;

  private final MgcpTransactions transactions =
      new MgcpTransactions(
          time,
          (datagram, to) -> {
            sent.add(Wire.text(datagram));
            sentTo.add(to);
            sentAt.add(Duration.ofNanos(time.nanos()));
          },
          MgcpTimings.standard(),
          MgcpLimits.defaults().transactions(8),
          () -> 0.5,
          new MgcpUser() {
            @Override
            public boolean hears(MgcpPeer from) {
              return hears;
            }

            @Override
            public void onCommand(IncomingCommand incoming) {
              commands.add(incoming);
            }

            @Override
            public void onMalformed(MalformedMgcp one, MgcpPeer from) {
              malformed.add(one);
            }
          });

  private final ResponseListener listener =
      new ResponseListener() {
        @Override
        public void onResponse(MgcpResponse response) {
          outcomes.add(Integer.toString(response.code()));
        }

        @Override
        public void onTimeout() {
          outcomes.add("timeout");
        }

        @Override
        public void onProvisional(MgcpResponse response) {
          outcomes.add("provisional");
        }
      };

  private void receive(String text, MgcpPeer from) {
    transactions.receive(ByteBuffer.wrap(Wire.octets(text)), from);
  }

  private void receive(String text) {
    receive(text, CA);
  }

  private OutgoingCommand send(MgcpPeer... to) {
    return transactions.send(MgcpCommand.of(MgcpVerb.NOTIFY, 1, LINE), List.of(to), listener);
  }

  private int id() {
    return Wire.command(sent.get(sent.size() - 1)).transaction();
  }

  private static Duration seconds(double seconds) {
    return Duration.ofNanos((long) (seconds * 1e9));
  }

  @Test
  void aCommandIsExecutedOnceAndAnsweredEachTime() {
    receive("AUEP 7 aaln/1@gw MGCP 1.0\n");
    commands.get(0).respond(commands.get(0).command().respond(200));
    receive("AUEP 7 aaln/1@gw MGCP 1.0\n");
    time.advance(seconds(29.9));
    receive("AUEP 7 aaln/1@gw MGCP 1.0\n");
    assertThat(commands).hasSize(1);
    assertThat(sent).containsExactly("200 7 OK\n", "200 7 OK\n", "200 7 OK\n");
    time.advance(seconds(0.1));
    assertThat(transactions.size()).isZero();
    receive("AUEP 7 aaln/1@gw MGCP 1.0\n");
    assertThat(commands).hasSize(2);
  }

  @Test
  void theSameNumberOfAnotherPeerIsAnotherTransaction() {
    receive("AUEP 7 aaln/1@gw MGCP 1.0\n", CA);
    receive("AUEP 7 aaln/1@gw MGCP 1.0\n", CA2);
    assertThat(commands).hasSize(2);
  }

  @Test
  void aRepeatedCommandThatIsBeingExecutedIsPending() {
    receive("AUEP 7 aaln/1@gw MGCP 1.0\n");
    receive("AUEP 7 aaln/1@gw MGCP 1.0\n");
    assertThat(sent).containsExactly("100 7 Pending\n");
    commands.get(0).respond(commands.get(0).command().respond(200));
    assertThat(sent.get(1)).isEqualTo("200 7 OK\nK:\n");
  }

  @Test
  void aFinalResponseAfterAProvisionalOneIsRepeatedUntilAcknowledged() {
    receive("CRCX 7 aaln/1@gw MGCP 1.0\n");
    commands.get(0).pending();
    commands.get(0).respond(commands.get(0).command().respond(200));
    assertThat(sent).containsExactly("100 7 Pending\n", "200 7 OK\nK:\n");
    time.advance(seconds(1));
    assertThat(sent.size()).isGreaterThan(3);
    receive("000 7\n");
    sent.clear();
    time.advance(seconds(28));
    assertThat(sent).isEmpty();
    receive("CRCX 7 aaln/1@gw MGCP 1.0\n");
    assertThat(sent).isEmpty();
    assertThat(commands).hasSize(1);
  }

  @Test
  void withoutAnAcknowledgementItIsRepeatedSevenTimes() {
    receive("CRCX 7 aaln/1@gw MGCP 1.0\n");
    commands.get(0).pending();
    commands.get(0).respond(commands.get(0).command().respond(200));
    time.advance(seconds(60));
    assertThat(sent).hasSize(1 + 1 + 7);
    assertThat(time.pendingTimers()).isZero();
  }

  @Test
  void confirmedResponsesAreNotRepeated() {
    receive("AUEP 7 aaln/1@gw MGCP 1.0\n");
    commands.get(0).respond(commands.get(0).command().respond(200));
    receive("AUEP 8 aaln/1@gw MGCP 1.0\nK: 5-6, 7\n");
    sent.clear();
    receive("AUEP 7 aaln/1@gw MGCP 1.0\n");
    assertThat(sent).isEmpty();
    assertThat(commands).hasSize(2);
  }

  @Test
  void aWrongConfirmationIsAProtocolError() {
    receive("AUEP 8 aaln/1@gw MGCP 1.0\nK: 9-5\n");
    assertThat(sent).containsExactly("510 8 K: is a list of transactions\n");
    assertThat(commands).isEmpty();
  }

  @Test
  void malformedCommandsAreRefusedAndStrangersAreNotHeard() {
    receive("AUEP 8 aaln MGCP 1.0\n");
    assertThat(sent).containsExactly("510 8 no endpoint name\n");
    assertThat(malformed).hasSize(1);
    hears = false;
    receive("AUEP 8 aaln MGCP 1.0\n.\nAUEP 9 aaln/1@gw MGCP 1.0\n");
    assertThat(sent).hasSize(1);
    assertThat(commands).isEmpty();
  }

  @Test
  void aFloodIsRefusedAndForgotten() {
    for (int i = 1; i <= 100; i++) {
      receive("RQNT " + i + " aaln/1@gw MGCP 1.0\nX: 1\n");
    }
    assertThat(commands).hasSize(8);
    assertThat(transactions.size()).isEqualTo(8);
    assertThat(sent).hasSize(92).contains("409 9 Overloaded\n");
    commands.forEach(command -> command.respond(command.command().respond(200)));
    time.advance(seconds(30));
    assertThat(transactions.size()).isZero();
    assertThat(time.pendingTimers()).isZero();
  }

  @Test
  void aCommandIsRepeatedWithGrowingPausesAndThenGivenUp() {
    send(CA);
    time.advance(seconds(60));
    assertThat(outcomes).containsExactly("timeout");
    assertThat(sent).hasSize(8).allMatch(text -> text.equals(sent.get(0)));
    List<Long> pauses = new ArrayList<>();
    for (int i = 1; i < sentAt.size(); i++) {
      pauses.add(sentAt.get(i).minus(sentAt.get(i - 1)).toMillis());
    }
    // 0.75 of the doubled delay, as the test's random number is a half; 4 s at most.
    assertThat(pauses).containsExactly(200L, 300L, 600L, 1200L, 2400L, 3000L, 3000L);
    assertThat(transactions.size()).isZero();
    assertThat(time.pendingTimers()).isZero();
  }

  @Test
  void noCommandIsRepeatedLongerThanTwentySeconds() {
    send(CA, CA2);
    time.advance(seconds(19.99));
    assertThat(outcomes).isEmpty();
    time.advance(seconds(0.01));
    assertThat(outcomes).containsExactly("timeout");
  }

  @Test
  void theNextAddressIsTriedWhereOneIsSilent() {
    OutgoingCommand command = send(CA, CA2);
    time.advance(seconds(8));
    assertThat(sentTo.subList(0, 6)).containsOnly(CA);
    assertThat(sentTo.subList(6, sentTo.size())).isNotEmpty().containsOnly(CA2);
    assertThat(command.peer()).isEqualTo(CA2);
    receive("200 " + id() + " OK\n", CA2);
    assertThat(outcomes).containsExactly("200");
  }

  @Test
  void repetitionsFollowTheMeasuredDelay() {
    for (int i = 0; i < 40; i++) {
      send(CA);
      time.advance(seconds(i == 0 ? 0.15 : 0.6));
      receive("200 " + id() + " OK\n");
      time.advance(seconds(1));
    }
    // An answer that came only after a repetition is not measured: nobody knows which it answers.
    send(CA);
    int before = sent.size();
    time.advance(seconds(0.19));
    assertThat(sent).hasSize(before);
    RoundTrips measured = transactions.roundTrips(CA2);
    for (int i = 0; i < 60; i++) {
      measured.measured(600_000_000);
    }
    assertThat(measured.pause(0)).isBetween(Duration.ofMillis(590), Duration.ofMillis(640));
    for (int i = 0; i < 60; i++) {
      measured.measured(i % 2 == 0 ? 500_000_000 : 700_000_000);
    }
    assertThat(measured.pause(0)).isBetween(Duration.ofMillis(950), Duration.ofMillis(1100));
    assertThat(measured.pause(9))
        .isEqualTo(Duration.ofSeconds(3).plusNanos(measured.pause(9).toNanos() - 3_000_000_000L))
        .isLessThanOrEqualTo(Duration.ofSeconds(4));
  }

  @Test
  void aProvisionalResponseMakesRepetitionsRare() {
    send(CA);
    receive("100 " + id() + " Pending\n");
    time.advance(seconds(14.9));
    assertThat(sent).hasSize(3);
    receive("200 " + id() + " OK\nK:\n");
    assertThat(outcomes).containsExactly("provisional", "200");
    assertThat(sent.get(3)).isEqualTo("000 " + id(0) + "\n");
    receive("200 " + id(0) + " OK\nK:\n");
    assertThat(sent.get(4)).isEqualTo("000 " + id(0) + "\n");
    assertThat(outcomes).hasSize(2);
    time.advance(seconds(40));
    assertThat(time.pendingTimers()).isZero();
  }

  private int id(int index) {
    return Wire.command(sent.get(index)).transaction();
  }

  @Test
  void aCommandThatStaysPendingIsGivenUpAfterFiveMinutes() {
    send(CA);
    receive("100 " + id() + " Pending\n");
    time.advance(Duration.ofMinutes(4));
    assertThat(outcomes).containsExactly("provisional");
    time.advance(Duration.ofMinutes(1));
    assertThat(outcomes).containsExactly("provisional", "timeout");
  }

  @Test
  void whatCameIsConfirmedByTheNextCommand() {
    send(CA);
    int first = id();
    receive("200 " + first + " OK\n");
    send(CA);
    assertThat(Wire.command(sent.get(1)).parameter(ParameterName.RESPONSE_ACK))
        .contains(Integer.toString(first));
    receive("200 " + id() + " OK\n");
    time.advance(seconds(30));
    send(CA);
    assertThat(Wire.command(sent.get(2)).parameter(ParameterName.RESPONSE_ACK)).isEmpty();
  }

  @Test
  void aResponseFromAStrangerOrTwiceIsNotTaken() {
    send(CA);
    receive("200 " + id() + " OK\n", CA2);
    assertThat(outcomes).isEmpty();
    receive("200 " + id() + " OK\n", CA);
    receive("500 " + id() + " OK\n", CA);
    receive("200 123456 OK\n", CA);
    assertThat(outcomes).containsExactly("200");
  }

  @Test
  void anOutstandingCommandGoesFirstWithTheResponse() {
    OutgoingCommand notify = send(CA);
    receive("RQNT 7 aaln/1@gw MGCP 1.0\nX: 1\n");
    IncomingCommand incoming = commands.get(0);
    incoming.respond(incoming.command().respond(200), List.of(notify));
    assertThat(sent.get(1)).isEqualTo(sent.get(0) + ".\n200 7 OK\n");
  }

  @Test
  void numbersAreNotUsedTwiceAtOnce() {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      numbers.add(send(CA).command().transaction());
    }
    assertThat(numbers).doesNotHaveDuplicates();
  }

  @Test
  void behindTheGreatestNumberComesOneAgain() {
    MgcpTransactions late =
        new MgcpTransactions(
            time,
            (datagram, to) -> sent.add(Wire.text(datagram)),
            MgcpTimings.standard(),
            MgcpLimits.defaults(),
            () -> 1,
            incoming -> {});
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      MgcpCommand command =
          MgcpCommand.of(MgcpVerb.AUDIT_ENDPOINT, 1, EndpointName.analogLine(1, "gw"));
      numbers.add(late.send(command, List.of(CA), listener).command().transaction());
    }
    assertThat(numbers).containsExactly(999_999_999, 1, 2, 3);
    // Each is answered under its own number, and the greatest one is taken as well.
    late.receive(ByteBuffer.wrap(Wire.octets("200 1 OK\n.\n200 999999999 OK\n")), CA);
    assertThat(outcomes).hasSize(2);
    assertThat(late.size()).isEqualTo(2);
    late.receive(ByteBuffer.wrap(Wire.octets("AUEP 999999999 aaln/1@gw MGCP 1.0\n")), CA);
    late.receive(ByteBuffer.wrap(Wire.octets("AUEP 1 aaln/1@gw MGCP 1.0\n")), CA);
    assertThat(late.size()).isEqualTo(4);
  }

  @Test
  void closedItIsSilent() {
    send(CA);
    receive("AUEP 7 aaln/1@gw MGCP 1.0\n");
    transactions.close();
    sent.clear();
    time.advance(seconds(60));
    assertThat(sent).isEmpty();
    assertThat(outcomes).isEmpty();
  }
}
