// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.flow.TransactionId;
import org.junit.jupiter.api.Test;

class SpentChecksTest {
  private final SpentChecks checks = new SpentChecks();

  @Test
  void theLatestAreKnownAndTheOldestGiveWay() {
    for (int i = 0; i < SpentChecks.MOST; i++) {
      assertThat(checks.spend(new TransactionId(1, i))).isTrue();
    }
    for (int i = 0; i < SpentChecks.MOST; i++) {
      assertThat(checks.spend(new TransactionId(1, i))).isFalse();
    }
    assertThat(checks.spend(new TransactionId(1, SpentChecks.MOST))).isTrue();
    assertThat(checks.spend(new TransactionId(1, 1))).as("the second").isFalse();
    assertThat(checks.spend(new TransactionId(1, 0))).as("the first").isTrue();
  }
}
