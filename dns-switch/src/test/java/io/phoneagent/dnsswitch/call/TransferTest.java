// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import static io.phoneagent.dnsswitch.call.World.ALICE;
import static io.phoneagent.dnsswitch.call.World.BOB;
import static io.phoneagent.dnsswitch.call.World.CAROL;
import static io.phoneagent.dnsswitch.call.World.FAR;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.PhoneNumber;
import io.phoneagent.sip.CallRequest;
import io.phoneagent.sip.HeaderName;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.ReferTo;
import io.phoneagent.sip.Replaces;
import io.phoneagent.sip.RequestCredentials;
import io.phoneagent.sip.SdpDirection;
import io.phoneagent.sip.SessionState;
import io.phoneagent.sip.SipSession;
import io.phoneagent.sip.SipUri;
import io.phoneagent.sip.Uri;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Transfers: who ends up with whom, what each hears, and that nobody pays by accident. */
class TransferTest {
  private final World world = new World();
  private final AgentPhone alice = world.phone(ALICE);
  private final AgentPhone bob = world.phone(BOB);
  private final AgentPhone carol = world.phone(CAROL);

  private static ReferTo to(PhoneNumber number) {
    return new ReferTo(SipUri.of(number.e164(), "192.0.2.10", 5060), Optional.empty());
  }

  private SipSession call(End caller, PhoneNumber number, End called) {
    called.answersAfter(Duration.ofMillis(100));
    SipSession call = caller.call(number);
    world.millis(500);
    assertThat(call.state()).isEqualTo(SessionState.ESTABLISHED);
    caller.take();
    called.take();
    return call;
  }

  private void hear(End one, SipSession first, End other, SipSession second) {
    one.heard.clear();
    other.heard.clear();
    one.prove(first);
    other.prove(second);
    world.millis(100);
    one.say(first, "hello");
    other.say(second, "yes");
    world.millis(100);
    assertThat(other.heard).containsExactly("hello");
    assertThat(one.heard).containsExactly("yes");
  }

