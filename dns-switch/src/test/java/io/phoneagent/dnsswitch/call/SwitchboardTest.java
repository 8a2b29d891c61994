// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import static io.phoneagent.dnsswitch.call.World.ALICE;
import static io.phoneagent.dnsswitch.call.World.BOB;
import static io.phoneagent.dnsswitch.call.World.CAROL;
import static io.phoneagent.dnsswitch.call.World.FAR;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.PhoneNumber;
import io.phoneagent.sip.SdpDirection;
import io.phoneagent.sip.SessionDescription;
import io.phoneagent.sip.SipSession;
import io.phoneagent.sip.SipUri;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls between phones, and how they end. */
class SwitchboardTest {
  private final World world = new World();
  private final AgentPhone alice = world.phone(ALICE);
  private final AgentPhone bob = world.phone(BOB);

  private SipSession joined() {
    bob.answers();
    SipSession call = alice.call(BOB);
    world.millis(2000);
    assertThat(alice.take()).containsExactly("progress 180", "established");
    assertThat(bob.take()).containsExactly("incoming " + ALICE, "established");
    return call;
  }

  private void nothingLeft() {
    world.millis(40_000);
    assertThat(world.board.calls()).isZero();
    assertThat(world.relayPorts()).isZero();
    assertThat(alice.agent.sessions()).isEmpty();
    assertThat(bob.agent.sessions()).isEmpty();
  }

  @Test
  void joinsTwoPhonesAndTheirAudioThroughTheRelay() {
    SipSession call = joined();
    SipSession answered = bob.last();
    for (SipSession one : new SipSession[] {call, answered}) {
      SessionDescription seen =
          SessionDescription.parse(one.remoteSdp().orElseThrow()).orElseThrow();
      assertThat(seen.address(seen.audio().orElseThrow())).contains("192.0.2.10");
      assertThat(seen.attribute(seen.audio().orElseThrow(), "ice-ufrag").orElseThrow()).hasSize(8);
      assertThat(seen.attribute(seen.audio().orElseThrow(), "ice-pwd").orElseThrow()).hasSize(24);
      assertThat(seen.toString()).doesNotContain("mine").doesNotContain("192.168.1.2");
    }
    assertThat(End.audioOf(call).attribute("ice-pwd"))
        .isNotEqualTo(End.audioOf(answered).attribute("ice-pwd"));
    alice.prove(call);
    bob.prove(answered);
    world.millis(100);
    alice.say(call, "hello");
    bob.say(answered, "yes");
    world.millis(100);
    assertThat(bob.heard).containsExactly("hello");
    assertThat(alice.heard).containsExactly("yes");
    assertThat(world.relayPorts()).isEqualTo(2);
    call.hangUp();
    world.millis(100);
    assertThat(bob.take()).containsExactly("ended 200 there");
    nothingLeft();
  }

  @Test
  void endsWhenTheCalledPhoneHangsUp() {
    joined();
    bob.last().hangUp();
    world.millis(100);
    assertThat(alice.take()).containsExactly("ended 200 there");
    nothingLeft();
  }

  @Test
  void stopsRingingWhenTheCallerGivesUp() {
    bob.rings();
    SipSession call = alice.call(BOB);
    world.millis(3000);
    call.hangUp();
    world.millis(100);
    assertThat(bob.take()).containsExactly("incoming " + ALICE, "ended 487 there");
    nothingLeft();
  }

  @ParameterizedTest
  @CsvSource({
    "486, 486",
    "603, 603",
    "600, 600",
    "480, 480",
    "404, 480",
    "500, 480",
    "503, 480",
    "430, 480",
    "488, 488",
    "415, 488",
    "420, 488",
    "302, 480",
    "401, 480",
    "407, 480"
  })
  void tellsTheCallerWhyTheCalledPhoneRefuses(int answer, int told) {
    bob.rejects(answer);
    alice.call(BOB);
    world.millis(300);
    assertThat(alice.take()).containsExactly("ended " + told + " there");
    nothingLeft();
  }

  @Test
  void refusesNumbersThatNobodyHasAndPhonesThatAreNotThere() {
    alice.call(CAROL);
    alice.call("0049", alice.name);
    alice.call("nobody", alice.name);
    world.millis(300);
    assertThat(alice.take())
        .containsExactly("ended 480 there", "ended 404 there", "ended 404 there");
    nothingLeft();
  }

