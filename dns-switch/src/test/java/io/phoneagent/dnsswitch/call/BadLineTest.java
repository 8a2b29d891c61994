// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import static io.phoneagent.dnsswitch.call.World.ALICE;
import static io.phoneagent.dnsswitch.call.World.BOB;
import static io.phoneagent.dnsswitch.call.World.FAR;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.sip.SipSession;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A phone that lives never rings its backup, however bad its line; both ways lose 5 %. */
class BadLineTest {
  private static final int CALLS = 3000;

  private final World world = new World();

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ringsWithoutItsBackup(boolean atOnce) {
    world.account(BOB, Optional.of(FAR), false);
    world.network.delay(Duration.ofMillis(150));
    AgentPhone bob = world.phone(BOB);
    AgentPhone alice = world.phone(ALICE);
    // A phone that does not ring at once has only its 100 to answer with.
    bob.onCall = session -> world.host.loop().schedule(ringsAfter(atOnce), session::ring);
    world.millis(2000);
    assertThat(world.flows.roundTrip(BOB)).hasMillis(300);
    world.network.loss(0.05);
    int rang = 0;
    for (int call = 0; call < CALLS; call++) {
      SipSession made = alice.call(BOB);
      world.millis(1500);
      if (world.trunk.take().contains("incoming " + ALICE)) {
        rang++;
      }
      made.hangUp();
      world.millis(3000);
    }
    assertThat(rang).isZero();
  }

  private static Duration ringsAfter(boolean atOnce) {
    return atOnce ? Duration.ZERO : Duration.ofSeconds(1);
  }
}