  private void nothingLeft() {
    world.millis(40_000);
    assertThat(world.board.calls()).isZero();
    assertThat(world.relayPorts()).isZero();
    for (End end : new End[] {alice, bob, carol, world.trunk}) {
      assertThat(end.agent.sessions()).as(end.name).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void blindAndTheOtherTwoTalk(boolean byCaller) {
    SipSession call = byCaller ? call(alice, BOB, bob) : call(bob, ALICE, alice);
    SipSession mine = byCaller ? call : alice.last();
    SipSession bobs = byCaller ? bob.last() : call;
    carol.answers();
    assertThat(mine.refer(to(CAROL))).isTrue();
    world.millis(500);
    assertThat(alice.take()).containsExactly("transfer 100", "transfer 180");
    assertThat(carol.take()).containsExactly("incoming " + BOB);
    assertThat(carol.lastReceived("INVITE")).contains("Referred-By: \"\" <sip:" + ALICE + "@");
    world.millis(1000);
    assertThat(alice.take()).containsExactly("transfer 200");
    assertThat(carol.take()).containsExactly("established");
    assertThat(bob.take()).containsExactly("offer");
    bob.agree(SdpDirection.SENDRECV);
    world.millis(3000);
    assertThat(alice.take()).containsExactly("ended 200 there");
    hear(bob, bobs, carol, carol.last());
    assertThat(world.relayPorts()).isEqualTo(2);
    bobs.hangUp();
    world.millis(100);
    assertThat(carol.take()).containsExactly("ended 200 there");
    nothingLeft();
  }

  /** Twenty calls of an account at a time, be it that they ring by a transfer. */
  @Test
  void aTransferThatRingsIsACallOfTheTransferors() {
    world.trunk.answersAfter(Duration.ofMillis(100));
    List<SipSession> calls =
        IntStream.range(0, 19).mapToObj(i -> alice.call(FAR)).collect(Collectors.toList());
    world.millis(500);
    assertThat(world.board.calls()).isEqualTo(19);
    carol.rings();
    calls.get(0).refer(to(CAROL));
    world.millis(300);
    assertThat(carol.incoming).hasSize(1);
    alice.take();
    calls.get(1).refer(to(CAROL));
    alice.call(BOB);
    world.millis(300);
    assertThat(alice.take()).containsExactly("transfer 503", "ended 503 there");
    assertThat(carol.incoming).hasSize(1);
    assertThat(bob.incoming).isEmpty();

    carol.last().reject(486);
    world.millis(300);
    alice.take();
    calls.get(1).refer(to(CAROL));
    world.millis(300);
    assertThat(carol.incoming).hasSize(2);
  }

  @Test
  void aTransferorWhoLeavesAtOnceStillTransfers() {
    SipSession call = call(alice, BOB, bob);
    carol.answers();
    call.refer(to(CAROL));
    world.millis(100);
    call.hangUp();
    world.millis(2000);
    bob.agree(SdpDirection.SENDRECV);
    world.millis(100);
    hear(bob, bob.last(), carol, carol.last());
    carol.last().hangUp();
    nothingLeft();
  }

  @ParameterizedTest
  @CsvSource({"486, 486", "603, 603", "404, 480", "500, 480"})
  void theFirstCallGoesOnWhereTheTargetRefuses(int answer, int told) {
    SipSession call = call(alice, BOB, bob);
    carol.rejects(answer);
    call.refer(to(CAROL));
    world.millis(500);
    assertThat(alice.take()).containsExactly("transfer 100", "transfer " + told);
    hear(alice, call, bob, bob.last());
    assertThat(world.relayPorts()).isEqualTo(2);
    // And it can be held, transferred again and ended as before.
    call.offer(alice.sdp(SdpDirection.SENDONLY));
    world.millis(100);
    assertThat(bob.take()).containsExactly("offer");
    bob.agree(SdpDirection.RECVONLY);
    world.millis(100);
    assertThat(alice.take()).containsExactly("offer accepted");
    bob.last().hangUp();
    world.millis(100);
    assertThat(alice.take()).containsExactly("ended 200 there");
    nothingLeft();
  }

  @Test
  void whoIsTransferredAndLeavesEndsItAll() {
    SipSession call = call(alice, BOB, bob);
    carol.rings();
    call.refer(to(CAROL));
    world.millis(300);
    bob.last().hangUp();
    world.millis(300);
    assertThat(carol.take()).containsExactly("incoming " + BOB, "ended 487 there");
    assertThat(alice.take())
        .containsExactly("transfer 100", "transfer 180", "transfer 603", "ended 200 there");
    nothingLeft();
  }

  @Test
  void whoIsTransferredWaitsWhileItRingsAndIsLetGoWhereNobodyIsLeft() {
    SipSession call = call(alice, BOB, bob);
    carol.rings();
    call.refer(to(CAROL));
    world.millis(300);
    call.hangUp();
    world.millis(60_000);
    assertThat(bob.take()).isEmpty();
    world.millis(180_000);
    assertThat(bob.take()).containsExactly("ended 200 there");
    nothingLeft();
  }

  @Test
  void attendedAndTheOtherTwoTalk() {
    SipSession first = call(alice, BOB, bob);
    first.offer(alice.sdp(SdpDirection.SENDONLY));
    world.millis(100);
    bob.agree(SdpDirection.RECVONLY);
    world.millis(100);
    SipSession second = call(alice, CAROL, carol);
    alice.take();
    bob.take();
    Uri target = SipUri.of(CAROL.e164(), "192.0.2.10", 5060);
    Replaces replaces = Replaces.of(second.dialog().orElseThrow());
    assertThat(first.refer(new ReferTo(target, Optional.of(replaces)))).isTrue();
    world.millis(200);
    assertThat(carol.take()).containsExactly("offer");
    assertThat(new String(carol.offer.orElseThrow().sdp().orElseThrow(), UTF_8))
        .contains("a=sendrecv")
        .doesNotContain("recvonly");
    carol.agree(SdpDirection.SENDRECV);
    world.millis(200);
    assertThat(alice.take()).containsExactly("transfer 100", "transfer 200");
    assertThat(bob.take()).containsExactly("offer");
    bob.agree(SdpDirection.SENDRECV);
    world.millis(3000);
    assertThat(alice.take()).containsExactly("ended 200 there", "ended 200 there");
    hear(bob, bob.last(), carol, carol.last());
    assertThat(world.board.calls()).isEqualTo(1);
    assertThat(world.relayPorts()).isEqualTo(2);
    carol.last().hangUp();
    world.millis(100);
    assertThat(bob.take()).containsExactly("ended 200 there");
    nothingLeft();
  }

  @Test
  void bothCallsGoOnWhereTheOtherEndRefusesToChange() {
    SipSession first = call(alice, BOB, bob);
    SipSession second = call(alice, CAROL, carol);
    Uri target = SipUri.of(CAROL.e164(), "192.0.2.10", 5060);
    first.refer(new ReferTo(target, Optional.of(Replaces.of(second.dialog().orElseThrow()))));
    world.millis(200);
    carol.offer.orElseThrow().reject(488);
    world.millis(200);
    assertThat(alice.take()).containsExactly("transfer 100", "transfer 488");
    hear(alice, first, bob, bob.last());
    hear(alice, second, carol, carol.last());
    first.hangUp();
    second.hangUp();
    nothingLeft();
  }

  @Test
  void nobodyTakesACallThatIsNotHisOwn() {
    SipSession first = call(alice, BOB, bob);
    SipSession others = call(carol, FAR, world.trunk);
    Uri target = SipUri.of(FAR.e164(), "192.0.2.10", 5060);
    // Alice has come to know Carol's dialog.
    first.refer(new ReferTo(target, Optional.of(Replaces.of(others.dialog().orElseThrow()))));
    world.millis(200);
    assertThat(alice.take()).containsExactly("transfer 481");
    assertThat(world.trunk.take()).isEmpty();
    assertThat(others.state()).isEqualTo(SessionState.ESTABLISHED);
    others.hangUp();
    first.hangUp();
    nothingLeft();
  }

  @Test
  void aPhoneMayTransferOverTheTrunkAndIsAskedForAProof() {
    SipSession call = call(alice, BOB, bob);
    world.trunk.answers();
    alice.received.clear();
    call.refer(to(FAR));
    world.millis(2000);
    assertThat(world.trunk.take()).containsExactly("incoming " + BOB, "established");
    bob.agree(SdpDirection.SENDRECV);
    world.millis(3000);
    bob.last().hangUp();
    nothingLeft();
  }

  @Test
  void aRequestWithoutProofTransfersNothing() {
    SipSession call = call(alice, BOB, bob);
    call.credentials(RequestCredentials.none());
    call.refer(to(FAR));
    world.millis(500);
    assertThat(alice.take()).containsExactly("transfer 401");
    assertThat(world.trunk.incoming).isEmpty();
    call.hangUp();
    nothingLeft();
  }

  @Test
  void strangersAndTheTrunkTransferNobody() {
    bob.answers();
    End stranger = world.stranger();
    for (End end : new End[] {stranger, world.trunk}) {
      SipSession call = end.call(new PhoneNumber(BOB.e164()));
      world.millis(2000);
      end.take();
      assertThat(call.refer(to(CAROL))).isTrue();
      world.millis(500);
      assertThat(end.take()).containsExactly("transfer 403");
      assertThat(carol.incoming).isEmpty();
      call.hangUp();
      world.millis(100);
    }
    nothingLeft();
  }

  @ParameterizedTest
  @CsvSource({"+15550000001, 486", "+15550000002, 486", "nobody, 404", "0049, 404"})
  void refusesTargetsThatCannotBe(String user, int told) {
    SipSession call = call(alice, BOB, bob);
    call.refer(new ReferTo(SipUri.of(user, "192.0.2.10", 5060), Optional.empty()));
    world.millis(300);
    assertThat(alice.take()).containsExactly("transfer " + told);
    call.hangUp();
    nothingLeft();
  }

  @Test
  void aCallThatNamesAnothersPlaceIsRefused() {
    SipSession call = call(alice, BOB, bob);
    Replaces replaces = Replaces.of(call.dialog().orElseThrow());
    for (End end : new End[] {alice, carol, world.trunk}) {
      CallRequest request =
          CallRequest.to(
                  SipUri.of(BOB.e164(), "192.0.2.10", 5060),
                  NameAddr.of(SipUri.of(end.name, "192.0.2.10")))
              .sdp(end.sdp())
              .credentials(end.credentials)
              .add(HeaderName.REPLACES, replaces.toString());
      end.agent.call(request, end.switchPeer(), end);
      world.millis(300);
      assertThat(end.take()).containsExactly("ended 403 there");
    }
    assertThat(call.state()).isEqualTo(SessionState.ESTABLISHED);
    assertThat(bob.take()).isEmpty();
    call.hangUp();
    nothingLeft();
  }

  @Test
  void ringsTheTargetsBackupWhereTheTargetIsSilent() {
    world.account(CAROL, Optional.of(FAR), true);
    SipSession call = call(alice, BOB, bob);
    carol.silent(true);
    world.trunk.answers();
    call.refer(to(CAROL));
    world.millis(3000);
    assertThat(world.trunk.take()).containsExactly("incoming " + BOB, "established");
    bob.agree(SdpDirection.SENDRECV);
    world.millis(100);
    bob.last().hangUp();
    carol.silent(false);
    nothingLeft();
  }

  @Test
  void bothEndsAtOnceAreTransferredOnce() {
    SipSession call = call(alice, BOB, bob);
    carol.rings();
    call.refer(to(CAROL));
    bob.last().refer(to(CAROL));
    world.millis(500);
    assertThat(carol.incoming).hasSize(1);
    assertThat(alice.take().contains("transfer 491") ^ bob.take().contains("transfer 491"))
        .isTrue();
    world.board.hangUp();
    call.hangUp();
    bob.last().hangUp();
    nothingLeft();
  }
}
