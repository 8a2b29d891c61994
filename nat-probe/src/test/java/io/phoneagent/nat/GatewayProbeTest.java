// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static io.phoneagent.nat.GatewayCodecTest.octets;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.Probe;
import io.phoneagent.spi.ProbeAnswer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Questions to the gateway, and their answers. */
class GatewayProbeTest extends GatewayLink {
  @Test
  void natPmpTellsTheAddressInOneRoundTrip() {
    answer = Optional.of(says("00000100", "203.0.113.11"));
    assertThat(ask(natPmp())).isEqualTo("203.0.113.11");
    assertThat(asked).containsExactly("0000");
    assertThat(time.pendingTimers()).isZero();
    assertThat(phone.openSockets()).as("the one for announcements").isEqualTo(1);
  }

  @Test
  void aLostDatagramIsRepeated() {
    CompletableFuture<ProbeAnswer> said = begin(natPmp());
    time.advance(Duration.ofMillis(200));
    answer = Optional.of(says("00000100", "203.0.113.11"));
    time.advance(Duration.ofMillis(53));
    assertThat(text(said)).isEqualTo("203.0.113.11");
    assertThat(asked).containsExactly("0000", "0000");
  }

  @Test
  void aSilentGatewayIsWaitedForOnceAndThenCostsOneDatagram() {
    Probe probe = natPmp();
    CompletableFuture<ProbeAnswer> first = begin(probe);
    time.advance(Duration.ofMillis(1749));
    assertThat(first).isNotDone();
    time.advance(Duration.ofMillis(1));
    assertThat(text(first)).isEqualTo("the gateway 192.168.1.1 does not answer");
    assertThat(asked).hasSize(3);

    CompletableFuture<ProbeAnswer> second = begin(probe);
    time.advance(Duration.ofMillis(250));
    assertThat(text(second)).contains("does not answer");
    assertThat(asked).hasSize(4);

    answer = Optional.of(says("00000100", "203.0.113.11"));
    assertThat(ask(probe)).isEqualTo("203.0.113.11");
    answer = Optional.empty();
    assertThat(begin(probe)).isNotDone();
    time.advance(Duration.ofSeconds(2));
    assertThat(asked).as("once it has spoken it is waited for again").hasSize(8);
    assertThat(time.pendingTimers()).isZero();
  }

  @Test
  void aLateAnswerIsNoneToTheNextQuestion() {
    Probe probe = natPmp();
    assertThat(begin(probe)).isNotDone();
    time.advance(Duration.ofSeconds(2));
    InetSocketAddress before = client;
    CompletableFuture<ProbeAnswer> second = begin(probe);
    gateway.send(ByteBuffer.wrap(octets(says("00000100", "203.0.113.11"))), before);
    time.advance(Duration.ofMillis(249));
    assertThat(second).isNotDone();
    assertThat(client).isNotEqualTo(before);
  }

  @Test
  void aRepeatedAnswerIsTakenOnce() {
    answer = Optional.of(says("00000100", "203.0.113.11"));
    CompletableFuture<ProbeAnswer> said = begin(natPmp());
    time.advance(Duration.ofMillis(1));
    gateway.send(ByteBuffer.wrap(octets(says("00000100", "203.0.113.99"))), client);
    time.advance(Duration.ofMillis(5));
    assertThat(text(said)).isEqualTo("203.0.113.11");
    assertThat(hints).isEmpty();
  }

  @Test
  void onlyTheGatewayAndItsPortAreBelieved() throws IOException {
    CompletableFuture<ProbeAnswer> said = begin(natPmp());
    time.advance(Duration.ofMillis(2));
    ByteBuffer forged = ByteBuffer.wrap(octets(says("00000100", "203.0.113.99")));
    DatagramPort samePort =
        stranger
            .loop()
            .openDatagram(new InetSocketAddress(stranger.address(), 5351), (data, from) -> {});
    DatagramPort otherPort =
        router
            .loop()
            .openDatagram(new InetSocketAddress(router.address(), 5352), (data, from) -> {});
    samePort.send(forged.duplicate(), client);
    otherPort.send(forged.duplicate(), client);
    announce(samePort, says("00000100", "203.0.113.99"));
    announce(otherPort, RESTARTED);
    time.advance(Duration.ofMillis(20));
    assertThat(said).isNotDone();
    assertThat(hints).isEmpty();
  }

