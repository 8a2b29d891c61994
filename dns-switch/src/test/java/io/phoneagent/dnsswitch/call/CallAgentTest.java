// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import static io.phoneagent.dnsswitch.call.World.ALICE;
import static io.phoneagent.dnsswitch.call.World.BOB;
import static io.phoneagent.dnsswitch.call.World.CAROL;
import static io.phoneagent.dnsswitch.call.World.FAR;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.PhoneNumber;
import io.phoneagent.flow.FramedMessage;
import io.phoneagent.sip.SdpDirection;
import io.phoneagent.sip.SipSession;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plain telephones by MGCP on their flows, with SIP phones and with each other; virtual time. */
class CallAgentTest {
  private final World world = new World();
  private final Telephone tina = world.telephone(ALICE);

  @Test
  void isInServiceAndHasADialTone() {
    assertThat(tina.gateway.isInService()).isTrue();
    assertThat(tina.sent.get(0)).startsWith("RSIP ").contains(" aaln/1@15550000001 MGCP 1.0");
    tina.lift();
    assertThat(tina.tone).isEqualTo("L/dl");
    tina.press("1");
    assertThat(tina.tone).isEmpty();
    tina.putDown();
    tina.lift();
    assertThat(tina.tone).isEqualTo("L/dl");
  }

  @Test
  void whoDialsAtOnceIsHeard() {
    AgentPhone bob = world.phone(BOB);
    tina.offHook = true;
    tina.line.offHook();
    "15550000002".chars().forEach(key -> tina.line.digit((char) key));
    world.millis(500);
    assertThat(bob.incoming).hasSize(1);
  }

  @Test
  void callsASipPhoneAndTalks() {
    AgentPhone bob = world.phone(BOB);
    tina.call(BOB);
    assertThat(bob.incoming).hasSize(1);
    assertThat(bob.last().from().toString()).contains("+15550000001");
    bob.last().ring();
    world.millis(200);
    assertThat(tina.tone).isEqualTo("G/rt");
    bob.last().answer(bob.sdp());
    world.millis(300);
    assertThat(tina.tone).isEmpty();
    assertThat(tina.talks()).isTrue();
    bob.prove(bob.last());
    world.millis(100);
    tina.say("hello");
    assertThat(bob.heard).contains("hello");
    bob.say(bob.last(), "hi");
    world.millis(100);
    assertThat(tina.heard).contains("hi");

    tina.putDown();
    assertThat(bob.events).anyMatch(e -> e.startsWith("ended"));
    assertThat(tina.streams).isEmpty();
    assertThat(world.board.calls()).isZero();
    assertThat(world.relayPorts()).isZero();
  }

  @Test
  void isCalledByASipPhone() {
    AgentPhone bob = world.phone(BOB);
    SipSession call = bob.call(ALICE);
    world.millis(300);
    assertThat(tina.rings).isTrue();
    assertThat(tina.done).contains("caller 15550000002");
    assertThat(bob.events).anyMatch(e -> e.contains("180"));
    tina.lift();
    world.millis(200);
    assertThat(tina.rings).isFalse();
    assertThat(tina.talks()).isTrue();
    bob.prove(call);
    world.millis(100);
    bob.say(call, "hi");
    tina.say("hello");
    world.millis(100);
    assertThat(tina.heard).contains("hi");
    assertThat(bob.heard).contains("hello");

    call.hangUp();
    world.millis(300);
    assertThat(tina.tone).isEqualTo("L/bz");
    assertThat(tina.streams).isEmpty();
    tina.putDown();
    assertThat(tina.tone).isEmpty();
    assertThat(world.relayPorts()).isZero();
  }

  @Test
  void twoTelephonesTalkAndHold() {
    Telephone tom = world.telephone(BOB);
    connect(tina, tom);
    tina.say("hello");
    tom.say("hi");
    assertThat(tom.heard).contains("hello");
    assertThat(tina.heard).contains("hi");

    tina.flash();
    assertThat(tina.tone).isEqualTo("L/dl");
    assertThat(tina.talks()).isFalse();
    tom.say("are you there");
    assertThat(tina.heard).doesNotContain("are you there");
    assertThat(tom.talks()).isFalse();

    tina.flash();
    assertThat(tina.tone).isEmpty();
    assertThat(tina.talks()).isTrue();
    assertThat(tom.talks()).isTrue();
    tom.say("again");
    assertThat(tina.heard).contains("again");
    tom.putDown();
    assertThat(tina.tone).isEqualTo("L/bz");
    tina.putDown();
    assertThat(world.relayPorts()).isZero();
  }