  @Test
  void theAddressOfAnotherPhoneReachesNobody() {
    bob.rings();
    alice.call(SipUri.of(BOB.e164(), World.NOBODYS_ADDRESS), alice.name, 70);
    world.millis(300);
    assertThat(alice.take()).containsExactly("ended 404 there");
    alice.call(SipUri.of(BOB.e164(), "198.18.0.8"), alice.name, 70);
    world.millis(300);
    assertThat(bob.take()).containsExactly("incoming " + ALICE);
    bob.last().hangUp();
    world.millis(100);
    nothingLeft();
  }

  @Test
  void givesAnUnansweredCallUpAfterThreeMinutes() {
    bob.rings();
    alice.call(BOB);
    world.millis(179_000);
    assertThat(alice.take()).containsOnly("progress 180");
    world.millis(2000);
    assertThat(alice.take()).containsExactly("ended 408 there");
    nothingLeft();
  }

  @Test
  void countsForwards() {
    alice.call(BOB.e164(), alice.name, 1);
    world.millis(300);
    assertThat(alice.take()).containsExactly("ended 483 there");
    bob.answers();
    alice.call(BOB.e164(), alice.name, 5);
    world.millis(300);
    assertThat(bob.lastReceived("INVITE")).contains("Max-Forwards: 4\r\n");
    assertThat(bob.lastReceived("INVITE")).contains("<sip:" + ALICE + "@192.0.2.10:5060>");
  }

  @Test
  void takesNoNewCallsWhileItDrains() {
    joined();
    world.board.drain();
    alice.call(BOB);
    world.millis(300);
    assertThat(alice.take()).containsExactly("ended 503 there");
    assertThat(world.board.calls()).isEqualTo(1);
    world.board.hangUp();
    world.millis(100);
    assertThat(alice.take()).containsExactly("ended 200 there");
    assertThat(bob.take()).containsExactly("ended 200 there");
    nothingLeft();
  }

  @Test
  void refusesCallsWithoutAudioItCanRead() {
    alice.agent.call(
        io.phoneagent.sip.CallRequest.to(
                io.phoneagent.sip.SipUri.of(BOB.e164(), "192.0.2.10"),
                io.phoneagent.sip.NameAddr.of(
                    io.phoneagent.sip.SipUri.of(ALICE.e164(), "192.0.2.10")))
            .sdp("v=0\r\n".getBytes(StandardCharsets.US_ASCII))
            .credentials(alice.credentials),
        alice.switchPeer(),
        alice);
    world.millis(300);
    assertThat(alice.take()).containsExactly("ended 488 there");
    nothingLeft();
  }

  @ParameterizedTest
  @CsvSource({"1, 503", "0, 503"})
  void refusesCallsWhenEveryPortIsTaken(int free, int status) {
    World small = new World(2 + free);
    AgentPhone caller = small.phone(ALICE);
    AgentPhone other = small.phone(BOB);
    other.answers();
    caller.call(BOB);
    small.millis(2000);
    caller.take();
    caller.call(BOB);
    small.millis(2000);
    assertThat(caller.take()).containsExactly("ended " + status + " there");
    small.board.hangUp();
    small.millis(40_000);
    assertThat(small.relayPorts()).isZero();
  }