  @Test
  void aGatewayThatDeniesTheProtocolItAnswersInIsToldAsThat() {
    answer = Optional.of("00 80 0001 00000100");
    assertThat(ask(natPmp()))
        .isEqualTo("the gateway says that it does not speak NAT-PMP, in NAT-PMP");
  }

  @Test
  void aGatewayThatSpeaksTheOtherProtocolIsAskedInItFromThenOn() {
    Probe probe = natPmp();
    answer = Optional.of(NO_NAT_PMP);
    CompletableFuture<ProbeAnswer> first = begin(probe);
    time.advance(Duration.ofMillis(2));
    answer = Optional.of(maps("00000100", "203.0.113.11"));
    time.advance(Duration.ofMillis(3));
    assertThat(text(first)).isEqualTo("203.0.113.11");
    assertThat(asked).extracting(String::length).containsExactly(4, 120, 120);
    asked.clear();
    assertThat(ask(probe)).isEqualTo("203.0.113.11");
    assertThat(asked).extracting(String::length).containsExactly(120, 120);

    Probe other = pcp();
    asked.clear();
    answer = Optional.of(NO_PCP);
    CompletableFuture<ProbeAnswer> second = begin(other);
    time.advance(Duration.ofMillis(2));
    answer = Optional.of(says("00000100", "203.0.113.11"));
    time.advance(Duration.ofMillis(3));
    assertThat(text(second)).isEqualTo("203.0.113.11");
    assertThat(asked).extracting(String::length).containsExactly(120, 4);
  }

  @Test
  void aPrivateAddressIsNone() {
    answer = Optional.of(says("00000100", "100.64.0.7"));
    assertThat(ask(natPmp())).contains("100.64.0.7 is no public address");
  }

  @Test
  void refusalsSayWhy() {
    answer = Optional.of("00 80 0003 00000100 00000000");
    assertThat(ask(natPmp())).isEqualTo("the gateway has no public address now");
    answer = Optional.of("02 81 00 02 0000001e 00000100 000000000000000000000000");
    assertThat(ask(pcp())).contains("by PCP, with result code 2");
  }

  @Test
  void withoutAGatewayNobodyIsAsked() {
    assertThat(text(natPmp().ask(VirtualContext.lease(Optional.empty())).toCompletableFuture()))
        .contains("no gateway");
    assertThat(
            text(
                natPmp()
                    .ask(VirtualContext.lease(Optional.of("2001:db8::1")))
                    .toCompletableFuture()))
        .contains("no gateway");
  }

  @Test
  void suspendedItHearsNothingAndHoldsNothing() {
    answer = Optional.of(says("00000100", "203.0.113.11"));
    Probe probe = natPmp();
    ask(probe);
    answer = Optional.empty();
    CompletableFuture<ProbeAnswer> running = begin(probe);
    probe.suspend();
    assertThat(text(running)).contains("rests");
    announce(gateway, says("00000100", "203.0.113.12"));
    assertThat(hints).isEmpty();
    assertThat(phone.openSockets()).isZero();
    assertThat(time.pendingTimers()).isZero();

    answer = Optional.of(says("00000100", "203.0.113.11"));
    assertThat(ask(probe)).isEqualTo("203.0.113.11");
    announce(gateway, says("00000100", "203.0.113.12"));
    assertThat(hints).hasSize(1);
    probe.close();
    assertThat(phone.openSockets()).isZero();
    time.advance(Duration.ofSeconds(1));
    assertThat(hints).hasSize(1);
  }
}