  private void connect(Telephone caller, Telephone called) {
    caller.call(called.number);
    assertThat(called.rings).isTrue();
    assertThat(caller.tone).isEqualTo("G/rt");
    called.lift();
    world.millis(300);
    assertThat(caller.talks()).isTrue();
    assertThat(called.talks()).isTrue();
  }

  @Test
  void holdsASipPhone() {
    AgentPhone bob = world.phone(BOB);
    bob.onCall = session -> session.answer(bob.sdp());
    tina.call(BOB);
    world.millis(300);
    tina.flash();
    assertThat(bob.offer).isPresent();
    bob.agree(SdpDirection.RECVONLY);
    world.millis(300);
    tina.flash();
    assertThat(bob.offer).isPresent();
    bob.agree(SdpDirection.SENDRECV);
    world.millis(300);
    assertThat(tina.talks()).isTrue();
    // And is held by it.
    assertThat(bob.last().offer(bob.sdp(SdpDirection.SENDONLY))).isTrue();
    world.millis(300);
    assertThat(tina.talks()).isFalse();
    assertThat(End.audioOf(bob.last()).statedDirection()).contains(SdpDirection.RECVONLY);
    assertThat(bob.last().offer(bob.sdp())).isTrue();
    world.millis(300);
    assertThat(tina.talks()).isTrue();
  }

  @Test
  void aSecondCallWaits() {
    Telephone tom = world.telephone(BOB);
    connect(tina, tom);
    AgentPhone carol = world.phone(CAROL);
    SipSession call = carol.call(ALICE);
    world.millis(300);
    assertThat(tina.done).contains("once L/wt", "caller 15550000003");
    assertThat(carol.events).anyMatch(e -> e.contains("180"));
    tina.flash();
    world.millis(300);
    assertThat(tina.talks()).isTrue();
    assertThat(tom.talks()).isFalse();
    carol.prove(call);
    world.millis(100);
    carol.say(call, "carol");
    world.millis(100);
    assertThat(tina.heard).contains("carol");
    tina.flash();
    world.millis(300);
    tom.say("tom");
    assertThat(tina.heard).contains("tom");

    // A third one is told that she is busy.
    PhoneNumber daves = new PhoneNumber("+15550000009");
    world.account(daves);
    AgentPhone dave = world.phone(daves);
    dave.call(ALICE);
    world.millis(400);
    assertThat(dave.events).contains("ended 486 there");

    // Who hangs up while somebody is on hold is rung.
    tina.putDown();
    assertThat(tina.rings).isTrue();
    assertThat(tom.tone).isEqualTo("L/bz");
    tina.lift();
    world.millis(600);
    assertThat(tina.talks()).isTrue();
    call.hangUp();
    world.millis(300);
    assertThat(tina.tone).isEqualTo("L/bz");
  }

  @Test
  void busyAndWrongNumbers() {
    Telephone tom = world.telephone(BOB);
    tom.lift();
    tina.call(BOB);
    assertThat(tina.tone).isEqualTo("L/bz");
    tina.putDown();
    tina.lift();
    tina.press("05");
    assertThat(tina.tone).isEqualTo("L/ro");
    tina.putDown();
    tina.lift();
    world.pass(Duration.ofSeconds(17));
    assertThat(tina.tone).isEqualTo("L/ro");
    tina.putDown();
    tina.call(ALICE);
    assertThat(tina.tone).isEqualTo("L/bz");
    assertThat(tina.streams).isEmpty();
  }

  @Test
  void callsOverTheTrunkWithAPauseBehindTheNumber() {
    world.trunk.onCall = session -> session.answer(world.trunk.sdp());
    tina.lift();
    tina.press("442079460000");
    assertThat(world.trunk.incoming).isEmpty();
    world.pass(Duration.ofSeconds(5));
    assertThat(world.trunk.incoming).hasSize(1);
    assertThat(tina.talks()).isTrue();
    tina.putDown();
    tina.lift();
    tina.press("442079460000#");
    world.millis(300);
    assertThat(world.trunk.incoming).hasSize(2);
  }

