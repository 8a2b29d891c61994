// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ChoicesTest {
  @Test
  void octetsDecideUntilThereAreNone() {
    Choices choices = new Choices(new byte[] {(byte) 0xFF, 4, 2, 7, 8, 9});
    assertThat(choices.next(256)).isEqualTo(255);
    assertThat(choices.of(List.of("a", "b", "c"))).isEqualTo("b");
    assertThat(choices.raw()).containsExactly(7, 8);
    assertThat(choices.hasMore()).isFalse();
    assertThat(choices.next(5)).isEqualTo(4);
    assertThat(choices.next(5)).isZero();
    assertThat(choices.raw()).isEmpty();
  }
}
