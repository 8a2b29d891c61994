// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static io.phoneagent.system.Numbers.ANN;
import static io.phoneagent.system.Numbers.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.lab.InLab;
import io.phoneagent.lab.TestBed;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The public address changes in the middle of a call, of one end's firewall or of both ends'. */
@InLab
final class CallOverChangeTest {
  /** More, over each transport, with {@code benchmarks/calls}. */
  private static final int CALLS = Integer.getInteger("phoneagent.calls", 3);

  private static TestBed bed;

  @BeforeAll
  static void build() {
    bed = TestBed.up(Map.of("LAB_UPNP", "1"), ANN, BOB);
    bed.probe("natpmp", Duration.ofSeconds(1));
  }

  @AfterAll
  static void end() {
    bed.close();
  }

  @AfterEach
  void endPhones() {
    bed.endPrograms();
  }

  @ParameterizedTest
  @ValueSource(strings = {"site1", "site2", "site1 site2"})
  void theCallGoesOn(String changing) {
    CallsOverChange.Outcome outcome =
        CallsOverChange.run(
            bed, List.of(changing.split(" ", -1)), "without audio, change of " + changing, CALLS);
    assertThat(outcome.lost()).isEmpty();
    assertThat(outcome.gaps().median()).isLessThanOrEqualTo(CallsOverChange.GOAL);
  }
}
