// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import static io.phoneagent.dnsswitch.call.World.ALICE;
import static io.phoneagent.dnsswitch.call.World.BOB;
import static io.phoneagent.dnsswitch.call.World.FAR;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.sip.SdpDirection;
import io.phoneagent.sip.SessionState;
import io.phoneagent.sip.SipSession;
import io.phoneagent.spi.DatagramPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Media that changes before a call is answered: RFC 3311, and RFC 3262, section 5. */
class EarlyChangesTest {
  private final World world = new World();
  private final AgentPhone alice = world.phone(ALICE);

  /** What an end may not know. */
  private static UnaryOperator<String> without(String what) {
    return switch (what) {
      case "UPDATE" -> text -> text.replace(", UPDATE", "");
      case "100rel" -> text -> text.replace("100rel, ", "");
      default -> text -> text;
    };
  }

  /** Alice calls the trunk, whose end describes early media. */
  private SipSession earlyMedia() {
    world.trunk.onCall = session -> session.progress(183, world.trunk.sdp());
    SipSession call = alice.call(FAR);
    world.millis(300);
    assertThat(alice.take()).containsExactly("progress 183");
    world.trunk.take();
    return call;
  }

  private static byte[] with(byte[] sdp, String from, String to) {
    String text = new String(sdp, UTF_8);
    assertThat(text).contains(from);
    return text.replace(from, to).getBytes(UTF_8);
  }

  /** An end's description, changed. */
  private static byte[] changed(End end, String change) {
    int port = end.audio.local().getPort();
    return switch (change) {
      case "address" -> with(end.sdp(), "m=audio " + port, "m=audio " + (port + 1));
      case "codec" -> with(end.sdp(), "RTP/AVP 0 8", "RTP/AVP 8");
      case "hold" -> end.sdp(SdpDirection.SENDONLY);
      default -> end.sdp();
    };
  }

