// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import static io.phoneagent.dnsswitch.call.World.ALICE;
import static io.phoneagent.dnsswitch.call.World.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.sip.InfoDigit;
import io.phoneagent.sip.SdpCodec;
import io.phoneagent.sip.SipSession;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that are pressed in a call between a plain telephone and a SIP phone, or another one. */
class TelephoneKeysTest {
  private final World world = new World();
  private final Telephone tina = world.telephone(ALICE);
  private final AgentPhone bob = world.phone(BOB);

  private SipSession call() {
    SipSession call = bob.call(ALICE);
    world.millis(300);
    tina.lift();
    world.millis(300);
    assertThat(tina.talks()).isTrue();
    return call;
  }

  @ParameterizedTest
  @CsvSource({
    "application/dtmf-relay, 'Signal=5\r\nDuration=160\r\n', D/5",
    "application/dtmf-relay, 'Signal=*\r\n', D/*",
    "application/dtmf-relay, 'signal= 11', D/#",
    "application/dtmf, a, D/a"
  })
  void anInfoIsASignalOnTheLine(String type, String body, String signal) {
    call().info(type, body.getBytes(StandardCharsets.US_ASCII));
    world.millis(300);
    assertThat(tina.done).contains("once " + signal);
  }

  @Test
  void keysOfTwoThatTakeEventsGoThroughTheAudioOnly() {
    SipSession call = call();
    tina.press("7");
    assertThat(bob.infos).isEmpty();
    call.hangUp();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void keysOfATelephoneWithoutEventsAreToldByInfo(boolean calls) {
    tina.knowsEvents = false;
    if (calls) {
      bob.onCall = session -> session.answer(bob.sdp());
      tina.call(BOB);
      world.millis(300);
    } else {
      call();
    }
    assertThat(tina.talks()).isTrue();
    tina.press("7#");
    assertThat(bob.infos.stream().map(InfoDigit::read).map(key -> key.orElse('?')))
        .containsExactly('7', '#');
  }

  private int spoken;

  private void speak(Telephone who, int packets) {
    for (int i = 0; i < packets; i++) {
      who.send(End.rtp(0, spoken++, (byte) 'a', (byte) 'h'));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void keysOfATelephoneWithoutEventsAreEventsInItsAudio(boolean calls) {
    tina.knowsEvents = false;
    SipSession call;
    if (calls) {
      bob.onCall = session -> session.answer(bob.sdp());
      tina.call(BOB);
      world.millis(300);
      call = bob.last();
    } else {
      call = call();
    }
    bob.prove(call);
    world.millis(100);
    speak(tina, 5);
    tina.line.digit('7');
    tina.line.digit('#');
    speak(tina, 40);
    assertThat(bob.infos).isEmpty();
    assertThat(bob.keys(101)).containsExactly("7", "#");
    assertThat(bob.packets).hasSize(45);
  }

  @Test
  void theyAreEventsInTheOneStreamOfTheTrunk() {
    tina.knowsEvents = false;
    world.trunk.onCall = session -> session.answer(world.trunk.sdp());
    tina.lift();
    tina.press(World.FAR.e164().substring(1) + "#");
    world.millis(300);
    assertThat(tina.talks()).isTrue();
    speak(tina, 5);
    tina.line.digit('3');
    speak(tina, 40);
    assertThat(world.trunk.infos).isEmpty();
    assertThat(world.trunk.keys(101)).containsExactly("3");
    assertThat(world.trunk.packets).hasSize(45);
  }

  @Test
  void aTelephoneThatSaysItsKeysInItsAudioAllTheSameIsNotHeardTwice() {
    tina.knowsEvents = false;
    SipSession call = call();
    bob.prove(call);
    world.millis(100);
    speak(tina, 5);
    tina.line.digit('7');
    for (int i = 0; i < 12; i++) {
      tina.send(End.rtp(101, spoken++, (byte) 7, (byte) 10, (byte) 0, (byte) 0xA0));
      speak(tina, 1);
    }
    speak(tina, 20);
    assertThat(bob.infos).isEmpty();
    assertThat(bob.keys(101).stream().filter(key -> key.length() == 1)).containsExactly("7");
  }

  @Test
  void aTelephoneThatFallsSilentTellsWhatItHasNotSaid() {
    tina.knowsEvents = false;
    SipSession call = call();
    bob.prove(call);
    world.millis(100);
    speak(tina, 5);
    tina.line.digit('1');
    speak(tina, 4);
    tina.press("23");
    world.millis(500);
    assertThat(bob.keys(101)).containsExactly("1");
    assertThat(bob.infos.stream().map(InfoDigit::read).map(key -> key.orElse('?')))
        .containsExactly('2', '3');
  }

  @Test
  void betweenTwoTelephonesWithoutEventsAKeyIsSignalledOnce() {
    Telephone tom = world.telephone(World.CAROL);
    tina.knowsEvents = false;
    tom.knowsEvents = false;
    tina.call(World.CAROL);
    tom.lift();
    world.millis(300);
    speak(tom, 5);
    tom.line.digit('4');
    speak(tom, 40);
    world.millis(300);
    assertThat(tina.done.stream().filter(d -> d.startsWith("once D/"))).containsExactly("once D/4");
  }

  /** What comes of one key: seven packets, the last three of which say that it is over. */
  private void events(SipSession call, int key, int timestamp) {
    for (int i = 0; i < 7; i++) {
      ByteBuffer packet = ByteBuffer.allocate(16);
      packet.put((byte) 0x80).put((byte) (i == 0 ? 0xE5 : 0x65)).putShort((short) (timestamp + i));
      packet.putInt(timestamp).putInt(77);
      packet.put((byte) key).put((byte) (i < 4 ? 10 : 0x8A)).putShort((short) (160 * i + 160));
      packet.flip();
      bob.audio.send(packet, bob.relay(call));
      world.millis(20);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void eventsAreSignalsOnALineThatTakesNone(boolean calls) {
    tina.knowsEvents = false;
    bob.onCall = session -> session.answer(bob.sdp());
    SipSession call;
    if (calls) {
      tina.call(BOB);
      world.millis(300);
      call = bob.last();
    } else {
      call = call();
    }
    assertThat(End.audioOf(call).codecs()).anyMatch(SdpCodec::isTelephoneEvent);
    assertThat(tina.received).noneMatch(t -> t.startsWith("MDCX") && t.contains("telephone-event"));
    bob.prove(call);
    world.millis(100);
    events(call, 5, 1_000);
    events(call, 5, 9_000);
    events(call, 11, 20_000);
    bob.say(call, "hi");
    world.millis(300);
    assertThat(tina.done.stream().filter(d -> d.startsWith("once D/")))
        .containsExactly("once D/5", "once D/5", "once D/#");
    assertThat(tina.heard).containsExactly("hi");
  }

  @Test
  void eventsGoToATelephoneThatTakesThem() {
    SipSession call = call();
    bob.prove(call);
    world.millis(100);
    events(call, 5, 1_000);
    assertThat(tina.done).noneMatch(d -> d.startsWith("once D/"));
    assertThat(tina.heard).hasSize(7);
  }

  @Test
  void aFloodOfKeysLeavesNothingBehind() {
    tina.knowsEvents = false;
    SipSession call = call();
    bob.prove(call);
    world.millis(100);
    tina.deaf = true;
    for (int i = 0; i < 200; i++) {
      events(call, i % 20, 1_000 * i);
    }
    tina.deaf = false;
    tina.flow().bind();
    world.pass(Duration.ofSeconds(15));
    assertThat(tina.done.stream().filter(d -> d.startsWith("once D/")).count()).isBetween(16L, 34L);
  }

  @Test
  void keysAreSignalsOnTheOtherTelephone() {
    Telephone tom = world.telephone(World.CAROL);
    tom.knowsEvents = false;
    tina.call(World.CAROL);
    tom.lift();
    world.millis(300);
    assertThat(tom.talks()).isTrue();
    tom.press("4");
    assertThat(tina.done).contains("once D/4");
  }
}
