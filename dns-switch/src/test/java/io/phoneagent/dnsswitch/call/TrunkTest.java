// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import static io.phoneagent.dnsswitch.call.World.ALICE;
import static io.phoneagent.dnsswitch.call.World.BOB;
import static io.phoneagent.dnsswitch.call.World.CAROL;
import static io.phoneagent.dnsswitch.call.World.FAR;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.PhoneNumber;
import io.phoneagent.sip.Digest;
import io.phoneagent.sip.DigestAccount;
import io.phoneagent.sip.DigestAlgorithm;
import io.phoneagent.sip.DigestChallenge;
import io.phoneagent.sip.DigestCredentials;
import io.phoneagent.sip.HeaderName;
import io.phoneagent.sip.Rejection;
import io.phoneagent.sip.SipMethod;
import io.phoneagent.sip.SipRequest;
import io.phoneagent.sip.SipSession;
import io.phoneagent.sip.SipTokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whether it is the trunk that speaks from the trunk's address, and what it may if not. */
class TrunkTest {
  private static final String SECRET = "between us";
  private static final TrunkAccount ASKED =
      new TrunkAccount("gateway", SECRET, List.of(DigestAlgorithm.SHA_256, DigestAlgorithm.MD5));
  private static final TrunkAccount PROVING = new TrunkAccount("gateway", SECRET, List.of());

  private World world = new World(ASKED);
  private AgentPhone bob = world.phone(BOB);

  private void build(World other) {
    world = other;
    bob = world.phone(BOB);
  }

  /** The trunk knows this secret, and answers challenges by that hash alone. */
  private void knows(String user, String secret, DigestAlgorithm algorithm) {
    world.trunk.credentials =
        new DigestAccount(
            user, secret, SipTokens.from(new Random(3)), c -> c.algorithm() == algorithm);
  }

  @Test
  void aForgedCallRingsNobodyTakesNoPortAndCallsNoBackup() {
    world.account(ALICE, Optional.of(FAR), true);
    world.trunk.call(BOB);
    world.trunk.call(ALICE);
    world.millis(100);
    assertThat(world.trunk.take()).containsExactly("ended 401 there", "ended 401 there");
    assertThat(bob.incoming).isEmpty();
    assertThat(world.trunk.incoming).as("a backup that somebody pays for").isEmpty();
    assertThat(world.relayPorts()).isZero();
    assertThat(world.board.gauges()).containsEntry("transactions", 0);
  }

  @ParameterizedTest
  @EnumSource(DigestAlgorithm.class)
  void aTrunkThatProvesItselfCallsAndIsHeard(DigestAlgorithm algorithm) {
    knows("gateway", SECRET, algorithm);
    bob.answers();
    SipSession call = world.trunk.call(BOB);
    world.millis(2000);
    assertThat(world.trunk.take()).containsExactly("progress 180", "established");
    call.hangUp();
    world.millis(100);
    assertThat(bob.take()).endsWith("ended 200 there");
  }

  @ParameterizedTest
  @CsvSource({"gateway, guessed", "other, between us"})
  void whoProvesSomethingElseRingsNobody(String user, String secret) {
    knows(user, secret, DigestAlgorithm.MD5);
    world.trunk.call(BOB);
    world.millis(200);
    assertThat(world.trunk.take()).containsExactly("ended 401 there");
    assertThat(bob.incoming).isEmpty();
  }

  @Test
  void aTrunkThatKnowsMd5AloneIsAskedForNothingElse() {
    build(new World(new TrunkAccount("gateway", SECRET, List.of(DigestAlgorithm.MD5))));
    world.trunk.call(BOB);
    world.millis(200);
    assertThat(world.trunk.lastReceived("SIP/2.0 401")).contains("MD5").doesNotContain("SHA-256");
    knows("gateway", SECRET, DigestAlgorithm.MD5);
    world.trunk.call(BOB);
    world.millis(200);
    assertThat(bob.incoming).hasSize(1);
  }

