// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import static io.phoneagent.dnsswitch.call.World.ALICE;
import static io.phoneagent.dnsswitch.call.World.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.PhoneNumber;
import io.phoneagent.sip.SipSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Telephones that restart wait for up to ten minutes (RFC 3435, section 4.4.6), unless they are
 * asked, called or lifted; virtual time.
 */
class RestartedTelephoneTest {
  private static final int FLEET = 300;
  private static final Duration MOST = Duration.ofMinutes(10);

  private final World world = new World();

  private static long restarts(Telephone telephone) {
    return telephone.sent.stream().filter(t -> t.startsWith("RSIP")).count();
  }

  @Test
  void whoRestartsAloneIsAskedAtOnce() {
    Telephone tina = world.telephone(ALICE);
    assertThat(tina.gateway.isInService()).isTrue();
    assertThat(tina.received.get(0)).startsWith("AUEP ");
    tina.restart();
    world.millis(300);
    assertThat(tina.gateway.isInService()).isTrue();
    assertThat(restarts(tina)).isEqualTo(2);
    assertThat(tina.commands("AUEP")).isEqualTo(2);
  }

  @Test
  void whoRegistersAgainWithoutARestartIsNotAsked() {
    Telephone tina = world.telephone(ALICE);
    tina.register();
    world.millis(300);
    assertThat(tina.commands("AUEP")).isEqualTo(1);
    // Another switch knows of nobody, and asks each once.
    world.restart();
    tina.register();
    world.millis(300);
    tina.register();
    world.millis(300);
    assertThat(tina.commands("AUEP")).isEqualTo(2);
    assertThat(restarts(tina)).isEqualTo(1);
  }

  @Test
  void whoHasSaidThatItGoesIsAskedWhenItIsBack() {
    Telephone tina = world.telephone(ALICE);
    tina.rests();
    world.millis(300);
    tina.register();
    world.millis(300);
    assertThat(tina.gateway.isInService()).isTrue();
    assertThat(restarts(tina)).isEqualTo(3);
  }

  @Test
  void anInvitationThatIsLostIsRepeated() {
    Telephone tina = world.telephone(ALICE);
    tina.restart();
    world.millis(30);
    tina.deaf = true;
    world.millis(30);
    tina.deaf = false;
    world.pass(Duration.ofSeconds(5));
    assertThat(tina.gateway.isInService()).isTrue();
  }

  @Test
  void aFleetComesOneAfterTheOther() {
    List<Telephone> fleet = new ArrayList<>();
    for (int i = 0; i < FLEET; i++) {
      PhoneNumber number = new PhoneNumber("+1555001" + (1000 + i));
      world.account(number);
      fleet.add(world.telephoneSoon(number));
    }
    long began = world.time.nanos();
    fleet.forEach(Telephone::register);
    world.pass(MOST.plusSeconds(5));
    assertThat(fleet).allMatch(t -> t.gateway.isInService());
    List<Long> times = fleet.stream().map(t -> t.announcedAt - began).sorted().toList();
    assertThat(times.get(FLEET - 1)).isLessThan(MOST.plusSeconds(5).toNanos());
    // Ten in each tenth of a second at most, and what comes by itself.
    int[] curve = new int[6_060];
    times.forEach(t -> curve[(int) (t / 100_000_000)]++);
    assertThat(Arrays.stream(curve).max().getAsInt()).as("in a tenth of a second").isLessThan(16);
    assertThat(times.get(FLEET / 2)).as("half of it").isBetween(1_000_000_000L, 2_500_000_000L);
  }

  @Test
  void whoIsCalledBeforeItIsAskedRings() {
    AgentPhone bob = world.phone(BOB);
    Telephone tina = waiting();
    SipSession call = bob.call(ALICE);
    world.millis(300);
    assertThat(restarts(tina)).isEqualTo(1);
    assertThat(tina.rings).isTrue();
    assertThat(bob.events).contains("progress 180");
    tina.lift();
    world.millis(300);
    assertThat(tina.talks()).isTrue();
    call.hangUp();
  }

  @Test
  void whoLiftsBeforeItIsAskedHasADialTone() {
    Telephone tina = waiting();
    tina.lift();
    world.millis(200);
    assertThat(tina.tone).isEqualTo("L/dl");
  }

  /** Its switch asks many others before it. */
  private Telephone waiting() {
    for (int i = 0; i < FLEET; i++) {
      PhoneNumber number = new PhoneNumber("+1555001" + (1000 + i));
      world.account(number);
      world.telephoneSoon(number).register();
    }
    Telephone tina = world.telephoneSoon(ALICE);
    tina.register();
    world.millis(200);
    assertThat(tina.sent).isEmpty();
    return tina;
  }

  @Test
  void whoRestartsWhileItRingsRingsAgain() {
    AgentPhone bob = world.phone(BOB);
    Telephone tina = world.telephone(ALICE);
    bob.call(ALICE);
    world.millis(300);
    assertThat(tina.rings).isTrue();
    tina.restart();
    assertThat(tina.rings).isFalse();
    world.pass(Duration.ofSeconds(1));
    assertThat(tina.rings).isTrue();
    assertThat(bob.events).noneMatch(e -> e.startsWith("ended"));
    tina.lift();
    world.millis(300);
    assertThat(tina.talks()).isTrue();
    assertThat(tina.streams).hasSize(1);
  }

  @Test
  void whoNeverSaysThatItHasRestartedIsAskedEverMoreSeldom() {
    Telephone tina = world.telephone(ALICE);
    AgentPhone bob = world.phone(BOB);
    tina.refusesAll = true;
    bob.call(ALICE);
    world.pass(Duration.ofMinutes(10));
    assertThat(tina.received.size()).isLessThan(60);
    assertThat(world.relayPorts()).isZero();
  }
}
