// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import static io.phoneagent.dnsswitch.call.World.ALICE;
import static io.phoneagent.dnsswitch.call.World.BOB;
import static io.phoneagent.dnsswitch.call.World.FAR;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.sip.SipSession;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Rates, and what is left behind. */
class ManyCallsTest {
  private final World world = new World();
  private final AgentPhone alice = world.phone(ALICE);

  @Test
  void noBackupRingsForALivingPhoneOnABadNetwork() {
    world.account(BOB, Optional.of(FAR), true);
    AgentPhone bob = world.phone(BOB);
    bob.answersAfter(Duration.ofSeconds(5));
    world.network.delay(Duration.ofMillis(150));
    world.network.loss(0.05);
    for (int i = 0; i < 1000; i++) {
      if (i % 500 == 0) { // a registration holds an hour
        world.network.loss(0);
        alice.register();
        alice.flow().bind();
        bob.register();
        bob.flow().bind();
        world.millis(2000);
        world.network.loss(0.05);
      }
      SipSession call = alice.call(BOB);
      world.millis(3000);
      call.hangUp();
      world.millis(3000);
    }
    assertThat(bob.incoming.size()).isGreaterThan(990);
    assertThat(world.trunk.incoming).isEmpty();
  }

  @Test
  void nothingIsLeftOfAThousandCallsOfAllKinds() {
    world.account(BOB, Optional.of(FAR), true);
    AgentPhone bob = world.phone(BOB);
    world.millis(100_000);
    int timers = world.time.pendingTimers();
    for (int i = 0; i < 1000; i++) {
      switch (i % 8) {
        case 0 -> bob.answers();
        case 1 -> bob.rejects(486);
        case 2 -> bob.rejects(480);
        case 3 -> bob.rings();
        case 4 -> bob.onCall = session -> {};
        case 5 -> bob.silent(true);
        default -> bob.onCall = session -> session.answer(bob.sdp());
      }
      world.trunk.answers();
      SipSession call = alice.call(i % 8 == 6 ? FAR : BOB);
      world.millis(3000);
      call.hangUp();
      world.millis(500);
      bob.silent(false);
    }
    world.millis(100_000);
    assertThat(world.board.calls()).isZero();
    assertThat(world.relayPorts()).isZero();
    assertThat(world.time.pendingTimers()).isLessThanOrEqualTo(timers);
  }
}