  @Test
  void aProofThatWasOverheardCountsOnce() {
    knows("gateway", SECRET, DigestAlgorithm.SHA_256);
    List<String> said = new ArrayList<>();
    world.trunk.says =
        text -> {
          said.add(text);
          return text;
        };
    world.trunk.call(BOB);
    world.millis(200);
    assertThat(bob.incoming).hasSize(1);
    String proven = said.stream().filter(t -> t.contains("Authorization: ")).findFirst().get();
    world.trunk.received.clear();
    world.trunk.raw(
        proven.replaceAll("branch=z9hG4bK", "branch=z9hG4bKx").replace("Call-ID: ", "Call-ID: x"));
    world.millis(200);
    assertThat(world.trunk.lastReceived("SIP/2.0 401")).contains("stale=true");
    assertThat(bob.incoming).hasSize(1);
  }

  /** The trunk asks for a proof of calls, and of what belongs to them. */
  private Optional<Rejection> asks(SipRequest request) {
    Optional<DigestCredentials> given =
        request.header(HeaderName.AUTHORIZATION).flatMap(DigestCredentials::parse);
    String ha1 = Digest.ha1(DigestAlgorithm.MD5, "gateway", "pstn.example", SECRET);
    return given.filter(c -> Digest.verify(c, ha1, request.method())).isPresent()
            || request.method().equals(SipMethod.ACK)
        ? Optional.empty()
        : Optional.of(
            Rejection.challenge(DigestChallenge.of("pstn.example", "n", DigestAlgorithm.MD5)));
  }

  @Test
  void theSwitchProvesItsCallsToATrunkThatAsks() {
    build(new World(PROVING));
    world.trunk.vets = this::asks;
    world.trunk.answers();
    SipSession call = bob.call(FAR);
    world.millis(2000);
    assertThat(bob.take()).containsExactly("progress 180", "established");
    call.hangUp();
    world.millis(200);
    assertThat(world.trunk.take()).endsWith("ended 200 there");
  }

  @Test
  void theSwitchProvesTheEndOfACallThatTheTrunkBegan() {
    build(new World(PROVING));
    bob.answers();
    world.trunk.call(BOB);
    world.millis(2000);
    world.trunk.take();
    world.trunk.vets = this::asks;
    bob.last().hangUp();
    world.millis(200);
    assertThat(world.trunk.take()).containsExactly("ended 200 there");
  }

  @Test
  void aTrunkThatIsNotAskedRingsSoManyAtOnceAndNoMore() {
    build(new World(300));
    AgentPhone carol = world.phone(CAROL);
    int most = CallLimits.MOST_UNPROVEN_FOR_ONE;
    bob.rings();
    List<SipSession> calls =
        IntStream.range(0, most + 5).mapToObj(i -> world.trunk.call(BOB)).toList();
    world.millis(1000);
    assertThat(bob.incoming).hasSize(most);
    assertThat(world.trunk.take().stream().filter("ended 503 there"::equals)).hasSize(5);
    carol.rings();
    world.trunk.call(CAROL);
    world.millis(200);
    assertThat(carol.incoming).hasSize(1);
    End gateway = new End(world, "gateway", world.trunk.host, 7070);
    gateway.connect(); // its address is none that is forged
    SipSession overTcp = gateway.call(BOB);
    world.millis(200);
    assertThat(bob.incoming).hasSize(most + 1);
    overTcp.hangUp();
    bob.incoming.remove(most);

    // One that is answered has shown that it is the trunk's.
    bob.incoming.get(0).answer(bob.sdp());
    world.millis(200);
    world.trunk.call(BOB);
    world.millis(200);
    assertThat(bob.incoming).hasSize(most + 1);
    calls.get(5).hangUp();
    world.millis(200);
    world.trunk.call(BOB);
    world.millis(200);
    assertThat(bob.incoming).hasSize(most + 2);
  }

  @Test
  void allThatRingFromATrunkThatIsNotAskedLeavePortsToOthers() {
    build(new World(1200));
    int numbers = CallLimits.MOST_UNPROVEN / 90 + 1;
    for (int i = 0; i < numbers; i++) {
      PhoneNumber number = new PhoneNumber("+1555000010" + i);
      world.account(number);
      world.phone(number).rings();
      for (int call = 0; call < 90; call++) {
        world.trunk.call(number);
      }
      world.millis(500);
    }
    assertThat(world.board.calls()).isEqualTo(CallLimits.MOST_UNPROVEN);
    bob.rings();
    world.phone(CAROL).call(BOB);
    world.millis(500);
    assertThat(bob.incoming).hasSize(1);
    world.pass(Duration.ofMinutes(4));
    assertThat(world.board.calls()).as("nothing rings for ever").isZero();
    assertThat(world.relayPorts()).isZero();
  }
}
