// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import static io.phoneagent.dnsswitch.call.World.ALICE;
import static io.phoneagent.dnsswitch.call.World.BOB;
import static io.phoneagent.dnsswitch.call.World.FAR;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.sip.CallRequest;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.SdpDirection;
import io.phoneagent.sip.SdpMedia;
import io.phoneagent.sip.SessionDescription;
import io.phoneagent.sip.SessionState;
import io.phoneagent.sip.SipSession;
import io.phoneagent.sip.SipUri;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How a call's media changes while it is up, and before it is, seen from both of its legs. */
class MediaChangesTest {
  private final World world = new World();
  private final AgentPhone alice = world.phone(ALICE);
  private final AgentPhone bob = world.phone(BOB);

  private SipSession callOut() {
    world.trunk.answersAfter(Duration.ofMillis(100));
    SipSession call = alice.call(FAR);
    world.millis(500);
    alice.take();
    world.trunk.take();
    return call;
  }

  private static SessionDescription read(byte[] sdp) {
    return SessionDescription.parse(sdp).orElseThrow();
  }

  private void nothingLeft() {
    world.millis(40_000);
    assertThat(world.board.calls()).isZero();
    assertThat(world.relayPorts()).isZero();
  }

  @Test
  void aHoldByNoAddressIsToldAsADirectionAndMusicIsHeard() {
    SipSession call = callOut();
    SipSession there = world.trunk.last();
    alice.prove(call);
    world.millis(50);
    String nowhere =
        new String(world.trunk.sdp(), UTF_8).replace("c=IN IP4 192.0.2.20", "c=IN IP4 0.0.0.0");
    there.offer(nowhere.getBytes(UTF_8));
    world.millis(200);
    SessionDescription seen = read(alice.offer.orElseThrow().sdp().orElseThrow());
    assertThat(seen.direction(seen.audio().orElseThrow())).isEqualTo(SdpDirection.SENDONLY);
    assertThat(seen.address(seen.audio().orElseThrow())).contains("192.0.2.10");
    alice.agree(SdpDirection.RECVONLY);
    world.millis(200);
    world.trunk.say(there, "music");
    world.millis(50);
    assertThat(alice.heard).containsExactly("music");
    there.offer(world.trunk.sdp());
    world.millis(200);
    seen = read(alice.offer.orElseThrow().sdp().orElseThrow());
    assertThat(seen.direction(seen.audio().orElseThrow())).isEqualTo(SdpDirection.SENDRECV);
    alice.agree(SdpDirection.SENDRECV);
    world.millis(200);
    alice.say(call, "back");
    world.millis(50);
    assertThat(world.trunk.heard).containsExactly("back");
    call.hangUp();
    nothingLeft();
  }

  @Test
  void whoAsksForAnOfferGetsWhatTheOtherLastSaid() {
    SipSession call = callOut();
    SipSession there = world.trunk.last();
    // Many gateways resume so: without an offer of their own.
    assertThat(there.offer(new byte[0])).isTrue();
    world.millis(200);
    assertThat(there.remoteSdp()).isPresent();
    assertThat(alice.take()).isEmpty();
    assertThat(world.trunk.take()).containsExactly("offer accepted");
    assertThat(call.state()).isEqualTo(SessionState.ESTABLISHED);
    call.hangUp();
    nothingLeft();
  }

  @Test
  void eachLegSeesOneSessionAndItsVersionsGrow() {
    SipSession call = callOut();
    long first = read(call.remoteSdp().orElseThrow()).version();
    for (SdpDirection direction :
        new SdpDirection[] {SdpDirection.SENDONLY, SdpDirection.SENDRECV}) {
      world.trunk.last().offer(world.trunk.sdp(direction));
      world.millis(200);
      long now = read(alice.offer.orElseThrow().sdp().orElseThrow()).version();
      assertThat(now).isEqualTo(++first);
      alice.agree(SdpDirection.SENDRECV);
      world.millis(200);
    }
    call.hangUp();
    nothingLeft();
  }

