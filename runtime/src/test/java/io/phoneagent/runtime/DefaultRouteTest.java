// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The kernel's table as text. */
class DefaultRouteTest {
  private static final String HEAD =
      "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";

  @Test
  void findsTheGatewayOfTheDefaultRoute() {
    String table =
        HEAD
            + "eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
            + "eth0\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n";
    assertThat(DefaultRoute.parse(table))
        .singleElement()
        .satisfies(r -> assertThat(r.interfaceName()).isEqualTo("eth0"))
        .satisfies(r -> assertThat(r.gateway().getHostAddress()).isEqualTo("192.168.1.1"));
  }

  @Test
  void prefersTheLowestMetric() {
    String table =
        HEAD
            + "wlan0\t00000000\t0102A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"
            + "eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n";
    assertThat(DefaultRoute.parse(table))
        .extracting(DefaultRoute::interfaceName)
        .containsExactly("eth0", "wlan0");
  }

  @Test
  void passesOverWhatItDoesNotKnow() {
    assertThat(DefaultRoute.parse("")).isEmpty();
    assertThat(DefaultRoute.parse(HEAD + "garbage\n\u0000\neth0\t00000000\tXX\t\n")).isEmpty();
    String pointToPoint = "ppp0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0\n";
    assertThat(DefaultRoute.parse(HEAD + pointToPoint)).isEmpty();
  }
}
