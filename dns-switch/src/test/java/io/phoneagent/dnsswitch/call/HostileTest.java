// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import static io.phoneagent.dnsswitch.call.World.ALICE;
import static io.phoneagent.dnsswitch.call.World.BOB;
import static io.phoneagent.dnsswitch.call.World.CAROL;
import static io.phoneagent.dnsswitch.call.World.FAR;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.flow.FlowSource;
import io.phoneagent.sip.Dialog;
import io.phoneagent.sip.SipSession;
import io.phoneagent.testkit.NatBehaviour;
import io.phoneagent.testkit.VirtualNat;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What others may try by UDP. */
class HostileTest {
  private final World world = new World();
  private final AgentPhone alice = world.phone(ALICE);
  private final AgentPhone bob = world.phone(BOB);
  private final AgentPhone mallory = world.phone(CAROL);

  private End attacker(String who) {
    return switch (who) {
      case "phone" -> mallory;
      case "trunk" -> world.trunk;
      default -> world.stranger();
    };
  }

  private static String inDialog(String method, Dialog dialog, int sequence, String branch) {
    return method
        + " sip:switch@192.0.2.10 SIP/2.0\r\nVia: SIP/2.0/UDP 203.0.113.9;branch="
        + branch
        + "\r\nMax-Forwards: 70\r\nFrom: "
        + dialog.local()
        + "\r\nTo: "
        + dialog.remote()
        + "\r\nCall-ID: "
        + dialog.id().callId()
        + "\r\nCSeq: "
        + sequence
        + " "
        + method
        + "\r\nContact: <sip:evil@203.0.113.9>\r\nContent-Length: 0\r\n\r\n";
  }

  @ParameterizedTest
  @CsvSource({
    "BYE, stranger",
    "BYE, phone",
    "BYE, trunk",
    "INFO, stranger",
    "INVITE, phone",
    "INVITE, stranger",
    "UPDATE, stranger",
    "ACK, stranger"
  })
  void copiedTagsEndOrChangeNoCallFromElsewhere(String method, String who) {
    bob.answers();
    SipSession call = alice.call(BOB);
    world.millis(2000);
    alice.take();
    bob.take();
    End attacker = attacker(who);
    attacker.received.clear();
    attacker.raw(inDialog(method, call.dialog().orElseThrow(), 77, "z9hG4bKevil"));
    world.millis(1000);
    assertThat(attacker.received).isEmpty();
    assertThat(alice.take()).isEmpty();
    assertThat(bob.take()).isEmpty();
    assertThat(bob.infos).isEmpty();
    // Nor does it hinder the phone's own requests.
    call.hangUp();
    world.millis(100);
    assertThat(bob.take()).containsExactly("ended 200 there");
  }

  @ParameterizedTest
  @ValueSource(strings = {"stranger", "phone", "trunk"})
  void aCopiedBranchCancelsNoCallFromElsewhere(String who) {
    bob.rings();
    alice.call(BOB);
    world.millis(500);
    String invite = alice.lastReceived("SIP/2.0 180");
    String via = line(invite, "Via: ").replaceAll(";r(port|eceived)=[^;]*", "");
    attacker(who)
        .raw(
            "CANCEL sip:"
                + BOB
                + "@192.0.2.10:5060 SIP/2.0\r\n"
                + via
                + "\r\nMax-Forwards: 70\r\n"
                + line(invite, "From: ")
                + "\r\nTo: <sip:"
                + BOB
                + "@192.0.2.10:5060>\r\n"
                + line(invite, "Call-ID: ")
                + "\r\n"
                + line(invite, "CSeq: ").replace("INVITE", "CANCEL")
                + "\r\nContent-Length: 0\r\n\r\n");
    world.millis(500);
    assertThat(bob.take()).containsExactly("incoming " + ALICE);
  }

  private static String line(String message, String start) {
    return message.lines().filter(l -> l.startsWith(start)).findFirst().orElseThrow();
  }

  @Test
  void aPhoneHeardFromElsewhereGoesOnOnceItsFlowHasMoved() {
    bob.answers();
    SipSession call = alice.call(BOB);
    world.millis(2000);
    bob.take();
    alice.losesAddress("198.51.100.77");
    call.hangUp(); // from a source that is not proven yet: unheard
    world.millis(100);
    assertThat(bob.take()).isEmpty();
    alice.flow().bind();
    world.millis(1000);
    assertThat(bob.take()).containsExactly("ended 200 there");
  }