  @Test
  void itsBackupRingsWithinASecondOfSilence() {
    world.account(ALICE, Optional.of(FAR), true);
    AgentPhone bob = world.phone(BOB);
    tina.deaf = true;
    bob.call(ALICE);
    world.millis(850);
    assertThat(world.trunk.incoming).isEmpty();
    world.millis(150);
    assertThat(world.trunk.incoming).hasSize(1);
    world.trunk.last().answer(world.trunk.sdp());
    world.pass(Duration.ofSeconds(60));
    // It is there again: it neither rings nor knows of a call.
    tina.deaf = false;
    tina.flow().bind();
    world.millis(500);
    assertThat(tina.rings).isFalse();
    tina.lift();
    assertThat(tina.tone).isEqualTo("L/dl");
    assertThat(tina.streams).isEmpty();
  }

  @Test
  void itRingsForTheCallThatIsThereWhenItIsHeardAgain() {
    AgentPhone bob = world.phone(BOB);
    tina.deaf = true;
    SipSession first = bob.call(ALICE);
    world.millis(700);
    first.hangUp();
    world.millis(100);
    bob.events.clear();
    bob.call(ALICE);
    tina.deaf = false;
    world.millis(400);
    assertThat(tina.rings).isTrue();
    assertThat(bob.events).contains("progress 180");
  }

  /** What an earlier call has left unanswered says nothing of this one. */
  @ParameterizedTest
  @ValueSource(ints = {500, 1_200, 1_900, 2_600, 3_300, 4_000, 4_700, 5_400, 6_100, 6_800, 7_500})
  void itsBackupWaitsForItEachTime(int silentMillis) {
    world.account(ALICE, Optional.of(FAR), true);
    AgentPhone bob = world.phone(BOB);
    // What it takes to answer is known by then, and it is given up on the sooner.
    for (int i = 0; i < 50; i++) {
      tina.lift();
      world.millis(100);
      tina.putDown();
      world.millis(100);
    }
    tina.deaf = true;
    SipSession first = bob.call(ALICE);
    world.millis(silentMillis);
    first.hangUp();
    world.millis(100);
    int before = world.trunk.incoming.size();
    bob.call(ALICE);
    world.millis(850);
    assertThat(world.trunk.incoming).as("backups that rang").hasSize(before);
    world.millis(150);
    assertThat(world.trunk.incoming).as("backups that rang").hasSize(before + 1);
  }

  @Test
  void aCallThatNobodyWaitsForDoesNotRingLater() {
    AgentPhone bob = world.phone(BOB);
    tina.deaf = true;
    SipSession call = bob.call(ALICE);
    world.pass(Duration.ofSeconds(2));
    call.hangUp();
    world.millis(100);
    tina.done.clear();
    tina.deaf = false;
    world.pass(Duration.ofSeconds(5));
    assertThat(tina.done).doesNotContain("caller 15550000002");
    assertThat(tina.streams).isEmpty();
    SipSession second = bob.call(ALICE);
    world.millis(400);
    assertThat(tina.rings).isTrue();
    second.hangUp();
    world.millis(400);
    assertThat(tina.rings).isFalse();
    tina.lift();
    assertThat(tina.tone).isEqualTo("L/dl");
  }

  /** It has said what it has to say, and waits for a request that was given up on. */
  @Test
  void whoWasNotHeardForAWhileIsToldAgain() {
    tina.call(BOB);
    tina.deafToCommands = true;
    tina.putDown();
    world.pass(Duration.ofSeconds(60));
    tina.deafToCommands = false;
    tina.flow().bind(); // as it does to keep its flow alive
    world.pass(Duration.ofSeconds(10));
    tina.lift();
    assertThat(tina.tone).isEqualTo("L/dl");
    assertThat(tina.streams).isEmpty();
  }

