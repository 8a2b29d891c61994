// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.Transport;
import io.phoneagent.lab.Account;
import io.phoneagent.lab.Backups;
import io.phoneagent.lab.Capture;
import io.phoneagent.lab.Event;
import io.phoneagent.lab.Handset;
import io.phoneagent.lab.InLab;
import io.phoneagent.lab.MgcpDissection;
import io.phoneagent.lab.Outages;
import io.phoneagent.lab.PlainPhone;
import io.phoneagent.lab.TestBed;
import io.phoneagent.lab.TrunkPeer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Plain telephones, which the switch controls by MGCP over their flows, behind two firewalls: with
 * each other, with baresip, with linphone and with the trunk.
 */
@InLab
final class MgcpTest {
  private static final Account ANN = Numbers.ANN.backedByTrunk(TestBed.OUTSIDE);
  private static final Account BOB = Numbers.BOB;
  private static final Account CID = Numbers.CID.withDigest("md5");
  private static final Account DEE = Account.of("+15551230150");
  private static final Duration TALK = Duration.ofMillis(3_800);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static TestBed bed;
  private static Path sounds;

  @BeforeAll
  static void build() throws Exception {
    bed = TestBed.up(ANN, BOB, CID, DEE);
    sounds = Files.createDirectories(bed.lab().state().resolve("sounds"));
  }

  @AfterAll
  static void end() {
    bed.close();
  }

  @AfterEach
  void endPrograms() {
    bed.endPrograms();
    bed.transport(Transport.UDP);
    bed.lab().heal("phone1");
  }

  private static Handset handset(String host, Account account, String... more) {
    String[] all = Arrays.copyOf(more, more.length + 2);
    all[more.length] = "--protocol";
    all[more.length + 1] = "mgcp";
    return new Handset(bed.phone(host, account, all).awaitReachable());
  }

