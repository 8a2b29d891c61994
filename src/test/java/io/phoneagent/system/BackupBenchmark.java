// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import io.phoneagent.Transport;
import io.phoneagent.lab.Account;
import io.phoneagent.lab.Backups;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.TestBed;
import io.phoneagent.lab.TrunkPeer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How soon the backup number rings for a phone that is silently dead, and for one that is not
 * registered; and how often it rings for a live one on a bad line, which must be never. {@code
 * benchmarks/backup} runs it.
 */
final class BackupBenchmark {

  private static final double DEAD_GOAL = 1000;
  private static final double UNREGISTERED_GOAL = 100;

  private BackupBenchmark() {}

  public static void main(String[] arguments) {
    List<String> words = List.of(arguments);
    boolean quick = words.contains("--quick");
    int flag = words.indexOf("--transport");
    Transport transport =
        flag < 0 ? Transport.UDP : Transport.valueOf(words.get(flag + 1).toUpperCase(Locale.ROOT));
    Account phones = Numbers.ANN.backedByTrunk(TestBed.OUTSIDE);
    Account absent = Numbers.BOB.backedByTrunk(TestBed.OUTSIDE);
    Figures dead = new Figures("silently dead, INVITE to the backup's ringing");
    Figures unregistered = new Figures("unregistered, INVITE to the backup's ringing");
    int live = quick ? 20 : 200;
    int wrong = 0;
    try (TestBed bed = TestBed.up(phones, absent)) {
      bed.transport(transport);
      TrunkPeer trunk = bed.trunk();
      trunk.incoming("ring");
      Backups backups = new Backups(bed, trunk);
      for (int i = 0; i < 10; i++) {
        unregistered.add(backups.untilTheBackupRings(absent));
      }
      PhoneProcess phone = bed.phone("phone1", phones).awaitReachable();
      for (int i = 0; i < (quick ? 3 : 10); i++) {
        backups.awaitRinging(phone);
        dead.add(backups.untilTheBackupOfADeadPhoneRings("phone1", phone));
      }
      phone.close();

      bed.lab().delay("phone1", 300, 5);
      PhoneProcess far = bed.phone("phone1", phones).awaitReachable();
      for (int i = 0; i < live; i++) {
        Optional<String> rang = backups.rangBackup(far, Duration.ofMillis(1200));
        wrong += rang.isPresent() ? 1 : 0;
        rang.ifPresent(System.out::println);
      }
    }
    System.out.printf(
        Locale.ROOT,
        "live over %s, 300 ms and 5 %% lost: the backup rang in %d of %d calls%n",
        transport,
        wrong,
        live);
    boolean kept = unregistered.conclude(UNREGISTERED_GOAL);
    kept &= dead.conclude(DEAD_GOAL);
    System.exit(kept && wrong == 0 ? 0 : 1);
  }
}
