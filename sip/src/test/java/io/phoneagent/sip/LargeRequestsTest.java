// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.testkit.VirtualTime;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which ends take connections, and for how long those that take none are left alone. */
final class LargeRequestsTest {
  private final VirtualTime time = new VirtualTime();
  private final LargeRequests<String, Integer> large = new LargeRequests<>(time);
  private int made;

  private Optional<Integer> connect() {
    return Optional.of(++made);
  }

  private void minutes(long minutes) {
    time.advance(Duration.ofMinutes(minutes));
  }

  @Test
  void oneConnectionServesAll() {
    assertThat(large.to("desk", this::connect)).contains(1);
    assertThat(large.to("desk", this::connect)).contains(1);
    assertThat(large.to("hall", this::connect)).contains(2);
  }

  @Test
  void whoNeverSpokeOverOneIsAskedAgainAfterTenMinutes() {
    large.to("desk", this::connect);
    large.closed("desk", 1);
    assertThat(large.to("desk", this::connect)).isEmpty();
    minutes(9);
    assertThat(large.to("desk", this::connect)).isEmpty();
    minutes(1);
    assertThat(large.to("desk", this::connect)).contains(2);
  }

  @Test
  void whoHasSpokenIsAskedAtOnce() {
    large.to("desk", this::connect);
    large.heard("desk", 1);
    large.closed("desk", 1);
    assertThat(large.to("desk", this::connect)).contains(2);
  }

  @Test
  void whoWasOvertakenByADatagramOnlyIfItNeverSpoke() {
    large.to("desk", this::connect);
    large.heard("desk", 1);
    assertThat(large.overtaken("desk", 1)).isFalse();
    assertThat(large.to("desk", this::connect)).contains(1);
    large.to("hall", this::connect);
    assertThat(large.overtaken("hall", 2)).isTrue();
    assertThat(large.to("hall", this::connect)).isEmpty();
    minutes(10);
    assertThat(large.to("hall", this::connect)).contains(3);
  }

  @Test
  void whatIsLeftHereSaysNothingOfItsEnd() {
    large.to("desk", this::connect);
    large.left("desk", 1);
    assertThat(large.to("desk", this::connect)).contains(2);
  }

  @Test
  void anOlderConnectionChangesNothing() {
    large.to("desk", this::connect);
    large.left("desk", 1);
    large.to("desk", this::connect);
    large.heard("desk", 1);
    large.closed("desk", 1);
    assertThat(large.overtaken("desk", 1)).isFalse();
    large.left("desk", 1);
    assertThat(large.to("desk", this::connect)).contains(2);
  }

  @Test
  void oneThatCannotBeMadeIsTriedTheNextTime() {
    assertThat(large.to("desk", Optional::empty)).isEmpty();
    assertThat(large.to("desk", this::connect)).contains(1);
  }

  @Test
  void thereAreAThousandAtMost() {
    for (int i = 0; i < 1_000; i++) {
      assertThat(large.to("desk " + i, this::connect)).isPresent();
    }
    assertThat(large.to("desk", this::connect)).isEmpty();
    large.closed("desk 0", 1);
    assertThat(large.to("desk", this::connect)).isPresent();
  }
}