  @Test
  void aMoveOfTheFlowIsNoRestart() {
    Telephone tom = world.telephone(BOB);
    connect(tina, tom);
    long restarts = tina.sent.stream().filter(t -> t.startsWith("RSIP")).count();
    tina.nat.changeAddress("198.51.100.99");
    tina.flow().bind();
    tina.flash(); // sent from a path that is not proven yet
    world.millis(400);
    assertThat(tina.tone).isEqualTo("L/dl");
    tina.flash();
    tina.streams.forEach(Telephone.Stream::prove);
    world.millis(300);
    tina.say("still here");
    tom.say("me too");
    assertThat(tom.heard).contains("still here");
    assertThat(tina.heard).contains("me too");
    assertThat(tina.sent.stream().filter(t -> t.startsWith("RSIP")).count()).isEqualTo(restarts);
  }

  @Test
  void aTelephoneThatRestartsHasNoCall() {
    Telephone tom = world.telephone(BOB);
    connect(tina, tom);
    tina.gateway.stop(false, () -> {});
    tina.offHook = false;
    tina.gateway.start(Duration.ZERO);
    world.millis(500);
    assertThat(tom.tone).isEqualTo("L/bz");
    tina.lift();
    assertThat(tina.tone).isEqualTo("L/dl");
  }

  @Test
  void aSwitchThatHasForgottenClearsWhatIsLeft() {
    Telephone tom = world.telephone(BOB);
    connect(tina, tom);
    world.restart();
    tina.flow().bind();
    tom.flow().bind();
    world.millis(500);
    tina.putDown();
    world.millis(300);
    assertThat(tina.streams).isEmpty();
    tina.lift();
    assertThat(tina.tone).isEqualTo("L/dl");
  }

  @Test
  void nobodySpeaksForAnotherEndpoint() {
    Telephone tom = world.telephone(BOB);
    tom.lift();
    int before = tom.received.size();
    raw(tina, "NTFY 77 aaln/1@15550000002 MGCP 1.0\r\nX: 1\r\nO: L/hu\r\n");
    assertThat(last(tina)).startsWith("500 77");
    raw(tina, "CRCX 78 aaln/1@15550000001 MGCP 1.0\r\nC: 1\r\nM: inactive\r\n");
    assertThat(last(tina)).startsWith("504 78");
    raw(tina, "NTFY 79 aaln/1@15550000001 MGCP 1.0\r\nX: 1\r\nN: ca@203.0.113.6\r\nO: L/hu\r\n");
    assertThat(last(tina)).startsWith("539 79");
    raw(tina, "RSIP 80 aaln/1@15550000001 MGCP 1.0\r\nRM: sideways\r\n");
    assertThat(last(tina)).startsWith("536 80");
    assertThat(tom.received).hasSize(before);

    End stranger = world.stranger();
    stranger.socket.send(
        FramedMessage.of(octets("NTFY 81 aaln/1@15550000002 MGCP 1.0\r\nX: 1\r\nO: L/hu\r\n")),
        world.address());
    world.millis(300);
    assertThat(stranger.received).isEmpty();
    assertThat(tom.tone).isEqualTo("L/dl");
  }

  @Test
  void theToneOfACallThatWaitsIsRepeatedUntilSomebodyDoesSomething() {
    Telephone tom = world.telephone(BOB);
    connect(tina, tom);
    AgentPhone carol = world.phone(CAROL);
    SipSession call = carol.call(ALICE);
    world.pass(Duration.ofSeconds(35));
    assertThat(tina.done.stream().filter("once L/wt"::equals)).hasSize(4);
    assertThat(tina.done.stream().filter("caller 15550000003"::equals)).hasSize(1);
    tina.flash();
    world.pass(Duration.ofSeconds(35));
    assertThat(tina.done.stream().filter("once L/wt"::equals)).hasSize(4);
    call.hangUp();
  }

  @Test
  void nobodyAnswersOrRestartsForAnotherEndpoint() {
    Telephone tom = world.telephone(BOB);
    AgentPhone carol = world.phone(CAROL);
    tina.deaf = true;
    carol.call(ALICE);
    world.millis(50);
    tina.deaf = false;
    // Every number that the call agent may have given to what it has asked tina.
    int asked = Integer.parseInt(tina.received.get(tina.received.size() - 1).split(" ", 3)[1]);
    for (int i = -20; i < 20; i++) {
      raw(tom, "200 " + (asked + i) + " OK\r\nI: 1\r\n\r\nv=0\r\n", 0);
    }
    world.millis(500);
    assertThat(tina.rings).isTrue();
    assertThat(carol.events).anyMatch(e -> e.contains("180"));
    raw(tom, "RSIP 91 aaln/1@15550000001 MGCP 1.0\r\nRM: forced\r\n");
    assertThat(last(tom)).startsWith("500 91");
    assertThat(tina.rings).isTrue();
  }

