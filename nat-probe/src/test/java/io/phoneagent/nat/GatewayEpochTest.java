// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The gateway said 1000; some time later it says something else. */
class GatewayEpochTest {

  private static boolean goesOn(Dialect dialect, long elapsed, long says) {
    GatewayEpoch before = new GatewayEpoch(1000, 5);
    long later = 5 + Duration.ofSeconds(elapsed).toNanos();
    return before.goesOn(dialect, new GatewayEpoch(says, later));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1000, true",
    "0, 998, true",
    "0, 997, false",
    "80, 1080, true",
    "80, 1068, true", // a clock that loses an eighth, and two seconds
    "80, 1067, false",
    "80, 9999, true", // RFC 6886 has nothing against a jump ahead
    "80, 0, false"
  })
  void byNatPmp(long elapsed, long says, boolean goesOn) {
    assertThat(goesOn(Dialect.NAT_PMP, elapsed, says)).isEqualTo(goesOn);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1000, true",
    "0, 999, true", // datagrams that overtook each other
    "0, 998, false",
    "0, 1002, true",
    "0, 1003, false",
    "160, 1160, true",
    "160, 1148, true",
    "160, 1147, false",
    "160, 1172, true",
    "160, 1173, false",
    "160, 0, false"
  })
  void byPcp(long elapsed, long says, boolean goesOn) {
    assertThat(goesOn(Dialect.PCP, elapsed, says)).isEqualTo(goesOn);
  }
}
