// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/**
 * How soon a backup number beyond the trunk rings, when its phone does not. Caller and backup are
 * one program with one clock.
 */
public final class Backups {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final TestBed bed;
  private final TrunkPeer trunk;
  private int calls;

  /** With the far end of the trunk, which is to ring when it is called. */
  public Backups(TestBed bed, TrunkPeer trunk) {
    this.bed = bed;
    this.trunk = trunk;
  }

  /** Milliseconds from the INVITE to the backup's ringing; the call is given up then. */
  public double untilTheBackupRings(Account account) {
    return untilTheBackupRings(account, 0);
  }

  private double untilTheBackupRings(Account account, double notBefore) {
    String id = "backup" + ++calls;
    int mark = trunk.events().mark();
    trunk.call(id, account.number(), "at=" + notBefore);
    Event invited = trunk.invited(id);
    Event rung = trunk.events().await(mark, "rung", PATIENCE);
    trunk.answered(id, 180, PATIENCE);
    trunk.say("cancel " + id);
    trunk.ended(id, PATIENCE);
    trunk.events().await(mark, "cancelled", PATIENCE);
    return rung.at() - invited.at();
  }

  /** The same for a phone whose packets are dropped from 50 ms before the INVITE on. */
  public double untilTheBackupOfADeadPhoneRings(String host, PhoneProcess phone) {
    bed.lab().cut(host);
    try {
      return untilTheBackupRings(phone.account(), System.currentTimeMillis() + 50.0);
    } finally {
      bed.lab().heal(host);
    }
  }

  /** Calls until the phone itself rings again. */
  public void awaitRinging(PhoneProcess phone) {
    Awaitility.await("the phone rings again")
        .atMost(PATIENCE)
        .until(
            () -> {
              String id = "probe" + ++calls;
              int mark = phone.events().mark();
              trunk.call(id, phone.account().number());
              try {
                phone.events().await(mark, "call-incoming", Duration.ofMillis(1500));
                return true;
              } catch (AssertionError e) {
                return !phone.program().alive();
              } finally {
                trunk.say("cancel " + id);
                trunk.ended(id, PATIENCE);
              }
            });
  }

  /**
   * Calls a phone that lives, lets it ring so long that the backup would have rung beside it, and
   * tells how it did, if it did.
   */
  public Optional<String> rangBackup(PhoneProcess phone, Duration ringing) {
    String id = "live" + ++calls;
    int mark = trunk.events().mark();
    int phonesMark = phone.events().mark();
    trunk.call(id, phone.account().number(), "cancel=" + ringing.toMillis(), "give-up=30000");
    trunk.answered(id, 180, PATIENCE);
    trunk.ended(id, PATIENCE);
    double invited = trunk.invited(id).at();
    return trunk
        .events()
        .find(mark, event -> event.name().equals("rung"))
        .map(
            rung ->
                "the backup rang %.0f ms after the INVITE; the phone meanwhile:%s"
                    .formatted(
                        rung.at() - invited,
                        phone.events().all().stream()
                            .skip(phonesMark)
                            .map(e -> " %+.0f %s".formatted(e.at() - invited, e.body()))
                            .collect(Collectors.joining())));
  }
}
