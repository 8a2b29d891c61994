// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.Transport;
import io.phoneagent.lab.Account;
import io.phoneagent.lab.Backups;
import io.phoneagent.lab.InLab;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.Signals;
import io.phoneagent.lab.TestBed;
import io.phoneagent.lab.TrunkPeer;
import io.phoneagent.lab.Wav;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A call to a phone that cannot be reached rings its backup number; one that can, never. */
@InLab
@ParameterizedClass
@EnumSource(Transport.class)
final class BackupTest {

  private static final Account ANN = Numbers.ANN.backedByTrunk(TestBed.OUTSIDE);
  private static final Account ABSENT = Account.of("+15551230003").backedByTrunk(TestBed.OUTSIDE);
  private static final Account BOB = Numbers.BOB;
  private static final Account BOBS = Account.of("+15551230004").backedBy(BOB.number());
  private static final Account NONE = Account.of("+15551230005");
  private static final Account NOBODY = Account.of("+15551230007");

  private static TestBed bed;

  private final Transport transport;

  BackupTest(Transport transport) {
    this.transport = transport;
  }

  @BeforeAll
  static void build() {
    bed = TestBed.up(ANN, ABSENT, BOB, BOBS, NONE, NOBODY);
  }

  @AfterAll
  static void end() {
    bed.close();
  }

  @BeforeEach
  void over() {
    bed.transport(transport);
  }

  @AfterEach
  void endPrograms() {
    bed.endPrograms();
    bed.lab().heal("phone1");
    bed.lab().delay("phone1", 0, 0);
  }

  private static TrunkPeer ringingTrunk() {
    TrunkPeer trunk = bed.trunk();
    trunk.incoming("ring");
    return trunk;
  }

  @Test
  void aSilentlyDeadPhonesBackupRingsWithinASecond() {
    PhoneProcess phone = bed.phone("phone1", ANN).awaitReachable();
    Backups backups = new Backups(bed, ringingTrunk());
    double[] times = new double[3];
    for (int i = 0; i < times.length; i++) {
      backups.awaitRinging(phone);
      times[i] = backups.untilTheBackupOfADeadPhoneRings("phone1", phone);
    }
    Arrays.sort(times);
    // Here a machine may be busy; benchmarks/backup holds the median of ten to 1 s.
    assertThat(times[1]).isLessThan(1500);
    // It rang because the phone was silent, not at once.
    assertThat(times[0]).isGreaterThan(100);
    backups.awaitRinging(phone);
    assertThat(phone.events().named("leased")).hasSize(1);
  }

  @Test
  void anUnregisteredPhonesBackupRingsAtOnce() {
    Backups backups = new Backups(bed, ringingTrunk());
    double[] times = new double[5];
    for (int i = 0; i < times.length; i++) {
      times[i] = backups.untilTheBackupRings(ABSENT);
    }
    Arrays.sort(times);
    assertThat(times[2]).isLessThan(100);
  }

  @Test
  void theBackupCanBeAnotherPhoneOfTheSwitch() {
    PhoneProcess bob = bed.phone("phone2", BOB).awaitReachable();
    TrunkPeer caller = bed.trunk();
    caller.call("a", BOBS.number(), "cancel=0");
    bob.await("call-incoming");
    caller.answered("a", 180, Duration.ofSeconds(5));
    bob.await("call-ended");
  }

  @Test
  void aPhonesOwnBackupIsTakenToo() {
    bed.phone("phone2", BOB).awaitReachable();
    PhoneProcess dying = bed.phone("phone1", NONE, "--backup", BOB.number()).awaitReachable();
    dying.program().kill();
    TrunkPeer caller = bed.trunk();
    caller.call("a", NONE.number(), "cancel=0");
    caller.answered("a", 180, Duration.ofSeconds(5));
  }

  @Test
  void withoutABackupTheCallerIsTold() {
    TrunkPeer caller = bed.trunk();
    caller.call("a", NOBODY.number());
    caller.ended("a", Duration.ofSeconds(5));
    assertThat(caller.events().named("response"))
        .last()
        .satisfies(event -> assertThat(event.body().path("status").asInt()).isGreaterThan(400));
  }

  @Test
  void theBackupTalksAndHears() throws Exception {
    Path folder = Files.createDirectories(bed.lab().state().resolve("sounds"));
    short[] bobs = Signals.speech(2, 5);
    short[] backups = Signals.speech(4, 5);
    Wav.write(folder.resolve("bob.wav"), bobs);
    Wav.write(folder.resolve("backup.wav"), backups);
    Path heardByBackup = folder.resolve("heard-by-backup.wav");
    Path heardByBob = folder.resolve("heard-by-bob.wav");
    TrunkPeer trunk = bed.trunk();
    trunk.incoming("answer", "play=" + folder.resolve("backup.wav"), "record=" + heardByBackup);
    PhoneProcess bob =
        bed.phone(
            "phone2",
            BOB,
            "--play",
            folder.resolve("bob.wav").toString(),
            "--record",
            heardByBob.toString(),
            "--call",
            ABSENT.number());
    double established = bob.await("call-established").at();
    Awaitility.await("they talk")
        .atMost(Duration.ofSeconds(15))
        .until(() -> System.currentTimeMillis() > established + 3000);
    bob.say("hangup");
    bob.await("call-ended");
    bob.close();
    Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> Files.exists(heardByBackup));
    assertThat(Signals.compare(bobs, Wav.read(heardByBackup)).heardMillis()).isGreaterThan(2000);
    assertThat(Signals.compare(backups, Wav.read(heardByBob)).heardMillis()).isGreaterThan(2000);
  }

  @Test
  void aLivePhoneOnABadLineNeverRingsIt() {
    bed.lab().delay("phone1", 300, 5);
    PhoneProcess phone = bed.phone("phone1", ANN).awaitReachable();
    Backups backups = new Backups(bed, ringingTrunk());
    int excused = 0;
    for (int call = 1; call <= 10 + excused; call++) {
      long late = bed.lab().lateFrames("phone1");
      Optional<String> rang = backups.rangBackup(phone, Duration.ofMillis(1200));
      // Where this machine stood still the line was worse than it is meant to be: another call.
      if (rang.isPresent() && bed.lab().lateFrames("phone1") > late && excused < 2) {
        excused++;
      } else {
        assertThat(rang).as("call " + call).isEmpty();
      }
    }
  }
}