  @Test
  void aConnectionOfAnotherLineIsNotDeleted() {
    Telephone tom = world.telephone(BOB);
    connect(tina, tom);
    String id =
        tina.sent.stream()
            .flatMap(String::lines)
            .filter(l -> l.startsWith("I: "))
            .findFirst()
            .orElseThrow()
            .substring(3);
    raw(tom, "DLCX 92 aaln/1@15550000002 MGCP 1.0\r\nC: 1\r\nI: " + id + "0\r\n");
    assertThat(last(tom)).startsWith("515 92");
    raw(tom, "DLCX 93 aaln/1@15550000001 MGCP 1.0\r\nC: 1\r\nI: " + id + "\r\n");
    assertThat(last(tom)).startsWith("500 93");
    raw(tom, "DLCX 94 aaln/1@15550000002 MGCP 1.0\r\n");
    assertThat(last(tom)).startsWith("510 94");
    assertThat(tina.talks()).isTrue();
    assertThat(tom.talks()).isTrue();
  }

  @Test
  void whatIsTooLargeOrMalformedIsRefusedOrDropped() {
    String line = "NTFY 95 aaln/1@15550000001 MGCP 1.0\r\n";
    int before = tina.received.size();
    for (String text :
        new String[] {
          line + "O: " + "L/hd,".repeat(1_000) + "L/hu\r\n",
          line + "X-a: 1\r\n".repeat(100),
          line + "O L/hd\r\n",
          line + "O: L/hd(\r\n",
          line.replace("MGCP 1.0", "MGCP one")
        }) {
      raw(tina, text.replace(" 95 ", " " + (95 + tina.received.size()) + " "));
      assertThat(last(tina)).startsWith("510 ");
    }
    assertThat(tina.received).hasSize(before + 5);
    raw(tina, "\u0000\u0001\u0002");
    raw(tina, "200 99999999999 OK\r\n");
    raw(tina, "");
    byte[] lying = {(byte) 0x80, 0x7F, 0x7F, 'N', 'T', 'F', 'Y'};
    tina.socket.send(ByteBuffer.wrap(lying), world.address());
    tina.socket.send(ByteBuffer.wrap(lying, 0, 2), world.address());
    world.millis(200);
    assertThat(tina.received).hasSize(before + 5);
    tina.lift();
    assertThat(tina.tone).isEqualTo("L/dl");
  }

  @Test
  void aFloodOfCommandsThatAreNotForACallAgentIsRefusedAndForgotten() {
    for (int i = 0; i < 1_000; i++) {
      raw(tina, "RQNT " + (900 + i) + " aaln/1@15550000001 MGCP 1.0\r\nX: 1\r\n", 0);
    }
    world.millis(300);
    assertThat(tina.received).anyMatch(t -> t.startsWith("504 "));
    assertThat(tina.received).anyMatch(t -> t.startsWith("409 "));
    world.pass(Duration.ofSeconds(31));
    raw(tina, "RQNT 900 aaln/1@15550000001 MGCP 1.0\r\nX: 1\r\n");
    assertThat(last(tina)).startsWith("504 900");
  }

  @Test
  void aFloodIsRefusedAndForgotten() {
    for (int i = 0; i < 1_000; i++) {
      tina.socket.send(
          FramedMessage.of(
              octets("NTFY " + (900 + i) + " aaln/1@15550000001 MGCP 1.0\r\nX: 1\r\nO: L/hf\r\n")),
          world.address());
    }
    world.millis(300);
    assertThat(tina.received).anyMatch(t -> t.startsWith("409 "));
    world.pass(Duration.ofSeconds(31));
    tina.lift();
    assertThat(tina.tone).isEqualTo("L/dl");
  }

  private void raw(Telephone from, String message) {
    raw(from, message, 200);
  }

  private void raw(Telephone from, String message, int millis) {
    from.socket.send(FramedMessage.of(octets(message)), world.address());
    world.millis(millis);
  }

  private static String last(Telephone telephone) {
    return telephone.received.get(telephone.received.size() - 1);
  }

  private static ByteBuffer octets(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