  @Test
  void ringsThePhoneAlthoughThereIsNoPortForItsBackup() {
    World small = new World(2);
    AgentPhone caller = small.phone(ALICE);
    AgentPhone other = small.phone(BOB);
    small.account(BOB, Optional.of(FAR), true);
    other.silent(true);
    caller.call(BOB);
    small.millis(1500);
    other.silent(false);
    other.answers();
    small.millis(3000);
    assertThat(caller.take()).containsExactly("progress 180", "established");
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void passesHoldAndResumeOn(boolean byCaller) {
    SipSession call = joined();
    AgentPhone holder = byCaller ? alice : bob;
    AgentPhone held = byCaller ? bob : alice;
    SipSession mine = byCaller ? call : bob.last();
    assertThat(mine.offer(holder.sdp(SdpDirection.SENDONLY))).isTrue();
    world.millis(200);
    assertThat(held.take()).containsExactly("offer");
    assertThat(new String(held.offer.orElseThrow().sdp().orElseThrow(), StandardCharsets.US_ASCII))
        .contains("a=sendonly")
        .contains("192.0.2.10")
        .contains("typ host");
    held.offer.orElseThrow().accept(held.sdp(SdpDirection.RECVONLY));
    world.millis(200);
    assertThat(holder.take()).containsExactly("offer accepted");
    assertThat(End.audioOf(mine).statedDirection()).contains(SdpDirection.RECVONLY);
    mine.offer(holder.sdp());
    world.millis(200);
    held.offer.orElseThrow().reject(488);
    world.millis(200);
    assertThat(holder.take()).containsExactly("offer rejected 488");
    mine.hangUp();
    nothingLeft();
  }

  @Test
  void settlesOffersOfBothEndsAtOnce() {
    SipSession call = joined();
    call.offer(alice.sdp(SdpDirection.SENDONLY));
    bob.last().offer(bob.sdp(SdpDirection.SENDONLY));
    for (int i = 0; i < 100; i++) {
      world.millis(100);
      for (AgentPhone phone : new AgentPhone[] {alice, bob}) {
        phone.offer.ifPresent(o -> o.accept(phone.sdp(SdpDirection.RECVONLY)));
        phone.offer = Optional.empty();
      }
    }
    assertThat(call.state()).isEqualTo(bob.last().state());
    assertThat(alice.take()).contains("offer accepted");
    call.hangUp();
    nothingLeft();
  }

  @Test
  void passesInfoOn() {
    SipSession call = joined();
    call.info("application/dtmf-relay", "Signal=5\r\n".getBytes(StandardCharsets.US_ASCII));
    bob.last().info("application/dtmf", "7".getBytes(StandardCharsets.US_ASCII));
    world.millis(200);
    assertThat(bob.infos).hasSize(1);
    assertThat(bob.infos.get(0).contentType()).isEqualTo("application/dtmf-relay");
    assertThat(new String(bob.infos.get(0).body(), StandardCharsets.US_ASCII))
        .isEqualTo("Signal=5\r\n");
    assertThat(alice.infos).hasSize(1);
  }

  @Test
  void callsOutOverTheTrunk() {
    world.trunk.answers();
    SipSession call = alice.call(FAR);
    world.millis(2000);
    assertThat(alice.take()).containsExactly("progress 180", "established");
    assertThat(world.trunk.lastReceived("INVITE"))
        .startsWith("INVITE sip:" + FAR + "@192.0.2.20:5060 ")
        .doesNotContain("ice-")
        .doesNotContain("candidate");
    SipSession there = world.trunk.last();
    alice.prove(call);
    world.millis(50);
    alice.say(call, "hello");
    world.trunk.say(there, "yes");
    world.millis(50);
    assertThat(world.trunk.heard).containsExactly("hello");
    assertThat(alice.heard).containsExactly("yes");
    there.hangUp();
    nothingLeft();
  }

  @Test
  void takesCallsFromTheTrunk() {
    bob.answers();
    world.trunk.call(new PhoneNumber(BOB.e164()));
    world.millis(2000);
    assertThat(world.trunk.take()).containsExactly("progress 180", "established");
  }

  @Test
  void sendsTheInviteAgainAtOnceWhenTheFlowHasMoved() {
    bob.answers();
    bob.losesAddress("198.51.100.99");
    alice.call(BOB);
    world.millis(500);
    assertThat(bob.take()).isEmpty();
    bob.flow().bind();
    world.millis(55); // challenge, proof, and the INVITE right behind the grant
    assertThat(bob.take()).containsExactly("incoming " + ALICE);
    world.millis(2000);
    assertThat(alice.take()).containsExactly("progress 180", "established");
    alice.losesAddress("198.51.100.98");
    alice.flow().bind();
    world.millis(100);
    bob.last().hangUp();
    world.millis(100);
    assertThat(alice.take()).containsExactly("ended 200 there");
    nothingLeft();
  }

  @Test
  void endsACallWhoseFlowIsNoLongerRegistered() {
    joined();
    world.registry.remove(BOB, "it left").toCompletableFuture().join();
    world.millis(100);
    bob.last().hangUp();
    world.millis(1000);
    assertThat(alice.take()).containsExactly("ended 200 there");
    nothingLeft();
  }
}