  private static void talkSince(Event event) {
    Awaitility.await("they talk")
        .atMost(PATIENCE)
        .until(() -> System.currentTimeMillis() > event.at() + TALK.toMillis());
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void twoTelephonesTalkAndHoldAndEachPacketIsWellFormed(Transport transport) {
    bed.transport(transport);
    String carrier = transport.isStream() ? "tcp" : "udp";
    Capture capture = bed.lab().capture("phone1", carrier, "port", "5060");
    Voice anns = Voice.of(sounds, 1);
    Voice bobs = Voice.of(sounds, 2);
    Handset bob = handset("phone2", BOB, bobs.options());
    Handset ann = handset("phone1", ANN, anns.options());
    ann.lift();
    ann.dial(bob.digits());
    bob.awaitCaller(ann.digits());
    bob.awaitRing(true);
    ann.awaitTone("G/rt");
    bob.answer();
    talkSince(ann.awaitMode("sendrecv"));
    bob.dial("5");
    ann.awaitKey("5");

    ann.flash();
    ann.awaitTone("L/dl");
    bob.awaitMode("recvonly");
    ann.flash();
    bob.awaitMode("sendrecv");
    ann.putDown();
    bob.awaitTone("L/bz");
    bob.putDown();
    bob.process().close();
    ann.process().close();
    Voice.heardWell(anns, bobs);
    Voice.heardWell(bobs, anns);

    capture.stop();
    if (transport == Transport.TLS) {
      return; // nobody can read along
    }
    List<MgcpDissection.Seen> seen =
        transport.isStream()
            ? MgcpDissection.ofConnections(capture, bed.lab().state())
            : MgcpDissection.ofDatagrams(capture, bed.lab().state());
    assertThat(seen).hasSizeGreaterThan(20);
    for (MgcpDissection.Seen one : seen) {
      assertThat(one.protocols())
          .as(one.text())
          .contains(one.text().contains("\r\nv=0") ? "mgcp:sdp" : "mgcp")
          .doesNotContain("alformed");
    }
  }

  @Test
  void itTalksWithBaresipBothWaysAndASecondCallWaits() {
    Handset ann = handset("phone1", ANN);
    try (PlainPhone baresip = registered(PlainPhone.Make.BARESIP, CID)) {
      ann.lift();
      ann.dial(CID.number().substring(1));
      baresip.awaitRinging();
      ann.awaitTone("G/rt");
      baresip.answer();
      baresip.awaitEstablished();
      ann.awaitMode("sendrecv");
      pressUntilHeard(ann, baresip);
      baresip.turnPage();
      ann.putDown();
      baresip.awaitOver();

      baresip.call(ANN.number());
      ann.awaitCaller(CID.number().substring(1));
      ann.awaitRing(true);
      ann.answer();
      baresip.awaitEstablished();
      baresip.turnPage();

      // Somebody from beyond the trunk waits; ann turns to him, and is on hold for baresip.
      TrunkPeer trunk = bed.trunk();
      trunk.call("w", ANN.number());
      ann.awaitTone("L/wt");
      trunk.answered("w", 180, PATIENCE);
      ann.flash();
      trunk.answered("w", 200, PATIENCE);
      Awaitility.await("baresip is held").atMost(PATIENCE).until(baresip::hasBeenHeld);
      trunk.say("bye w");
      ann.awaitTone("L/bz");
      ann.flash();
      ann.awaitMode("sendrecv");
      baresip.turnPage();
      baresip.hangUp();
      ann.awaitTone("L/bz");
      ann.putDown();
    }
  }

  private static PlainPhone registered(PlainPhone.Make make, Account account) {
    bed.lab().lease("phone2");
    PlainPhone phone =
        PlainPhone.start(
            bed.lab(),
            make,
            "phone2",
            new PlainPhone.Registration(
                account, "udp", TestBed.SWITCH + ":5060", bed.authority(), 0, Set.of()));
    Awaitility.await(phone + " is registered")
        .atMost(PATIENCE)
        .until(
            () -> bed.dnsSwitch().program().errors().contains(account.number() + " is reached at"));
    return phone;
  }

  /** What is said while media finds its way is heard by nobody. */
  private static void pressUntilHeard(Handset ann, PlainPhone phone) {
    Awaitility.await(phone + " hears a key")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              ann.dial("7");
              return phone.hasHeard('7');
            });
  }

  @Test
  void itTalksWithLinphoneBothWaysAndEachHearsTheOther() {
    Voice anns = Voice.of(sounds, 1);
    Handset ann = handset("phone1", ANN, anns.options());
    try (PlainPhone linphone = registered(PlainPhone.Make.LINPHONE, DEE)) {
      Voice first = Voice.of(sounds, 2);
      linphone.sounds(first.played(), first.heard());
      ann.lift();
      ann.dial(DEE.number().substring(1));
      linphone.awaitRinging();
      ann.awaitTone("G/rt");
      linphone.answer();
      linphone.awaitEstablished();
      talkSince(ann.awaitMode("sendrecv"));
      pressUntilHeard(ann, linphone);
      linphone.press('3');
      ann.awaitKey("3");
      linphone.turnPage();
      ann.putDown();
      linphone.awaitOver();
      heardEachOther(anns.inCall(1), first);

      Voice second = Voice.of(sounds, 2);
      linphone.sounds(second.played(), second.heard());
      linphone.turnPage();
      linphone.call(ANN.number());
      ann.awaitCaller(DEE.number().substring(1));
      ann.awaitRing(true);
      Event answered = ann.answer();
      linphone.awaitEstablished();
      talkSince(answered);
      linphone.hangUp();
      ann.awaitTone("L/bz");
      ann.putDown();
      heardEachOther(anns.inCall(2), second);
    }
  }

  /** How evenly is the other program's affair, on a machine that is busy. */
  private static void heardEachOther(Voice one, Voice other) {
    assertThat(Voice.heardMillis(one, other)).as("of its voice").isGreaterThan(2500);
    assertThat(Voice.heardMillis(other, one)).as("of her voice").isGreaterThan(2500);
    assertThat(Voice.heardMillis(one, one)).as("of herself").isLessThan(100);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void busyAndWrongNumbersAndNobodyThere(Transport transport) {
    bed.transport(transport);
    Handset ann = handset("phone1", ANN);
    Handset bob = handset("phone2", BOB);
    bob.lift();
    ann.lift();
    ann.dial(bob.digits());
    ann.awaitTone("L/bz");
    ann.putDown();
    ann.lift();
    ann.dial("05");
    ann.awaitTone("L/ro");
    ann.putDown();
    ann.lift();
    ann.dial(CID.number().substring(1)); // who is not registered
    ann.awaitTone("L/ro");
    ann.putDown();
    bob.putDown();

    // Nobody answers, and the caller gives up.
    ann.lift();
    ann.dial(bob.digits());
    bob.awaitRing(true);
    ann.putDown();
    bob.awaitRing(false);
    ann.lift();
    ann.putDown();
  }

  @Test
  void itsBackupRingsWithinASecondOfItsSilentDeath() {
    Handset ann = handset("phone1", ANN);
    TrunkPeer trunk = bed.trunk();
    trunk.incoming("ring");
    Backups backups = new Backups(bed, trunk);
    double[] times = new double[3];
    for (int i = 0; i < times.length; i++) {
      times[i] = backups.untilTheBackupOfADeadPhoneRings("phone1", ann.process());
      // It is there again, and rings by itself.
      String id = "there" + i;
      trunk.call(id, ANN.number(), "cancel=0");
      ann.awaitRing(true);
      trunk.ended(id, PATIENCE);
      ann.awaitRing(false);
    }
    Arrays.sort(times);
    System.out.printf("backup of a dead telephone: %.0f ms (median of 3)%n", times[1]);
    // Here a machine may be busy, as in the same test of phones that speak SIP.
    assertThat(times[1]).isLessThan(1500);
  }

  @Test
  void anotherPublicAddressIsNoRestartNeitherAtRestNorInACall() {
    Voice anns = Voice.of(sounds, 1);
    Voice bobs = Voice.of(sounds, 2);
    Handset bob = handset("phone2", BOB, bobs.options());
    Handset ann = handset("phone1", ANN, anns.options());
    Outages outages = Outages.of(bed, bed.trunk(), "site1", ann.process());
    Outages.Outage outage = outages.measure(Duration.ofMillis(500));
    System.out.printf("a telephone could not be called for %.0f ms%n", outage.millis());
    assertThat(outage.millis()).isLessThan(4000);

    ann.awaitRing(false);
    ann.lift();
    ann.dial(bob.digits());
    bob.awaitRing(true);
    bob.answer();
    talkSince(ann.awaitMode("sendrecv"));
    int mark = ann.process().events().mark();
    bed.lab().changePublicIp("site1");
    talkSince(ann.process().await(mark, "flow-moved"));
    ann.flash();
    ann.awaitTone("L/dl");
    ann.putDown();
    bob.process().close();
    ann.process().close();
    int annsGap = Voice.longestGap(anns, bobs);
    int bobsGap = Voice.longestGap(bobs, anns);
    System.out.printf("over a change ann heard nothing for %d ms, bob for %d%n", annsGap, bobsGap);
    assertThat(Voice.heardMillis(anns, bobs)).isGreaterThan(4_000);
    assertThat(Voice.heardMillis(bobs, anns)).isGreaterThan(4_000);
    assertThat(Math.max(annsGap, bobsGap)).isLessThan(3_000);
  }
}
