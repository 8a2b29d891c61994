// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import static io.phoneagent.dnsswitch.call.World.ALICE;
import static io.phoneagent.dnsswitch.call.World.BOB;
import static io.phoneagent.dnsswitch.call.World.FAR;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.sip.SessionState;
import io.phoneagent.sip.SipSession;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A phone that goes away in mid-call. */
class LostPhoneTest {
  private final World world = new World();
  private final AgentPhone alice = world.phone(ALICE);
  private final AgentPhone bob = world.phone(BOB);
  private SipSession call = alice.call("0", alice.name);

  @BeforeEach
  void join() {
    bob.answers();
    world.trunk.answersAfter(Duration.ofMillis(300));
    alice.onCall = session -> {};
    call = alice.call(BOB);
    world.millis(2000);
    assertThat(call.state()).isEqualTo(SessionState.ESTABLISHED);
    alice.prove(call);
    bob.prove(bob.last());
    alice.take();
    bob.take();
  }

  private void talk(int millis) {
    for (int i = 0; i < millis; i += 20) {
      alice.say(call, "a");
      bob.say(bob.last(), "b");
      world.millis(20);
    }
  }

  @Test
  void theBackupOfALostCalledPhoneGoesOnWithTheCaller() {
    world.account(BOB, Optional.of(FAR), true);
    talk(1000);
    bob.silent(true);
    talk(2300);
    assertThat(world.trunk.incoming).isEmpty();
    talk(600);
    assertThat(world.trunk.take()).containsExactly("incoming " + ALICE, "established");
    talk(100);
    assertThat(alice.take()).containsExactly("offer");
    alice.offer.orElseThrow().accept(alice.sdp());
    world.millis(100);
    alice.prove(call);
    world.millis(50);
    alice.heard.clear();
    world.trunk.heard.clear();
    alice.say(call, "hello");
    world.trunk.say(world.trunk.last(), "yes");
    world.millis(50);
    assertThat(world.trunk.heard).containsExactly("hello");
    assertThat(alice.heard).containsExactly("yes");
    world.trunk.last().hangUp();
    world.millis(40_000);
    assertThat(alice.take()).containsExactly("ended 200 there");
    assertThat(world.board.calls()).isZero();
    assertThat(world.relayPorts()).isZero();
  }

  @Test
  void theBackupOfALostCallerGoesOnWithTheCalledPhone() {
    world.account(ALICE, Optional.of(FAR), true);
    talk(1000);
    alice.silent(true);
    talk(3300);
    assertThat(world.trunk.take()).containsExactly("incoming " + BOB, "established");
    assertThat(bob.take()).containsExactly("offer");
    bob.offer.orElseThrow().accept(bob.sdp());
    world.millis(100);
    bob.last().hangUp();
    world.millis(100);
    assertThat(world.trunk.take()).containsExactly("ended 200 there");
    world.millis(40_000);
    assertThat(world.relayPorts()).isZero();
  }

  @Test
  void aLostPhoneWithoutBackupIsWaitedForAndThenTheCallEnds() {
    talk(1000);
    bob.silent(true);
    talk(20_000);
    assertThat(alice.take()).isEmpty();
    talk(15_000);
    assertThat(alice.take()).containsExactly("ended 200 there");
  }

  @Test
  void aPhoneOnHoldIsNotLost() {
    world.account(BOB, Optional.of(FAR), true);
    world.account(ALICE, Optional.of(FAR), true);
    world.millis(120_000);
    assertThat(alice.take()).isEmpty();
    assertThat(world.trunk.incoming).isEmpty();
  }

  @Test
  void aShortOutageIsNoLoss() {
    world.account(BOB, Optional.of(FAR), true);
    talk(1000);
    bob.silent(true);
    talk(1500);
    bob.silent(false);
    talk(5000);
    assertThat(world.trunk.incoming).isEmpty();
    assertThat(alice.take()).isEmpty();
  }

  @Test
  void theCallEndsWhenTheBackupRefuses() {
    world.account(BOB, Optional.of(FAR), true);
    world.trunk.rejects(486);
    talk(1000);
    bob.silent(true);
    talk(4000);
    assertThat(alice.take()).containsExactly("ended 200 there");
    world.millis(40_000);
    assertThat(world.board.calls()).isZero();
    assertThat(world.relayPorts()).isZero();
  }
}
