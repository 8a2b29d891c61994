// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import static io.phoneagent.dnsswitch.call.World.ALICE;
import static io.phoneagent.dnsswitch.call.World.BOB;
import static io.phoneagent.dnsswitch.call.World.FAR;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.sip.SipSession;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A plain phone that goes away in mid-call, or only seems to. */
class LostPlainPhoneTest {
  private final World world = new World();
  private final AgentPhone alice = world.phone(ALICE);
  private final PlainEnd bob = new PlainEnd(world, BOB, world.network.host("203.0.113.66"), 5060);
  private SipSession call = alice.call("0", alice.name);

  @BeforeEach
  void join() {
    bob.register();
    bob.answers();
    world.trunk.answersAfter(Duration.ofMillis(300));
    call = alice.call(BOB);
    world.millis(2000);
    alice.prove(call);
    alice.take();
    bob.take();
  }

  /** Both talk, one of them in vain if the other is gone. */
  private void talk(int millis) {
    for (int i = 0; i < millis; i += 100) {
      alice.say(call, "a");
      bob.say(bob.last(), "b");
      world.millis(100);
    }
  }

  private void aliceTalks(int millis) {
    for (int i = 0; i < millis; i += 100) {
      alice.say(call, "a");
      world.millis(100);
    }
  }

  @Test
  void itsBackupGoesOnWithTheOtherEnd() {
    world.account(BOB, Optional.of(FAR), true);
    talk(5000);
    bob.silent(true);
    talk(15_000);
    assertThat(world.trunk.incoming).isEmpty();
    talk(2_000);
    assertThat(world.trunk.take()).containsExactly("incoming " + ALICE, "established");
    assertThat(alice.take()).containsExactly("offer");
  }

  @Test
  void whoHasRungForLongIsNotAskedBeforeHeHasTalkedForAsLong() {
    call.hangUp();
    bob.answersAfter(Duration.ofSeconds(60));
    world.millis(500);
    call = alice.call(BOB);
    world.millis(61_000);
    bob.received.clear();
    aliceTalks(8_000);
    assertThat(bob.countReceived("OPTIONS")).isZero();
    aliceTalks(3_000);
    assertThat(bob.countReceived("OPTIONS")).isPositive();
  }

  @Test
  void withoutBackupTheCallEndsWithinAMinute() {
    talk(5000);
    bob.silent(true);
    talk(60_000);
    assertThat(alice.take()).containsExactly("ended 200 there");
    world.millis(40_000);
    assertThat(world.board.calls()).isZero();
    assertThat(world.relayPorts()).isZero();
  }

  @Test
  void whoSaysNothingIsAskedSeldomAndNotLost() {
    world.account(BOB, Optional.of(FAR), true);
    talk(5000);
    bob.received.clear();
    aliceTalks(300_000);
    assertThat(alice.take()).isEmpty();
    assertThat(world.trunk.take()).isEmpty();
    assertThat(bob.countReceived("OPTIONS")).isBetween(13L, 16L);
  }

  @Test
  void whoTalksIsNotAsked() {
    talk(60_000);
    assertThat(bob.countReceived("OPTIONS")).isZero();
  }

  /** As after a power cut: it is there, and knows nothing of the call. */
  @Test
  void whoHasForgottenTheCallEndsIt() {
    talk(5000);
    bob.deaf = text -> true;
    bob.socket.close();
    bob.audio.close();
    new PlainEnd(world, BOB, bob.host, 5060);
    aliceTalks(12_000);
    assertThat(alice.take()).containsExactly("ended 200 there");
  }
}
