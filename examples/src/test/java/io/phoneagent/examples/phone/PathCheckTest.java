// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.flow.StunMessage;
import io.phoneagent.flow.StunWriter;
import io.phoneagent.testkit.VirtualTime;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PathCheckTest {
  private static final IceCredentials OWN = new IceCredentials("ours", "our-password-is-not-asked");
  private static final IceCredentials THEIRS =
      new IceCredentials("theirs", "their-password-1234567");
  private final VirtualTime time = new VirtualTime();
  private final List<StunMessage> sent = new ArrayList<>();
  private int expired;
  private final PathCheck check =
      new PathCheck(OWN, THEIRS, time, new Random(1), this::send, () -> expired++);

  private void send(ByteBuffer datagram) {
    sent.add(StunMessage.read(datagram).orElseThrow());
  }

  private void answer(StunMessage request, String password) {
    ByteBuffer answer =
        StunWriter.of(StunMessage.Kind.SUCCESS, request.transaction()).iceIntegrity(password);
    check.received(StunMessage.read(answer).orElseThrow());
  }

  @Test
  void provesWithTheRelaysPassword() {
    check.now();
    assertThat(sent).hasSize(1);
    assertThat(sent.get(0).username()).contains("theirs:ours");
    assertThat(sent.get(0).iceIntegrityHolds(THEIRS.password())).isTrue();
    assertThat(sent.get(0).fingerprintHolds()).isTrue();
  }

  @Test
  void repeatsEvery50MillisecondsUntilAnswered() {
    check.now();
    time.advance(Duration.ofMillis(100));
    assertThat(sent).hasSize(3);
    answer(sent.get(0), THEIRS.password());
    time.advance(Duration.ofMillis(1_999));
    assertThat(sent).hasSize(3);
    time.advance(Duration.ofMillis(1));
    assertThat(sent).as("consent").hasSize(4);
  }

  @Test
  void anAnswerThatIsNotProvenOrProvesThePathBeforeCountsForNothing() {
    check.now();
    answer(sent.get(0), "a-password-that-is-wrong");
    time.advance(Duration.ofMillis(50));
    assertThat(sent).hasSize(2);
    check.now();
    answer(sent.get(0), THEIRS.password());
    time.advance(Duration.ofMillis(50));
    assertThat(sent).hasSize(4);
  }

  /** Beats every 20 ms for so long, with or without audio. */
  private void beats(int millis, boolean audio) {
    for (int i = 0; i < millis; i += 20) {
      if (audio) {
        check.heard();
      }
      check.beat();
      time.advance(Duration.ofMillis(20));
    }
  }

  @Test
  void audioThatStopsMakesItProveThePathAtOnce() {
    check.now();
    answer(sent.get(0), THEIRS.password());
    beats(1_000, true);
    assertThat(sent).as("while it is heard").hasSize(1);
    beats(80, false);
    assertThat(sent).as("jitter").hasSize(1);
    beats(20, false);
    assertThat(sent).as("it has stopped").hasSize(2);
    time.advance(Duration.ofMillis(40));
    assertThat(sent).as("repeated until answered, not anew with each beat").hasSize(3);
  }

  @Test
  void asLongAsAudioHasJustStoppedThePathIsProvenAgainAndAgain() {
    check.now();
    answer(sent.get(0), THEIRS.password());
    beats(500, true);
    int before = sent.size();
    for (int i = 0; i < 1_900; i += 20) {
      beats(20, false);
      answer(sent.get(sent.size() - 1), THEIRS.password());
    }
    assertThat(sent.size() - before).isBetween(8, 10);
    beats(3_000, false);
    answer(sent.get(sent.size() - 1), THEIRS.password());
    int rested = sent.size();
    beats(1_980, false);
    assertThat(sent).as("who is silent for long is asked at the pace of consent").hasSize(rested);
  }

  @Test
  void audioThatHasNotBegunIsNotMissed() {
    check.now();
    answer(sent.get(0), THEIRS.password());
    beats(1_900, false);
    assertThat(sent).hasSize(1);
  }

  @Test
  void givesUpAfter30SecondsOfSilence() {
    check.now();
    time.advance(Duration.ofSeconds(30));
    assertThat(expired).isZero();
    time.advance(Duration.ofSeconds(3));
    assertThat(expired).isEqualTo(1);
    assertThat(time.pendingTimers()).isZero();
  }
}
