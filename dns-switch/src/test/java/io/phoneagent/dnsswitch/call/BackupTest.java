// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import static io.phoneagent.dnsswitch.call.World.ALICE;
import static io.phoneagent.dnsswitch.call.World.BOB;
import static io.phoneagent.dnsswitch.call.World.CAROL;
import static io.phoneagent.dnsswitch.call.World.FAR;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.PhoneNumber;
import io.phoneagent.Transport;
import io.phoneagent.sip.SipSession;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a backup number rings, for whom, and who pays. */
class BackupTest {
  private final World world = new World();
  private final AgentPhone alice = world.phone(ALICE);

  private AgentPhone bob(PhoneNumber backup) {
    world.account(BOB, Optional.of(backup), false);
    return world.phone(BOB);
  }

  private void nothingLeft() {
    world.millis(200_000);
    assertThat(world.board.calls()).isZero();
    assertThat(world.relayPorts()).isZero();
  }

  @Test
  void ringsTheBackupOfAPhoneThatIsNotRegistered() {
    world.account(BOB, Optional.of(FAR), false);
    world.trunk.answers();
    alice.call(BOB);
    world.millis(40);
    assertThat(world.trunk.take()).containsExactly("incoming " + ALICE);
    world.millis(2000);
    assertThat(alice.take()).containsExactly("progress 180", "established");
  }

  @Test
  void ringsTheBackupBesideASilentPhoneAndNotBefore() {
    AgentPhone bob = bob(FAR);
    bob.silent(true);
    alice.call(BOB);
    world.millis(10 + 890);
    assertThat(world.board.calls()).isEqualTo(1);
    assertThat(world.relayPorts()).isEqualTo(2);
    world.millis(15);
    assertThat(world.relayPorts()).isEqualTo(3);
    world.millis(10);
    assertThat(world.trunk.take()).containsExactly("incoming " + ALICE);
  }

