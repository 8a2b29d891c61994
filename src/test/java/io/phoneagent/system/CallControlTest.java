// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static io.phoneagent.system.Numbers.ANN;
import static io.phoneagent.system.Numbers.BOB;
import static io.phoneagent.system.Numbers.CID;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.lab.Account;
import io.phoneagent.lab.BaresipTrunk;
import io.phoneagent.lab.Event;
import io.phoneagent.lab.InLab;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.SideBySide;
import io.phoneagent.lab.Signals;
import io.phoneagent.lab.TestBed;
import io.phoneagent.lab.Wav;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a telephone's user does within a call: hold, keys, transfer; also with baresip. */
@InLab
@SideBySide
final class CallControlTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int STRETCH = Wav.RATE / 2;

  private static TestBed bed;
  private static Path sounds;

  @BeforeAll
  static void build() throws Exception {
    bed = TestBed.up(ANN, BOB, CID);
    sounds = Files.createDirectories(bed.lab().state().resolve("sounds"));
  }

  @AfterAll
  static void end() {
    bed.close();
  }

  @AfterEach
  void endPrograms() {
    bed.endPrograms();
  }

  /** A phone that speaks with a voice of its own, and what it hears. */
  private static PhoneProcess phone(String host, Account account, Voice voice, String answer) {
    return bed.phone(host, account, voice.options("--answer", answer)).awaitReachable();
  }

  /** From a moment after now on, half a second of nothing but sound, or of silence. */
  private static void awaitHeard(Voice voice, boolean sound) {
    int from = samples(voice).length + STRETCH / 2;
    Awaitility.await(sound ? "sound" : "silence")
        .atMost(PATIENCE)
        .until(
            () -> {
              short[] all = samples(voice);
              return all.length >= from + STRETCH && loudTenths(all) == (sound ? 10 : 0);
            });
  }

  private static short[] twoMinutes(int seed) {
    short[] once = Signals.speech(seed, 5);
    short[] all = new short[24 * once.length];
    for (int at = 0; at < all.length; at += once.length) {
      System.arraycopy(once, 0, all, at, once.length);
    }
    return all;
  }

  private static short[] samples(Voice voice) {
    return Files.exists(voice.heard()) ? Wav.read(voice.heard()) : new short[0];
  }

  /** How many tenths of the last stretch are loud. */
  private static int loudTenths(short[] all) {
    int loud = 0;
    for (int tenth = 0; tenth < 10; tenth++) {
      double energy = 0;
      int from = all.length - STRETCH + tenth * STRETCH / 10;
      for (int i = from; i < from + STRETCH / 10; i++) {
        energy += (double) all[i] * all[i];
      }
      loud += Math.sqrt(energy / (STRETCH / 10)) > 300 ? 1 : 0;
    }
    return loud;
  }

  private static List<String> digits(PhoneProcess phone) {
    return phone.events().named("digit").stream().map(e -> e.text("digit")).toList();
  }

  @Test
  void twoPhonesHoldResumeAndPressKeys() {
    Voice anns = Voice.of(sounds, 1);
    Voice bobs = Voice.of(sounds, 2);
    PhoneProcess bob = phone("phone2", BOB, bobs, "auto");
    PhoneProcess ann = phone("phone1", ANN, anns, "manual");
    ann.say("call " + BOB.number());
    ann.await("call-established");
    awaitHeard(anns, true);
    awaitHeard(bobs, true);

    ann.say("hold");
    bob.await("call-held");
    awaitHeard(bobs, false);
    awaitHeard(anns, false);
    ann.say("resume");
    bob.await("call-resumed");
    awaitHeard(bobs, true);
    awaitHeard(anns, true);

    ann.say("digits 12#");
    bob.say("digits *0D");
    Awaitility.await("keys").atMost(PATIENCE).until(() -> digits(bob).size() >= 3);
    Awaitility.await("keys").atMost(PATIENCE).until(() -> digits(ann).size() >= 3);
    assertThat(digits(bob)).containsExactly("1", "2", "#");
    assertThat(digits(ann)).containsExactly("*", "0", "D");
    ann.say("hangup");
    bob.await("call-ended");
  }

  @Test
  void baresipHoldsIsHeldAndPressesKeys() {
    Voice anns = Voice.of(sounds, 1);
    PhoneProcess ann = phone("phone1", ANN, anns, "manual");
    BaresipTrunk baresip = bed.baresipTrunk(twoMinutes(4));
    ann.say("call " + TestBed.OUTSIDE);
    ann.await("call-established");
    awaitHeard(anns, true);

    baresip.hold();
    ann.await("call-held");
    awaitHeard(anns, false);
    baresip.resume();
    ann.await("call-resumed");
    awaitHeard(anns, true);

    ann.say("hold");
    awaitHeard(anns, false);
    ann.say("resume");
    awaitHeard(anns, true);

    ann.say("digits 159#");
    for (String key : List.of("1", "5", "9", "#")) {
      baresip.await(line -> line.contains("received event: '" + key + "'"));
    }
    baresip.press("7*3");
    Awaitility.await("keys").atMost(PATIENCE).until(() -> digits(ann).size() >= 3);
    assertThat(digits(ann)).containsExactly("7", "*", "3");
    ann.say("hangup");
    ann.await("call-ended");
  }

  @Test
  void transfersBaresipToSomebodyElse() {
    Voice anns = Voice.of(sounds, 1);
    Voice bobs = Voice.of(sounds, 2);
    PhoneProcess bob = phone("phone2", BOB, bobs, "manual");
    PhoneProcess ann = phone("phone1", ANN, anns, "manual");
    BaresipTrunk baresip = bed.baresipTrunk(twoMinutes(4));
    ann.say("call " + TestBed.OUTSIDE);
    ann.await("call-established");
    awaitHeard(anns, true);

    ann.say("transfer " + BOB.number());
    bob.await("call-incoming");
    assertThat(bob.await("call-incoming").text("from")).isEqualTo(TestBed.OUTSIDE);
    bob.say("answer");
    ann.await("call-ended");
    assertThat(ann.events().named("transfer"))
        .extracting(e -> e.body().path("status").asInt())
        .startsWith(100)
        .endsWith(200);
    awaitHeard(bobs, true);
    bob.say("digits 4");
    baresip.await(line -> line.contains("received event: '4'"));
    bob.say("hangup");
    bob.await("call-ended");
  }

  @Test
  void joinsTwoOfItsCalls() {
    Voice anns = Voice.of(sounds, 1);
    Voice bobs = Voice.of(sounds, 2);
    Voice cids = Voice.of(sounds, 3);
    PhoneProcess bob = phone("phone2", BOB, bobs, "auto");
    PhoneProcess cid = phone("phone1b", CID, cids, "auto");
    PhoneProcess ann = phone("phone1", ANN, anns, "manual");
    ann.say("call " + BOB.number());
    Event first = ann.await("call-established");
    ann.say("hold");
    bob.await("call-held");
    int mark = ann.events().mark();
    ann.say("call " + CID.number());
    Event second = ann.await(mark, "call-established");
    int cidsMark = cid.events().mark();

    ann.say("transfer " + first.text("call") + " " + second.text("call"));
    bob.await("call-resumed");
    Awaitility.await("both ended")
        .atMost(PATIENCE)
        .until(() -> ann.events().named("call-ended").size() == 2);
    awaitHeard(bobs, true);
    awaitHeard(cids, true);
    bob.say("digits 1");
    assertThat(cid.await(cidsMark, "digit").text("digit")).isEqualTo("1");
    bob.say("hangup");
    cid.await("call-ended");
    bob.close();
    cid.close();
    assertThat(Voice.heardMillis(bobs, cids)).isGreaterThan(400);
    assertThat(Voice.heardMillis(cids, bobs)).isGreaterThan(400);
  }
}