  /** Its provider has given alice's address to bob's firewall, and chance her port. */
  @Test
  void aCallRingsNobodyElseWhoIsWhereThePhoneWas() {
    FlowSource before = world.flows.path(ALICE).orElseThrow();
    alice.losesAddress("198.51.100.77");
    AgentPhone there =
        new AgentPhone(
            world,
            BOB,
            world.network.nat(before.address().getAddress().getHostAddress(), NatBehaviour.home()));
    there.register();
    there.flow().bind();
    world.millis(200);
    assertThat(world.flows.path(BOB)).contains(before);
    there.answers();
    alice.answers();
    mallory.call(ALICE);
    world.millis(3000);
    assertThat(there.received).isEmpty();
    assertThat(mallory.take()).as("held").isEmpty();
    alice.flow().bind();
    world.millis(2000);
    assertThat(mallory.take()).containsExactly("progress 180", "established");
    assertThat(there.received).isEmpty();
  }

  @Test
  void aNewCallFromAMovedPhoneIsHeardOnceItsFlowHasMoved() {
    bob.answers();
    alice.losesAddress("198.51.100.77");
    alice.call(BOB);
    world.millis(100);
    assertThat(alice.take()).isEmpty();
    alice.flow().bind();
    world.millis(2000);
    assertThat(alice.take()).containsExactly("progress 180", "established");
  }

  @Test
  void aStrangerDoesNotCallInTheNameOfAPhone() {
    End stranger = world.stranger();
    stranger.call(BOB.e164(), ALICE.e164());
    world.millis(200);
    assertThat(stranger.take()).containsExactly("ended 401 there"); // who is Alice can prove it
    assertThat(bob.take()).isEmpty();
  }

  @Test
  void anAnswerWithoutAudioEndsTheCallAndNothingElse() {
    bob.onCall = session -> session.answer("v=0\r\n".getBytes(StandardCharsets.US_ASCII));
    alice.call(BOB);
    world.millis(500);
    assertThat(alice.take()).containsExactly("ended 480 there");
    bob.answers();
    alice.call(BOB);
    world.millis(2000);
    assertThat(alice.take()).containsExactly("progress 180", "established");
  }

  @Test
  void ringingWithEverNewTagsIsNotRememberedForEver() {
    alice.call(BOB);
    world.millis(100);
    String invite = bob.lastReceived("INVITE");
    for (int i = 0; i < 1000; i++) {
      bob.raw(
          "SIP/2.0 180 Ringing\r\n"
              + line(invite, "Via: ")
              + "\r\n"
              + line(invite, "From: ")
              + "\r\n"
              + line(invite, "To: ")
              + ";tag=t"
              + i
              + "\r\n"
              + line(invite, "Call-ID: ")
              + "\r\n"
              + line(invite, "CSeq: ")
              + "\r\nContent-Length: 0\r\n\r\n");
    }
    int acks = bob.received.size();
    for (int i = 0; i < 1000; i++) {
      bob.raw(
          "SIP/2.0 200 OK\r\n"
              + line(invite, "Via: ")
              + "\r\n"
              + line(invite, "From: ")
              + "\r\n"
              + line(invite, "To: ")
              + ";tag=u"
              + i
              + "\r\n"
              + line(invite, "Call-ID: ")
              + "\r\n"
              + line(invite, "CSeq: ")
              + "\r\nContent-Length: 0\r\n\r\n");
    }
    world.millis(100);
    assertThat(bob.received.size() - acks).isLessThan(100);
  }

  @ParameterizedTest
  @ValueSource(strings = {"REGISTER", "MESSAGE", "SUBSCRIBE", "REFER", "CANCEL", "BYE", "NONSENSE"})
  void otherRequestsOfStrangersAreRefusedOnceAndNotRemembered(String method) {
    End stranger = world.stranger();
    int timers = world.time.pendingTimers();
    stranger.raw(
        method
            + " sip:x@192.0.2.10 SIP/2.0\r\nVia: SIP/2.0/UDP 203.0.113.9;branch=z9hG4bKa\r\n"
            + "Max-Forwards: 70\r\nFrom: <sip:x@y>;tag=1\r\nTo: <sip:x@y>\r\nCall-ID: 1\r\n"
            + "CSeq: 1 "
            + method
            + "\r\nContact: <sip:x@y>\r\nContent-Length: 0\r\n\r\n");
    world.millis(40_000);
    assertThat(stranger.received).hasSize(1);
    assertThat(stranger.received.get(0)).matches("(?s)SIP/2.0 4(03|04|05|81|89) .*");
    assertThat(world.time.pendingTimers()).isLessThanOrEqualTo(timers);
  }