  @Test
  void keysHaveTheSamePayloadNumberOnBothLegs() {
    world.trunk.answers();
    byte[] odd =
        new String(alice.sdp(), UTF_8)
            .replace("0 8 101", "0 8 96")
            .replace("rtpmap:101", "rtpmap:96")
            .replace("fmtp:101", "fmtp:96")
            .getBytes(UTF_8);
    SipSession call =
        alice.agent.call(
            CallRequest.to(
                    SipUri.of(FAR.e164(), "192.0.2.10", 5060),
                    NameAddr.of(SipUri.of(ALICE.e164(), "192.0.2.10")))
                .sdp(odd)
                .credentials(alice.credentials),
            alice.switchPeer(),
            alice);
    world.millis(200);
    SdpMedia there = End.audioOf(world.trunk.last());
    assertThat(there.formats()).containsExactly("0", "8", "96");
    assertThat(there.attributes("rtpmap")).contains("96 telephone-event/8000");
    assertThat(there.attributes("fmtp")).contains("96 0-15");
    call.hangUp();
    nothingLeft();
  }

  @Test
  void earlyMediaIsAcknowledgedOnBothLegsAndHeard() {
    world.trunk.onCall = session -> session.progress(183, world.trunk.sdp());
    SipSession call = alice.call(FAR);
    world.millis(200);
    assertThat(alice.take()).containsExactly("progress 183");
    assertThat(alice.lastReceived("SIP/2.0 183")).contains("Require: 100rel").contains("RSeq: ");
    assertThat(world.trunk.lastReceived("PRACK")).contains("RAck: ");
    alice.prove(call);
    world.millis(50);
    world.trunk.say(world.trunk.last(), "ringback");
    world.millis(50);
    assertThat(alice.heard).containsExactly("ringback");
    world.trunk.last().answer(world.trunk.sdp());
    world.millis(200);
    assertThat(alice.take()).containsExactly("established");
    call.hangUp();
    nothingLeft();
  }

  @Test
  void aCallWhoseOneEndIsGoneWithoutAWordEnds() {
    SipSession call = callOut();
    alice.silent(true);
    world.trunk.take();
    world.pass(Duration.ofMinutes(30));
    assertThat(world.trunk.take()).containsExactly("ended 200 there");
    alice.silent(false);
    call.hangUp();
    nothingLeft();
  }

  @Test
  void aCallOfHoursIsRefreshedAndNobodyNotices() {
    bob.answers();
    SipSession call = alice.call(BOB);
    world.millis(2000);
    alice.prove(call);
    bob.prove(bob.last());
    alice.take();
    bob.take();
    for (int minute = 0; minute < 3 * 60; minute++) {
      for (int i = 0; i < 60; i++) {
        alice.prove(call);
        bob.prove(bob.last());
        world.millis(1000);
      }
      alice.flow().bind();
      bob.flow().bind();
    }
    assertThat(alice.take()).isEmpty();
    assertThat(bob.take()).isEmpty();
    assertThat(alice.countReceived("SIP/2.0 200")).isGreaterThan(10);
    assertThat(bob.countReceived("UPDATE")).isBetween(11L, 12L);
    call.hangUp();
    nothingLeft();
  }

  @Test
  void bothEndsChangeAtOnceAndBothGetTheirWay() {
    bob.answers();
    SipSession call = alice.call(BOB);
    world.millis(2000);
    alice.take();
    bob.take();
    call.offer(alice.sdp(SdpDirection.SENDONLY));
    bob.last().offer(bob.sdp(SdpDirection.SENDONLY));
    for (int i = 0; i < 60; i++) {
      world.millis(100);
      for (AgentPhone phone : new AgentPhone[] {alice, bob}) {
        phone.offer.ifPresent(o -> o.accept(phone.sdp(SdpDirection.RECVONLY)));
        phone.offer = Optional.empty();
      }
    }
    // The called end comes first, as it does not own its Call-ID (RFC 3261, section 14.1).
    assertThat(alice.take()).containsExactly("offer", "offer accepted");
    assertThat(bob.take()).containsExactly("offer accepted", "offer");
    assertThat(alice.countReceived("SIP/2.0 491") + bob.countReceived("SIP/2.0 491")).isEqualTo(2);
    call.hangUp();
    nothingLeft();
  }
}
