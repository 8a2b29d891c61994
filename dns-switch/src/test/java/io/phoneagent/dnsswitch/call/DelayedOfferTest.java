// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import static io.phoneagent.dnsswitch.call.World.ALICE;
import static io.phoneagent.dnsswitch.call.World.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.sip.CallRequest;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.SdpDirection;
import io.phoneagent.sip.SipSession;
import io.phoneagent.sip.SipUri;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Callers who leave it to the other side to say first what it can (RFC 3261, section 13.2.1). */
class DelayedOfferTest {
  private final World world = new World();
  private final AgentPhone alice = world.phone(ALICE);
  private final PlainEnd bob = new PlainEnd(world, BOB, world.network.host("203.0.113.66"), 5060);

  private SipSession callsWithoutOffer() {
    bob.register();
    SipSession call =
        bob.agent.call(
            CallRequest.to(
                    SipUri.of(ALICE.e164(), "192.0.2.10"),
                    NameAddr.of(SipUri.of(BOB.e164(), "192.0.2.10")))
                .credentials(bob.credentials),
            bob.switchPeer(),
            bob);
    world.millis(2000);
    return call;
  }

  private void nothingLeft() {
    world.millis(40_000);
    assertThat(world.board.calls()).isZero();
    assertThat(world.relayPorts()).isZero();
  }

  @Test
  void areOfferedWhatTheOtherSideCanAndHeardBothWays() {
    alice.answersAfter(Duration.ofSeconds(1));
    final SipSession call = callsWithoutOffer();
    assertThat(alice.lastReceived("INVITE")).contains("m=audio ", "PCMU", "telephone-event");
    assertThat(bob.take()).containsExactly("progress 180", "established");
    assertThat(bob.lastReceived("SIP/2.0 200")).contains("m=audio ").contains("192.0.2.10");
    call.acknowledge(bob.sdp());
    world.millis(100);
    alice.prove(alice.last());
    bob.say(call, "hello");
    world.millis(100);
    alice.say(alice.last(), "yes");
    world.millis(100);
    assertThat(alice.heard).containsExactly("hello");
    assertThat(bob.heard).containsExactly("yes");
    assertThat(alice.take()).containsExactly("incoming " + BOB, "established");

    // From here on it is a call as any other.
    call.offer(bob.sdp(SdpDirection.SENDONLY));
    world.millis(100);
    alice.agree(SdpDirection.RECVONLY);
    world.millis(100);
    assertThat(bob.take()).containsExactly("offer accepted");
    call.hangUp();
    nothingLeft();
  }

  @Test
  void mediaBeforeTheAnswerIsNoOfferToThoseWhoTakeItUnreliablyOnly() {
    bob.says = text -> text.replace("100rel, ", "");
    alice.onCall = session -> session.progress(183, alice.sdp());
    callsWithoutOffer();
    assertThat(bob.take()).containsExactly("progress 180");
    assertThat(bob.lastReceived("SIP/2.0 180")).doesNotContain("m=audio");
    alice.last().answer(alice.sdp());
    world.millis(1000);
    assertThat(bob.take()).containsExactly("established");
  }

  @Test
  void othersAreOfferedItBeforeTheAnswerAndHeardBothWays() {
    alice.onCall = session -> session.progress(183, alice.sdp());
    bob.onProgress = session -> session.acknowledge(bob.sdp());
    final SipSession call = callsWithoutOffer();
    assertThat(bob.take()).containsExactly("progress 183");
    assertThat(bob.lastReceived("SIP/2.0 183")).contains("m=audio ").contains("192.0.2.10");
    assertThat(alice.take()).as("of what bob can").containsExactly("incoming " + BOB, "offer");
    alice.agree(SdpDirection.SENDRECV);
    alice.prove(alice.last());
    bob.say(call, "hello");
    world.millis(100);
    alice.say(alice.last(), "wait");
    world.millis(100);
    assertThat(alice.heard).containsExactly("hello");
    assertThat(bob.heard).containsExactly("wait");

    alice.last().answer(alice.sdp());
    world.millis(1000);
    assertThat(bob.take()).containsExactly("established");
    assertThat(bob.lastReceived("SIP/2.0 200")).doesNotContain("m=audio");
    assertThat(alice.take()).containsExactly("established");
    bob.say(call, "there");
    world.millis(100);
    assertThat(alice.heard).containsExactly("hello", "there");
    call.hangUp();
    nothingLeft();
  }

  @Test
  void whoHasAnsweredAnotherEndsOfferIsOfferedAnewByWhoTakesTheCall() {
    PlainEnd desk = new PlainEnd(world, ALICE, world.network.host("203.0.113.77"), 5060);
    desk.register();
    desk.rings();
    alice.onCall = session -> session.progress(183, alice.sdp());
    bob.onProgress = session -> session.acknowledge(bob.sdp());
    SipSession call = callsWithoutOffer();
    assertThat(call.localSdp()).isPresent();
    bob.take();
    desk.take();
    desk.last().answer(desk.sdp(SdpDirection.RECVONLY));
    world.millis(1000);
    assertThat(bob.take()).containsExactly("established");
    assertThat(desk.take()).containsExactly("established", "offer");
    desk.agree(SdpDirection.RECVONLY);
    world.millis(200);
    assertThat(bob.take()).containsExactly("offer");
    assertThat(End.directionOf(bob.offer.orElseThrow().sdp().orElseThrow()))
        .isEqualTo(SdpDirection.RECVONLY);
    bob.agree(SdpDirection.SENDRECV);
    world.millis(200);
    bob.say(call, "hello");
    world.millis(100);
    assertThat(desk.heard).containsExactly("hello");
    call.hangUp();
    nothingLeft();
  }

  @Test
  void whoDoesNotAnswerTheOfferIsHungUpOn() {
    alice.answers();
    callsWithoutOffer().acknowledge(new byte[0]);
    world.millis(1000);
    assertThat(bob.take()).contains("ended 200 there");
    assertThat(alice.take()).contains("ended 200 there");
    nothingLeft();
  }

  @Test
  void whoNeverAcknowledgesIsGivenUp() {
    alice.answers();
    callsWithoutOffer();
    world.millis(34_000);
    assertThat(alice.take()).endsWith("ended 200 there");
    nothingLeft();
  }
}