  @AfterEach
  void nothingIsLeft() {
    alice.agent.sessions().forEach(SipSession::hangUp);
    world.millis(70_000);
    assertThat(world.board.calls()).isZero();
    assertThat(world.board.gauges().get("dialogs")).isZero();
    assertThat(world.board.gauges().get("transactions")).isZero();
    assertThat(world.relayPorts()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoIsAskedAndSaysNothingCostsTheOtherNoCall(boolean callerChanges) {
    End from = callerChanges ? alice : world.trunk;
    End other = callerChanges ? world.trunk : alice;
    SipSession call = earlyMedia();
    SipSession changing = callerChanges ? call : world.trunk.last();
    other.deaf = text -> text.startsWith("UPDATE");
    assertThat(changing.offer(changed(from, "hold"))).isTrue();
    world.millis(15_000);
    assertThat(from.take()).isEmpty();
    world.millis(2_000);
    assertThat(from.take()).containsExactly("offer rejected 500");
    // The switch still waits for the other end, and goes on with the call.
    world.millis(20_000);
    assertThat(from.take()).isEmpty();
    other.deaf = text -> false;
    assertThat(changing.offer(changed(from, "hold"))).isTrue();
    world.millis(200);
    assertThat(other.take()).containsExactly("offer");
    other.agree(SdpDirection.RECVONLY);
    world.millis(200);
    assertThat(from.take()).containsExactly("offer accepted");
    world.trunk.last().answer(world.trunk.sdp());
    world.millis(200);
    assertThat(alice.take()).contains("established");
  }

  /**
   * Who changes what, what the other end does not know, and what comes of it: the other end is
   * asked, the switch takes it, or refuses it.
   */
  @ParameterizedTest
  @CsvSource({
    "caller, hold,    nothing, asked",
    "caller, codec,   nothing, asked",
    "caller, address, nothing, asked",
    "caller, same,    nothing, asked",
    "caller, hold,    UPDATE,  488",
    "caller, codec,   UPDATE,  488",
    "caller, address, UPDATE,  taken",
    "caller, same,    UPDATE,  taken",
    "caller, hold,    100rel,  488",
    "caller, codec,   100rel,  488",
    "caller, address, 100rel,  taken",
    "caller, same,    100rel,  taken",
    "called, hold,    nothing, asked",
    "called, codec,   nothing, asked",
    "called, address, nothing, asked",
    "called, same,    nothing, asked",
    "called, hold,    UPDATE,  488",
    "called, codec,   UPDATE,  488",
    "called, address, UPDATE,  taken",
    "called, same,    UPDATE,  taken",
    "called, hold,    100rel,  488",
    "called, codec,   100rel,  488",
    "called, address, 100rel,  taken",
    "called, same,    100rel,  taken",
  })
  void table(String who, String change, String unknown, String outcome) {
    boolean callerChanges = who.equals("caller");
    End from = callerChanges ? alice : world.trunk;
    End other = callerChanges ? world.trunk : alice;
    other.says = without(unknown);
    other.understands = without(unknown);
    SipSession call = earlyMedia();
    SipSession changing = callerChanges ? call : world.trunk.last();
    SipSession asked = callerChanges ? world.trunk.last() : call;
    assertThat(changing.offer(changed(from, change))).isTrue();
    world.millis(200);
    if (outcome.equals("asked")) {
      assertThat(from.take()).isEmpty();
      assertThat(other.take()).containsExactly("offer");
      boolean hold = change.equals("hold");
      assertThat(End.directionOf(other.offer.orElseThrow().sdp().orElseThrow()))
          .isEqualTo(hold ? SdpDirection.SENDONLY : SdpDirection.SENDRECV);
      other.agree(hold ? SdpDirection.RECVONLY : SdpDirection.SENDRECV);
      world.millis(200);
      assertThat(End.directionOf(changing.remoteSdp().orElseThrow()))
          .isEqualTo(hold ? SdpDirection.RECVONLY : SdpDirection.SENDRECV);
    }
    assertThat(other.take()).isEmpty();
    boolean refused = outcome.equals("488");
    assertThat(from.take()).containsExactly(refused ? "offer rejected 488" : "offer accepted");
    assertThat(call.state()).isEqualTo(SessionState.RINGING);

    world.trunk.last().answer(world.trunk.sdp());
    world.millis(500);
    assertThat(alice.take()).containsExactly("established");
    assertThat(world.trunk.take()).containsExactly("established");
    assertThat(asked.state()).isEqualTo(SessionState.ESTABLISHED);
    alice.prove(call);
    world.millis(50);
    world.trunk.say(world.trunk.last(), "hello");
    world.millis(50);
    boolean elsewhere = !callerChanges && change.equals("address") && !refused;
    assertThat(alice.heard).hasSize(elsewhere ? 0 : 1);
  }

  @Test
  void aGatewaysNewAddressIsHeardThoughTheCallerTakesNoUpdate() throws IOException {
    alice.says = without("UPDATE");
    SipSession call = earlyMedia();
    alice.prove(call);
    DatagramPort moved =
        world
            .trunk
            .host
            .loop()
            .openDatagram(
                new InetSocketAddress(world.trunk.host.address(), 6061), (data, from) -> {});
    SipSession there = world.trunk.last();
    moved.send(End.rtp("before"), world.trunk.relay(there));
    world.millis(50);
    there.offer(changed(world.trunk, "address"));
    world.millis(200);
    moved.send(End.rtp("after"), world.trunk.relay(there));
    world.millis(50);
    assertThat(alice.heard).containsExactly("after");
    moved.close();
  }

  @Test
  void whatTheSwitchAnswersFlowsAsBothWant() {
    alice.says = without("UPDATE");
    byte[] announcement = world.trunk.sdp(SdpDirection.SENDONLY);
    world.trunk.onCall = session -> session.progress(183, announcement);
    alice.call(FAR);
    world.millis(300);
    world.trunk.take();
    SipSession there = world.trunk.last();
    there.offer(with(announcement, "m=audio 6060", "m=audio 6061"));
    world.millis(200);
    assertThat(world.trunk.take()).containsExactly("offer accepted");
    assertThat(End.directionOf(there.remoteSdp().orElseThrow())).isEqualTo(SdpDirection.RECVONLY);
  }

  @Test
  void aCallerWhoHoldsBeforeTheAnswerStaysOnHold() {
    SipSession call = earlyMedia();
    call.offer(alice.sdp(SdpDirection.SENDONLY));
    world.millis(200);
    world.trunk.agree(SdpDirection.RECVONLY);
    world.millis(200);
    world.trunk.last().answer(world.trunk.sdp());
    world.millis(500);
    assertThat(End.directionOf(call.remoteSdp().orElseThrow())).isEqualTo(SdpDirection.RECVONLY);
    assertThat(alice.lastReceived("SIP/2.0 200")).doesNotContain("m=audio");
    alice.take();
    call.offer(alice.sdp());
    world.millis(200);
    world.trunk.agree(SdpDirection.SENDRECV);
    world.millis(200);
    assertThat(alice.take()).containsExactly("offer accepted");
  }

  @Test
  void anOfferInThePrackOfTheCallerGoesToTheOtherEnd() {
    alice.onProgress = session -> session.offer(alice.sdp(SdpDirection.SENDONLY));
    SipSession call = earlyMedia();
    assertThat(world.trunk.offer).isPresent();
    world.trunk.agree(SdpDirection.RECVONLY);
    world.millis(200);
    assertThat(alice.take()).containsExactly("offer accepted");
    assertThat(alice.lastReceived("SIP/2.0 200")).contains("PRACK").contains("a=recvonly");
    assertThat(call.state()).isEqualTo(SessionState.RINGING);
  }

  @Test
  void whatTheOtherEndRefusesLeavesTheCallAsItWas() {
    SipSession call = earlyMedia();
    for (int status : new int[] {488, 481, 408}) {
      call.offer(alice.sdp(SdpDirection.SENDONLY));
      world.millis(200);
      world.trunk.offer.orElseThrow().reject(status);
      world.millis(200);
      assertThat(alice.take())
          .as("what says that a dialog is gone says nothing of this one")
          .containsExactly("offer rejected " + (status == 488 ? 488 : 500));
    }
    assertThat(alice.lastReceived("SIP/2.0 500")).contains("Retry-After: 1");
    world.trunk.last().answer(world.trunk.sdp());
    world.millis(500);
    assertThat(alice.take()).containsExactly("established");
  }

  @Test
  void bothEndsChangeAtOnceAndBothGetTheirWay() {
    SipSession call = earlyMedia();
    call.offer(alice.sdp(SdpDirection.SENDONLY));
    world.trunk.last().offer(world.trunk.sdp(SdpDirection.SENDONLY));
    for (int i = 0; i < 60; i++) {
      world.millis(100);
      for (End end : new End[] {alice, world.trunk}) {
        end.offer.ifPresent(o -> o.accept(end.sdp(SdpDirection.RECVONLY)));
        end.offer = Optional.empty();
      }
    }
    assertThat(alice.take()).containsExactly("offer", "offer accepted");
    assertThat(world.trunk.take()).containsExactly("offer accepted", "offer");
    assertThat(call.state()).isEqualTo(SessionState.RINGING);
  }

  @Test
  void anAnswerMayCrossAChange() {
    SipSession call = earlyMedia();
    call.offer(alice.sdp(SdpDirection.SENDONLY));
    world.millis(200);
    world.trunk.last().answer(world.trunk.sdp());
    world.millis(500);
    assertThat(call.state()).isEqualTo(SessionState.ESTABLISHED);
    world.trunk.agree(SdpDirection.RECVONLY);
    world.millis(500);
    assertThat(alice.take()).containsExactly("established", "offer accepted");
    assertThat(End.directionOf(call.remoteSdp().orElseThrow())).isEqualTo(SdpDirection.RECVONLY);
  }

  // From here on two phones of one number ring.

  private final PlainEnd desk = new PlainEnd(world, BOB, world.network.host("203.0.113.66"), 5060);
  private final AgentPhone bob = world.phone(BOB);

  private SipSession twoRing() {
    desk.register();
    desk.rings();
    bob.onCall = session -> session.progress(183, bob.sdp());
    SipSession call = alice.call(BOB);
    world.millis(300);
    alice.take();
    bob.take();
    desk.take();
    return call;
  }

  @Test
  void whoAnswersInPlaceOfTheOneThatWasHeardIsToldOfTheChange() {
    SipSession call = twoRing();
    call.offer(alice.sdp(SdpDirection.SENDONLY));
    world.millis(200);
    bob.agree(SdpDirection.RECVONLY);
    world.millis(200);
    assertThat(alice.take()).containsExactly("offer accepted");
    assertThat(desk.take()).as("is not heard").isEmpty();

    desk.last().answer(desk.sdp());
    world.millis(500);
    assertThat(alice.take()).containsExactly("established");
    assertThat(desk.take()).containsExactly("established", "offer");
    assertThat(End.directionOf(desk.offer.orElseThrow().sdp().orElseThrow()))
        .isEqualTo(SdpDirection.SENDONLY);
    desk.agree(SdpDirection.INACTIVE);
    world.millis(300);
    assertThat(alice.take()).containsExactly("offer");
    assertThat(End.directionOf(alice.offer.orElseThrow().sdp().orElseThrow()))
        .isEqualTo(SdpDirection.INACTIVE);
    alice.agree(SdpDirection.INACTIVE);
    world.millis(2000);
    assertThat(alice.take()).isEmpty();
    assertThat(desk.take()).isEmpty();
  }

  @Test
  void whereNothingWasChangedNobodyIsToldAnything() {
    twoRing();
    desk.last().answer(desk.sdp());
    world.millis(2000);
    assertThat(alice.take()).containsExactly("established");
    assertThat(desk.take()).containsExactly("established");
  }

  @Test
  void aChangeWhoseOtherEndIsGoneMayComeAgain() {
    SipSession call = twoRing();
    call.offer(alice.sdp(SdpDirection.SENDONLY));
    world.millis(200);
    assertThat(bob.take()).containsExactly("offer");
    bob.last().reject(486);
    world.millis(200);
    assertThat(alice.take()).containsExactly("offer rejected 500");
    call.offer(alice.sdp(SdpDirection.SENDONLY));
    world.millis(200);
    assertThat(alice.take()).as("there is nobody to ask").containsExactly("offer rejected 500");
    call.offer(changed(alice, "address"));
    world.millis(200);
    assertThat(alice.take()).containsExactly("offer accepted");
    desk.last().answer(desk.sdp());
    world.millis(500);
    assertThat(alice.take()).containsExactly("established");
  }

  @Test
  void oneThatIsNotHeardChangesNothingButItsAddress() {
    SipSession call = twoRing();
    desk.last().progress(183, desk.sdp());
    world.millis(200);
    assertThat(alice.take()).as("the desk is heard now").containsExactly("progress 183");
    bob.last().offer(bob.sdp(SdpDirection.SENDONLY));
    world.millis(200);
    assertThat(bob.take()).containsExactly("offer rejected 500");
    bob.last().offer(changed(bob, "address"));
    world.millis(200);
    assertThat(bob.take()).containsExactly("offer accepted");
    desk.last().offer(desk.sdp(SdpDirection.SENDONLY));
    world.millis(200);
    assertThat(alice.take()).containsExactly("offer");
    alice.agree(SdpDirection.RECVONLY);
    world.millis(200);
    assertThat(desk.take()).containsExactly("offer accepted");
    assertThat(call.state()).isEqualTo(SessionState.RINGING);
  }

  @Test
  void anAnswerOfAnotherEndsAChangeThatIsNotAnsweredYet() {
    SipSession call = twoRing();
    call.offer(alice.sdp(SdpDirection.SENDONLY));
    world.millis(200);
    desk.last().answer(desk.sdp());
    world.millis(500);
    assertThat(alice.take()).containsExactly("offer rejected 500", "established");
    call.offer(alice.sdp(SdpDirection.SENDONLY));
    world.millis(200);
    desk.agree(SdpDirection.RECVONLY);
    world.millis(200);
    assertThat(alice.take()).containsExactly("offer accepted");
  }

  @Test
  void aTelephoneThatHearsHowItGoesOnIsChangedToo() {
    Telephone tina = world.telephone(World.CAROL);
    world.trunk.onCall = session -> session.progress(183, world.trunk.sdp());
    tina.call(FAR);
    world.pass(Duration.ofSeconds(5));
    SipSession there = world.trunk.last();
    world.trunk.take();
    long changes = tina.commands("MDCX");
    assertThat(there.offer(changed(world.trunk, "codec"))).isTrue();
    world.millis(500);
    assertThat(world.trunk.take()).containsExactly("offer accepted");
    assertThat(tina.commands("MDCX")).isEqualTo(changes + 1);
    there.answer(world.trunk.sdp());
    world.millis(500);
    assertThat(tina.talks()).isTrue();
    tina.putDown();
  }
}
