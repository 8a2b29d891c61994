// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import static io.phoneagent.dnsswitch.call.World.ALICE;
import static io.phoneagent.dnsswitch.call.World.BOB;
import static io.phoneagent.dnsswitch.call.World.FAR;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.PhoneNumber;
import io.phoneagent.sip.HeaderField;
import io.phoneagent.sip.HeaderName;
import io.phoneagent.sip.Rejection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Plain phones whose connection leads nowhere any more, and refusals that say when to try again.
 */
class LostConnectionTest {
  private final World world = new World();
  private final AgentPhone alice = world.phone(ALICE);
  private final PlainEnd desk = new PlainEnd(world, BOB, world.network.host("203.0.113.66"), 5060);

  private void registered() {
    desk.connect();
    assertThat(desk.register("<sip:" + BOB + "@203.0.113.66:5060;transport=tcp>", 240).status())
        .isEqualTo(200);
    assertThat(world.contacts.of(BOB)).hasSize(1);
  }

  private void nothingLeft() {
    world.millis(70_000);
    assertThat(world.board.calls()).isZero();
    assertThat(world.relayPorts()).isZero();
  }

  @Test
  void aPhoneIsCalledOverItsConnection() {
    registered();
    desk.answers();
    alice.call(BOB);
    world.millis(20_000);
    assertThat(alice.take()).containsExactly("progress 180", "established");
    assertThat(world.contacts.of(BOB)).as("which lives").hasSize(1);
  }

  @Test
  void aPhoneThatRingsForLongIsNotGivenUp() {
    registered();
    desk.rings();
    alice.call(BOB);
    world.millis(100_000);
    assertThat(alice.take()).containsOnly("progress 180");
    assertThat(world.contacts.of(BOB)).hasSize(1);
  }

  @Test
  void oneThatHasGoneWithoutAWordIsTriedForTenSecondsOnce() {
    registered();
    desk.silent(true);
    alice.call(BOB);
    world.millis(9_900);
    assertThat(alice.take()).isEmpty();
    world.millis(300);
    assertThat(alice.take()).containsExactly("ended 480 there");
    assertThat(world.contacts.of(BOB)).isEmpty();
    assertThat(world.connections.size()).isZero();
    alice.call(BOB);
    world.millis(200);
    assertThat(alice.take()).containsExactly("ended 480 there");
    nothingLeft();
  }

  @Test
  void itsBackupRingsMeanwhileAndHasTheCall() {
    world.account(BOB, Optional.of(FAR), true);
    registered();
    desk.silent(true);
    world.trunk.answersAfter(Duration.ofSeconds(15));
    alice.call(BOB);
    world.millis(12_000);
    assertThat(world.contacts.of(BOB)).isEmpty();
    assertThat(alice.take()).containsExactly("progress 180");
    world.millis(10_000);
    assertThat(alice.take()).containsExactly("established");
  }

  @Test
  void aConnectionThatBreaksDuringTheCallIsNoneAtOnce() {
    registered();
    desk.answers();
    alice.call(BOB);
    world.millis(2_000);
    alice.take();
    desk.host.killAll();
    world.millis(500);
    assertThat(world.contacts.of(BOB)).isEmpty();
    alice.call(BOB);
    world.millis(200);
    assertThat(alice.take()).contains("ended 480 there");
  }

  private void refuses(int status, String retryAfter) {
    desk.onCall =
        session ->
            session.reject(
                new Rejection(
                    status, List.of(new HeaderField(HeaderName.RETRY_AFTER, retryAfter))));
  }

  @ParameterizedTest
  @CsvSource({
    "503, 30, 480, 30",
    "503, '30;duration=60 (busy)', 480, 30",
    "486, 9, 486, 9",
    "503, 99999999999999999999, 480, 3600",
    "503, 5000, 480, 3600",
    "503, soon, 480, ''",
    "603, 30, 603, ''",
    "488, 30, 488, ''"
  })
  void whenItMayBeTriedAgainIsPassedOn(int status, String wait, int told, String passed) {
    desk.register();
    refuses(status, wait);
    alice.call(BOB);
    world.millis(500);
    assertThat(alice.take()).containsExactly("ended " + told + " there");
    String answer = alice.lastReceived("SIP/2.0 " + told);
    if (passed.isEmpty()) {
      assertThat(answer).doesNotContain("Retry-After");
    } else {
      assertThat(answer).contains("Retry-After: " + passed + "\r\n");
    }
    nothingLeft();
  }

  @Test
  void anOverloadedTrunkIsNotAnOverloadedSwitch() {
    world.trunk.onCall =
        session ->
            session.reject(
                new Rejection(503, List.of(new HeaderField(HeaderName.RETRY_AFTER, "7"))));
    alice.call(FAR);
    world.millis(500);
    assertThat(alice.take()).containsExactly("ended 500 there");
    assertThat(alice.lastReceived("SIP/2.0 500")).contains("Retry-After: 7\r\n");
  }

  @Test
  void thatOneDeviceCannotSaysLessThanThatAnotherIsBusy() {
    PhoneNumber number = BOB;
    PlainEnd second = new PlainEnd(world, number, world.network.host("203.0.113.67"), 5060);
    desk.register();
    second.register();
    desk.rejects(488);
    second.onCall =
        session -> world.time.schedule(Duration.ofSeconds(1), () -> session.reject(486));
    alice.call(number);
    world.millis(3_000);
    assertThat(alice.take()).containsExactly("ended 486 there");
  }
}
