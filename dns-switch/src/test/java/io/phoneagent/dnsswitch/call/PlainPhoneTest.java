// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import static io.phoneagent.dnsswitch.call.World.ALICE;
import static io.phoneagent.dnsswitch.call.World.BOB;
import static io.phoneagent.dnsswitch.call.World.CAROL;
import static io.phoneagent.dnsswitch.call.World.FAR;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.PhoneNumber;
import io.phoneagent.sip.CallRequest;
import io.phoneagent.sip.HeaderName;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.ReferTo;
import io.phoneagent.sip.RequestCredentials;
import io.phoneagent.sip.SdpDirection;
import io.phoneagent.sip.SessionDescription;
import io.phoneagent.sip.SipMethod;
import io.phoneagent.sip.SipSession;
import io.phoneagent.sip.SipUri;
import io.phoneagent.testkit.NatBehaviour;
import io.phoneagent.testkit.VirtualNat;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls with phones that know nothing of us, and what others may try with them. */
class PlainPhoneTest {
  private final World world = new World();
  private final AgentPhone alice = world.phone(ALICE);
  private final VirtualNat nat = world.network.nat("198.51.100.77", NatBehaviour.home());
  private final PlainEnd bob = new PlainEnd(world, BOB, nat.host("192.168.7.2"), 5060);
  private final PlainEnd desk = new PlainEnd(world, BOB, world.network.host("203.0.113.66"), 5060);

  private SipSession talk() {
    assertThat(bob.register().status()).isEqualTo(200);
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
  }

  @Test
  void isCalledWhereItsRegisterCameFromAndHeardBothWays() {
    SipSession call = talk();
    assertThat(bob.lastReceived("INVITE"))
        .startsWith("INVITE sip:" + BOB + "@192.168.7.2:5060 SIP/2.0")
        .contains("To: <sip:" + BOB + "@192.0.2.10>")
        .doesNotContain("ice-ufrag");
    alice.prove(call);
    bob.say(bob.last(), "first"); // opens its firewall, and says where it is
    world.millis(100);
    alice.say(call, "hello");
    bob.say(bob.last(), "yes");
    world.millis(100);
    assertThat(bob.heard).containsExactly("hello");
    assertThat(alice.heard).containsExactly("first", "yes");
    call.hangUp();
    world.millis(100);
    assertThat(bob.take()).containsExactly("ended 200 there");
    nothingLeft();
  }

  @Test
  void behindNoNatItIsSentToBeforeItSpeaks() {
    desk.register();
    desk.answers();
    SipSession call = alice.call(BOB);
    world.millis(2000);
    alice.prove(call);
    world.millis(100);
    alice.say(call, "hello");
    world.millis(100);
    assertThat(desk.heard).containsExactly("hello");
  }

  @Test
  void callsOnceItHasProvenItsNumber() {
    bob.register();
    alice.answers();
    SipSession call = bob.call(ALICE);
    world.millis(2000);
    assertThat(bob.countReceived("SIP/2.0 401")).isGreaterThan(0);
    assertThat(bob.take()).containsExactly("progress 180", "established");
    assertThat(alice.take()).containsExactly("incoming " + BOB, "established");
    alice.last().hangUp();
    world.millis(100);
    assertThat(bob.take()).containsExactly("ended 200 there");
    assertThat(call.isIncoming()).isFalse();
    nothingLeft();
  }