  @Test
  void malformedAndHugeDatagramsDoNoHarm() {
    Random random = new Random(1);
    End stranger = world.stranger();
    bob.answers();
    alice.call(BOB);
    world.millis(1500);
    String good = bob.lastReceived("INVITE");
    for (int i = 0; i < 2000; i++) {
      StringBuilder text = new StringBuilder(good);
      for (int j = 0; j < 5; j++) {
        text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(128));
      }
      (i % 2 == 0 ? stranger : mallory).raw(text.toString());
    }
    stranger.raw(good.replace("\r\n\r\n", "\r\nX: " + "y".repeat(60_000) + "\r\n\r\n"));
    stranger.raw("");
    stranger.raw("\r\n\r\n");
    world.millis(200_000);
    assertThat(world.board.calls()).isEqualTo(1);
    assertThat(world.relayPorts()).isEqualTo(2);
  }

  @Test
  void aStrangersFloodIsBounded() {
    bob.rings();
    End stranger = world.stranger();
    for (int i = 0; i < 1000; i++) {
      stranger.call(BOB);
    }
    world.millis(100);
    assertThat(world.board.calls()).isEqualTo(20);
    assertThat(stranger.events.stream().filter(e -> e.contains("503"))).hasSize(980);
    world.millis(300_000);
    assertThat(world.board.calls()).isZero();
    assertThat(world.relayPorts()).isZero();
  }

  @Test
  void floodsFromManyForgedAddressesLeaveTheRelayToPhones() {
    World large = new World(1000);
    AgentPhone caller = large.phone(ALICE);
    AgentPhone called = large.phone(BOB);
    called.rings();
    for (int i = 0; i < 60; i++) {
      End stranger = large.stranger();
      for (int j = 0; j < 10; j++) {
        stranger.call(BOB);
      }
      large.millis(100);
    }
    assertThat(large.board.calls()).isLessThanOrEqualTo(200);
    caller.call(BOB);
    large.millis(300);
    assertThat(caller.take()).containsExactly("progress 180");
  }

  @Test
  void aPhonesFloodIsBounded() {
    bob.rings();
    for (int i = 0; i < 1000; i++) {
      alice.call(BOB);
    }
    world.millis(100);
    assertThat(world.board.calls()).isLessThanOrEqualTo(20);
    assertThat(world.relayPorts()).isLessThanOrEqualTo(40);
  }

  private static String forged(String method, int i) {
    return method
        + " sip:192.0.2.10 SIP/2.0\r\nVia: SIP/2.0/UDP 203.0.113.9;branch=z9hG4bKf"
        + i
        + "\r\nMax-Forwards: 70\r\nFrom: <sip:"
        + ALICE
        + "@192.0.2.10>;tag=f\r\nTo: <sip:192.0.2.10>\r\nCall-ID: f"
        + i
        + "\r\nCSeq: 1 "
        + method
        + "\r\nContent-Length: 0\r\n\r\n";
  }

  @ParameterizedTest
  @ValueSource(strings = {"stranger", "trunk"})
  void aRefusedCallIsRefusedOnceAndNotRemembered(String who) {
    End caller = attacker(who);
    caller.deaf = text -> true; // acknowledges nothing
    caller.received.clear();
    caller.raw(
        forged("INVITE", 1)
            .replace("sip:192.0.2.10 ", "sip:+15550009999@192.0.2.10 ")
            .replace("<sip:" + ALICE + "@", "<sip:12345@"));
    world.millis(100);
    assertThat(world.board.gauges()).containsEntry("transactions", 0);
    world.millis(40_000);
    assertThat(caller.received).singleElement().asString().startsWith("SIP/2.0 404");
  }

  private static void flood(End from, String method) {
    for (int i = 0; i < 1000; i++) {
      from.raw(forged(method, i));
    }
  }

  /** Its datagrams come from where the phone is. */
  @ParameterizedTest
  @ValueSource(strings = {"OPTIONS", "INVITE", "REGISTER", "MESSAGE"})
  void aFloodUnderAPhonesAddressKeepsItFromNothing(String method) {
    bob.answers();
    SipSession call = alice.call(BOB);
    world.millis(2000);
    alice.take();
    bob.take();
    flood(alice, method);
    call.hangUp();
    flood(alice, method);
    alice.call(BOB);
    world.millis(2000);
    assertThat(bob.take()).contains("ended 200 there", "established");
    assertThat(alice.take()).contains("established");
  }

  @ParameterizedTest
  @ValueSource(strings = {"OPTIONS", "INVITE", "MESSAGE"})
  void aFloodUnderAPlainPhonesAddressKeepsItFromNothing(String method) {
    VirtualNat nat = world.network.nat("198.51.100.77", NatBehaviour.home());
    PlainEnd plain = new PlainEnd(world, CAROL, nat.host("192.168.1.9"), 5060);
    assertThat(plain.register().status()).isEqualTo(200);
    bob.answers();
    SipSession call = plain.call(BOB);
    world.millis(2000);
    plain.take();
    bob.take();
    flood(plain, method);
    call.hangUp();
    flood(plain, method);
    plain.call(BOB);
    world.millis(2000);
    assertThat(bob.take()).contains("ended 200 there", "established");
    assertThat(plain.take()).contains("established");
  }

  @Test
  void answersThatAreNeverAcknowledgedEnd() {
    bob.onCall = session -> session.answer(bob.sdp());
    End stranger = world.stranger();
    stranger.deaf = text -> true;
    for (int i = 0; i < 10; i++) {
      stranger.call(BOB);
    }
    world.millis(40_000);
    assertThat(world.board.calls()).isZero();
    assertThat(world.relayPorts()).isZero();
    assertThat(bob.take()).contains("ended 200 there");
  }

  @Test
  void aForgedSourceGetsNoMoreThanThreeTimesWhatWasSent() {
    bob.onCall = session -> session.answer(bob.sdp());
    End stranger = world.stranger();
    stranger.deaf = text -> true;
    String sdp = new String(stranger.sdp(), StandardCharsets.UTF_8);
    String invite =
        "INVITE sip:"
            + BOB.e164()
            + "@192.0.2.10 SIP/2.0\r\nVia: SIP/2.0/UDP 203.0.113.9;branch=z9hG4bKforged"
            + "\r\nMax-Forwards: 70\r\nFrom: <sip:who@203.0.113.9>;tag=1\r\nTo: <sip:"
            + BOB.e164()
            + "@192.0.2.10>\r\nCall-ID: forged\r\nCSeq: 1 INVITE"
            + "\r\nContact: <sip:who@203.0.113.9>\r\nContent-Type: application/sdp"
            + "\r\nContent-Length: "
            + sdp.length()
            + "\r\n\r\n"
            + sdp;
    stranger.raw(invite);
    world.millis(40_000);
    assertThat(stranger.received).anyMatch(t -> t.startsWith("SIP/2.0 200 "));
    assertThat(stranger.received.stream().mapToInt(String::length).sum())
        .isLessThanOrEqualTo(3 * invite.length());
  }

  @Test
  void aStrangerMayMissAnAnswer() {
    bob.answers();
    End stranger = world.stranger();
    boolean[] missed = {false};
    stranger.deaf =
        text -> {
          boolean miss = text.startsWith("SIP/2.0 200 ") && !missed[0];
          missed[0] |= miss;
          return miss;
        };
    SipSession call = stranger.call(BOB);
    world.millis(3_000);
    assertThat(missed[0]).isTrue();
    assertThat(stranger.take()).last().isEqualTo("established");
    // It has read what it got: whatever is said to it from now on is repeated as usual.
    stranger.deaf = text -> text.startsWith("BYE ");
    stranger.received.clear();
    bob.last().hangUp();
    world.millis(20_000);
    assertThat(stranger.received.stream().filter(t -> t.startsWith("BYE "))).hasSizeGreaterThan(5);
    assertThat(call.dialog()).isPresent();
  }

  @Test
  void thePhoneNamesItsCallersSafely() {
    alice.call(FAR.e164(), ALICE.e164());
    End stranger = world.stranger();
    stranger.call(BOB.e164(), "a\r\nX-Evil: 1");
    world.millis(100);
    assertThat(bob.lastReceived("INVITE")).doesNotContain("\r\nX-Evil");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\\\", "\\\"", "x", "\u00e9", "\ud83d\ude00"})
  void aNameWithoutEndRingsThePhoneAllTheSame(String piece) {
    bob.rings();
    End stranger = world.stranger();
    String start = "From: \"";
    String end = "\" <sip:evil@203.0.113.9>;tag=t";
    int room = 8_192 - start.length() - end.length();
    int times = room / piece.getBytes(StandardCharsets.UTF_8).length;
    stranger.raw(invite(start + piece.repeat(times) + end));
    world.millis(500);
    assertThat(bob.take()).hasSize(1);
    world.millis(300_000);
    assertThat(world.board.calls()).isZero();
    assertThat(world.relayPorts()).isZero();
  }

  @Test
  void aNumberWithoutEndRingsThePhoneAllTheSame() {
    bob.rings();
    world.stranger().raw(invite("From: <sip:" + "%01".repeat(2_700) + "@203.0.113.9>;tag=t"));
    world.millis(500);
    assertThat(bob.take()).containsExactly("incoming anonymous");
  }

  private String invite(String from) {
    String sdp = new String(world.stranger().sdp(), StandardCharsets.UTF_8);
    return "INVITE sip:"
        + BOB
        + "@192.0.2.10:5060 SIP/2.0\r\nVia: SIP/2.0/UDP 203.0.113.9;branch=z9hG4bKlong;rport"
        + "\r\nMax-Forwards: 70\r\n"
        + from
        + "\r\nTo: <sip:"
        + BOB
        + "@192.0.2.10>\r\nCall-ID: long\r\nCSeq: 1 INVITE\r\nContact: <sip:evil@203.0.113.9>"
        + "\r\nContent-Type: application/sdp\r\nContent-Length: "
        + sdp.length()
        + "\r\n\r\n"
        + sdp;
  }
}
