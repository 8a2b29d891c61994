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