  @Test
  void mayGiveUpItsCall() {
    bob.register();
    alice.rings();
    SipSession call = bob.call(ALICE);
    world.millis(1000);
    call.hangUp();
    world.millis(500);
    assertThat(alice.take()).containsExactly("incoming " + BOB, "ended 487 there");
    nothingLeft();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aCallThatHasComeTooFarGoesNoFurther(int forwards) {
    bob.register();
    bob.call(ALICE.e164(), BOB.e164(), forwards);
    world.millis(500);
    assertThat(bob.take()).containsExactly("ended 483 there");
  }

  @Test
  void keysForItsMediaArePassedThrough() {
    String keys = "1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj";
    desk.register();
    desk.rings();
    PlainEnd carol = new PlainEnd(world, CAROL, world.network.host("203.0.113.67"), 5060);
    SessionDescription plain = SessionDescription.parse(carol.sdp()).orElseThrow();
    String offer =
        new String(
                plain.with(0, plain.media().get(0).with("crypto", keys)).bytes(),
                StandardCharsets.UTF_8)
            .replace("RTP/AVP", "RTP/SAVP");
    carol.agent.call(
        CallRequest.to(
                SipUri.of(BOB.e164(), "192.0.2.10"),
                NameAddr.of(SipUri.of(CAROL.e164(), "192.0.2.10")))
            .sdp(offer.getBytes(StandardCharsets.UTF_8))
            .credentials(carol.credentials),
        carol.switchPeer(),
        carol);
    world.millis(500);
    assertThat(desk.lastReceived("INVITE"))
        .contains(" RTP/SAVP ", "a=crypto:" + keys)
        .doesNotContain("203.0.113.67:6060");
  }

  @Test
  void callsOverTheTrunkAlsoWithoutBeingRegistered() {
    world.trunk.answers();
    bob.call(FAR);
    world.millis(2000);
    assertThat(world.trunk.take()).containsExactly("incoming " + BOB, "established");
    assertThat(bob.take()).containsExactly("progress 180", "established");
  }

  @ParameterizedTest
  @ValueSource(strings = {"+15550000001", "15550000001", "+15550000003"})
  void doesNotCallInTheNameOfAnotherAccount(String claimed) {
    bob.register();
    bob.call(FAR.e164(), claimed);
    world.millis(500);
    assertThat(bob.take()).containsExactly("ended 401 there");
    assertThat(world.trunk.incoming).isEmpty();
  }

  @Test
  void allDevicesOfANumberRingAndTheFirstToAnswerHasTheCall() {
    AgentPhone agent = world.phone(BOB);
    bob.register();
    desk.register();
    agent.rings();
    bob.answers();
    desk.rings();
    SipSession call = alice.call(BOB);
    world.millis(2000);
    assertThat(alice.take()).containsExactly("progress 180", "established");
    assertThat(bob.take()).containsExactly("incoming " + ALICE, "established");
    assertThat(desk.take()).containsExactly("incoming " + ALICE, "ended 487 there");
    assertThat(agent.take()).containsExactly("incoming " + ALICE, "ended 487 there");
    assertThat(world.relayPorts()).isEqualTo(2);
    call.hangUp();
    nothingLeft();
  }

  @Test
  void whereOneDeviceIsBusyTheOthersRingOn() {
    world.account(BOB, Optional.of(CAROL), false);
    final AgentPhone carol = world.phone(CAROL);
    bob.register();
    desk.register();
    bob.rejects(486);
    desk.answersAfter(Duration.ofSeconds(5));
    alice.call(BOB);
    world.millis(7000);
    assertThat(alice.take()).containsExactly("progress 180", "established");
    assertThat(carol.take()).as("somebody was there").isEmpty();
  }

  @Test
  void whereOneDeclinesForAllNoOtherRingsOn() {
    bob.register();
    desk.register();
    bob.rejects(603);
    desk.rings();
    alice.call(BOB);
    world.millis(1000);
    assertThat(alice.take()).endsWith("ended 603 there");
    assertThat(desk.take()).containsExactly("incoming " + ALICE, "ended 487 there");
    nothingLeft();
  }

  @Test
  void theBestRefusalIsToldWhenAllHaveRefused() {
    bob.register();
    desk.register();
    bob.rejects(486);
    desk.rejects(480);
    alice.call(BOB);
    world.millis(1000);
    assertThat(alice.take()).endsWith("ended 486 there");
  }

  @Test
  void aSilentOneHasItsBackupRungAndDelaysItOnlyOnce() {
    world.account(BOB, Optional.of(CAROL), false);
    AgentPhone carol = world.phone(CAROL);
    carol.rings();
    bob.register();
    bob.silent(true);
    SipSession first = alice.call(BOB);
    world.millis(800);
    assertThat(carol.take()).isEmpty();
    world.millis(300);
    assertThat(carol.take()).containsExactly("incoming " + ALICE);
    first.hangUp();
    world.millis(1000);
    carol.take();

    SipSession second = alice.call(BOB);
    world.millis(100);
    assertThat(carol.take()).as("at once").containsExactly("incoming " + ALICE);
    second.hangUp();
    world.millis(1000);
    carol.take();

    world.millis(33_000); // until the calls that it never heard of are given up
    bob.silent(false);
    bob.rings();
    bob.register();
    bob.take();
    alice.call(BOB);
    world.millis(2000);
    assertThat(carol.take()).as("it is back").isEmpty();
    assertThat(bob.take()).containsExactly("incoming " + ALICE);
  }

  @Test
  void anotherStreamFromItsAddressIsNotHeardUntilItOffersAnew() {
    SipSession call = talk();
    alice.prove(call);
    bob.say(bob.last(), "one");
    world.millis(100);
    bob.audio.send(rtp(7, "two"), bob.relay(bob.last()));
    world.millis(100);
    assertThat(alice.heard).containsExactly("one");
    bob.last().offer(bob.sdp(SdpDirection.SENDRECV));
    world.millis(100);
    alice.offer.orElseThrow().accept(alice.sdp());
    world.millis(100);
    bob.audio.send(rtp(7, "three"), bob.relay(bob.last()));
    world.millis(100);
    assertThat(alice.heard).containsExactly("one", "three");
  }

  private static ByteBuffer rtp(int synchronisation, String word) {
    return End.rtp(word).putInt(8, synchronisation);
  }

  @Test
  void aRestartedSwitchKnowsItAgain() {
    bob.register();
    world.restart();
    bob.answers();
    alice.flow().bind();
    world.millis(500);
    alice.call(BOB);
    world.millis(2000);
    assertThat(bob.take()).containsExactly("incoming " + ALICE, "established");
  }

  @Test
  void itsCallGoesOnWhereItRegistersFromAnotherAddress() {
    talk();
    nat.changeAddress("198.51.100.78");
    assertThat(bob.register().status()).isEqualTo(200);
    assertThat(world.contacts.of(BOB))
        .singleElement()
        .satisfies(
            c ->
                assertThat(c.path().address().getAddress().getHostAddress())
                    .isEqualTo("198.51.100.78"));
    bob.last().hangUp();
    world.millis(100);
    assertThat(alice.take()).containsExactly("ended 200 there");
  }

  @Test
  void aByeFromElsewhereEndsNothing() {
    final SipSession call = talk();
    PlainEnd near = new PlainEnd(world, CAROL, nat.host("192.168.7.3"), 5060);
    ByteBuffer octets =
        bob.last()
            .dialog()
            .orElseThrow()
            .request(SipMethod.BYE)
            .addFirst(HeaderName.VIA, "SIP/2.0/UDP 192.168.7.2:5060;branch=z9hG4bKx")
            .build()
            .bytes();
    String bye = StandardCharsets.UTF_8.decode(octets).toString();
    near.raw(bye);
    world.stranger().raw(bye);
    world.millis(500);
    assertThat(alice.take()).isEmpty();
    call.hangUp();
    world.millis(100);
    assertThat(bob.take()).containsExactly("ended 200 there");
  }

  @Test
  void ringsNoMoreWhenItHasLeft() {
    bob.register();
    assertThat(bob.register(bob.contact(), 0).status()).isEqualTo(200);
    alice.call(BOB);
    world.millis(200);
    assertThat(alice.take()).containsExactly("ended 480 there");
    bob.register(bob.contact(), 60);
    world.millis(61_000);
    alice.call(BOB);
    world.millis(200);
    assertThat(alice.take()).as("nor when it was not heard of").containsExactly("ended 480 there");
  }

  private static ReferTo to(PhoneNumber number) {
    return new ReferTo(SipUri.of(number.e164(), "192.0.2.10", 5060), Optional.empty());
  }

  /** The one it calls rings at both of its places; the first to answer is joined. */
  @Test
  void transfersOnceItHasProvenItsNumberAlsoToAPlainPhoneOfSeveral() {
    SipSession call = talk();
    PlainEnd here = new PlainEnd(world, CAROL, world.network.host("203.0.113.67"), 5060);
    PlainEnd there = new PlainEnd(world, CAROL, world.network.host("203.0.113.68"), 5060);
    assertThat(here.register().status()).isEqualTo(200);
    assertThat(there.register().status()).isEqualTo(200);
    here.rings();
    there.answersAfter(Duration.ofMillis(300));
    assertThat(bob.last().refer(to(CAROL))).isTrue();
    world.millis(3000);
    assertThat(bob.take()).contains("transfer 200", "ended 200 there");
    assertThat(here.take()).containsExactly("incoming " + ALICE, "ended 487 there");
    assertThat(there.take()).containsExactly("incoming " + ALICE, "established");
    assertThat(alice.take()).containsExactly("offer");
    alice.agree(SdpDirection.SENDRECV);
    world.millis(100);
    call.hangUp();
    world.millis(100);
    assertThat(there.take()).containsExactly("ended 200 there");
    nothingLeft();
  }

  @Test
  void withoutProofItTransfersNothing() {
    SipSession call = talk();
    bob.last().credentials(RequestCredentials.none());
    bob.last().refer(to(CAROL));
    world.millis(500);
    assertThat(bob.take()).containsExactly("transfer 401");
    call.hangUp();
    nothingLeft();
  }
}