  @ParameterizedTest
  @CsvSource({
    "UDP, 0, 900",
    "UDP, 250, 900",
    "UDP, 300, 950",
    "UDP, 400, 1200",
    "TCP, 0, 900",
    "TCP, 12, 900",
    "TCP, 40, 1120",
    "TLS, 300, 3200"
  })
  void waitsLongerTheLongerTheWay(Transport transport, long roundTrip, long silence) {
    assertThat(
            Patience.with(World.BACKUP_AFTER, Duration.ofMillis(roundTrip), transport.isStream()))
        .hasMillis(silence);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void joinsTheFirstToAnswerAndCancelsTheOther(boolean phoneFirst) {
    AgentPhone bob = bob(FAR);
    world.trunk.answersAfter(Duration.ofMillis(phoneFirst ? 5000 : 2000));
    bob.answersAfter(Duration.ofSeconds(2));
    bob.silent(true);
    alice.call(BOB);
    world.millis(1500);
    bob.silent(false);
    world.millis(5000);
    assertThat(alice.take()).containsExactly("progress 180", "established");
    if (phoneFirst) {
      assertThat(bob.take()).containsExactly("incoming " + ALICE, "established");
      assertThat(world.trunk.take()).containsExactly("incoming " + ALICE, "ended 487 there");
    } else {
      assertThat(world.trunk.take()).containsExactly("incoming " + ALICE, "established");
      assertThat(bob.take()).containsExactly("incoming " + ALICE, "ended 487 there");
    }
    assertThat(world.relayPorts()).isEqualTo(2);
    world.board.hangUp();
    nothingLeft();
  }

  @ParameterizedTest
  @ValueSource(ints = {480, 503, 302, 488, 415})
  void ringsTheBackupAtOnceWhenThePhoneCannotTakeTheCall(int status) {
    AgentPhone bob = bob(FAR);
    bob.rejects(status);
    alice.call(BOB);
    world.millis(100);
    assertThat(world.trunk.take()).containsExactly("incoming " + ALICE);
  }

  @ParameterizedTest
  @ValueSource(ints = {486, 603})
  void doesNotRingTheBackupOfAPhoneThatSaysNo(int status) {
    AgentPhone bob = bob(FAR);
    bob.rejects(status);
    alice.call(BOB);
    world.millis(3000);
    assertThat(alice.take()).containsExactly("ended " + status + " there");
    assertThat(world.trunk.take()).isEmpty();
    nothingLeft();
  }

  @Test
  void doesNotRingTheBackupOfAPhoneThatRings() {
    AgentPhone bob = bob(FAR);
    bob.rings();
    alice.call(BOB);
    world.millis(5000);
    assertThat(world.trunk.take()).isEmpty();
  }

  @Test
  void takesTryingForAReaction() {
    AgentPhone bob = bob(FAR); // takes the call, and thinks: a 100 after 200 ms
    alice.call(BOB);
    world.millis(5000);
    assertThat(bob.take()).containsExactly("incoming " + ALICE);
    assertThat(world.trunk.take()).isEmpty();
  }

  @Test
  void keepsThePhoneRingingWhenTheBackupRefuses() {
    AgentPhone bob = bob(FAR);
    world.trunk.rejects(486);
    bob.silent(true);
    bob.answers();
    alice.call(BOB);
    world.millis(1500);
    bob.silent(false);
    world.millis(3000);
    assertThat(alice.take()).containsExactly("progress 180", "established");
  }

  @Test
  void saysUnavailableWhenBothAre() {
    AgentPhone bob = bob(FAR);
    bob.rejects(480);
    world.trunk.rejects(486);
    alice.call(BOB);
    world.millis(1000);
    assertThat(alice.take()).containsExactly("ended 480 there");
    nothingLeft();
  }

  @Test
  void endsBothWhenTheCallerGivesUp() {
    AgentPhone bob = bob(FAR);
    bob.silent(true);
    world.trunk.rings();
    SipSession call = alice.call(BOB);
    world.millis(2000);
    call.hangUp();
    world.millis(100);
    assertThat(world.trunk.take()).containsExactly("incoming " + ALICE, "ended 487 there");
    nothingLeft();
  }

  @Test
  void floodsNobodyAtThePathOfASilentPhone() {
    AgentPhone bob = world.phone(BOB);
    bob.silent(true);
    int before = world.network.transcript().size();
    alice.call(BOB);
    world.millis(180_000);
    long sent =
        world.network.transcript().stream()
            .skip(before)
            .filter(d -> d.to().getAddress().equals(bob.nat.publicAddress()) && d.length() > 200)
            .count();
    assertThat(sent).isBetween(5L, 40L);
    assertThat(alice.take()).containsExactly("ended 480 there");
    nothingLeft();
  }

  // Nobody spends money by accident.

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void strangersReachABackupOverTheTrunkOnlyIfTheAccountSaysSo(boolean saysSo) {
    world.account(BOB, Optional.of(FAR), saysSo);
    End stranger = world.stranger();
    stranger.call(BOB);
    world.millis(100);
    assertThat(world.trunk.take()).hasSize(saysSo ? 1 : 0);
    assertThat(stranger.take()).hasSize(saysSo ? 0 : 1).doesNotContain("established");
  }

  @Test
  void strangersAndTheTrunkDoNotReachTheTrunk() {
    End stranger = world.stranger();
    stranger.call(FAR);
    world.trunk.call(FAR);
    world.millis(100);
    assertThat(stranger.take()).containsExactly("ended 404 there");
    assertThat(world.trunk.take()).containsExactly("ended 404 there");
  }

  @Test
  void theTrunkMayCallFromAnyPortOfItsHost() {
    world.account(BOB, Optional.of(FAR), false);
    End gateway = new End(world, "gateway", world.trunk.host, 7070);
    gateway.call(BOB);
    world.millis(100);
    assertThat(world.trunk.take()).as("the backup beyond the trunk").hasSize(1);
  }

  @Test
  void aBackupChainIsOneLong() {
    world.account(BOB, Optional.of(CAROL), true);
    world.account(CAROL, Optional.of(FAR), true);
    AgentPhone carol = world.phone(CAROL);
    carol.rejects(480);
    alice.call(BOB);
    world.millis(3000);
    assertThat(carol.take()).hasSize(2);
    assertThat(world.trunk.take()).isEmpty();
    assertThat(alice.take()).containsExactly("ended 480 there");
  }

  @Test
  void aBackupWithoutAPhoneIsNotSoughtBehindTheTrunk() {
    world.account(BOB, Optional.of(CAROL), true);
    alice.call(BOB);
    world.millis(300);
    assertThat(world.trunk.take()).isEmpty();
    assertThat(alice.take()).containsExactly("ended 480 there");
  }

  @Test
  void theCallerIsNotItsOwnBackup() {
    bob(ALICE).silent(true);
    alice.call(BOB);
    world.millis(3000);
    assertThat(alice.incoming).isEmpty();
    world.account(CAROL, Optional.of(FAR), true);
    world.trunk.call(CAROL.e164(), FAR.e164());
    world.millis(300);
    assertThat(world.trunk.take()).containsExactly("ended 480 there");
  }

  @Test
  void aPhoneThatCallsItselfIsBusy() {
    alice.call(ALICE);
    world.millis(300);
    assertThat(alice.take()).containsExactly("ended 486 there");
    nothingLeft();
  }
}
