// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.dnsswitch.limit.SourceNetwork;
import io.phoneagent.protocol.AddressLiteral;
import io.phoneagent.testkit.VirtualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What one source may do. */
class SourcesTest {
  private static final HttpServer.Limits LIMITS = HttpServer.Limits.DEFAULT;

  private final VirtualTime time = new VirtualTime();

  private static Object key(String address) {
    return SourceNetwork.of(AddressLiteral.parse(address).orElseThrow());
  }

  @Test
  void anIpv6CustomerIsOneSource() {
    assertThat(key("2001:db8:1:2::1")).isEqualTo(key("2001:db8:1:2:ffff::9"));
    assertThat(key("2001:db8:1:2::1")).isNotEqualTo(key("2001:db8:1:3::1"));
    assertThat(key("192.0.2.1")).isNotEqualTo(key("192.0.2.2"));
  }

  @Test
  void aThousandPhonesBehindOneCarriersNatConnectAtOnce() {
    Source nat = new Source(LIMITS, true);
    for (int i = 0; i < 1024; i++) {
      assertThat(nat.connect(time.nanos())).isTrue();
    }
    assertThat(nat.connect(time.nanos())).isFalse();
    nat.disconnect();
    assertThat(nat.connect(time.nanos())).as("handshakes are what costs").isFalse();
    time.advance(Duration.ofMillis(4));
    assertThat(nat.connect(time.nanos())).isTrue();
  }

  @Test
  void whoConnectsAgainAndAgainGetsSoManyHandshakesASecond() {
    Source flood = new Source(LIMITS, true);
    int admitted = 0;
    for (int i = 0; i < 100_000; i++) {
      if (flood.connect(time.nanos())) {
        admitted++;
        flood.disconnect();
      }
      time.advance(Duration.ofNanos(100_000));
    }
    assertThat(admitted).isBetween(1024 + 2500, 1024 + 2600);
  }

  @Test
  void requestsBeyondTheRateWaitForTheirTurn() {
    Source source = new Source(LIMITS, true);
    for (int i = 0; i < 1000; i++) {
      assertThat(source.turnIn(time.nanos())).isZero();
    }
    assertThat(Duration.ofNanos(source.turnIn(time.nanos()))).isEqualTo(Duration.ofMillis(1));
    assertThat(Duration.ofNanos(source.turnIn(time.nanos()))).isEqualTo(Duration.ofMillis(2));
    time.advance(Duration.ofSeconds(5));
    assertThat(source.turnIn(time.nanos())).isZero();
  }

  @Test
  void programsOnTheSwitchsOwnMachineAreNotLimited() {
    assertThat(LIMITS.unlimited().test(AddressLiteral.parse("127.0.0.7").orElseThrow())).isTrue();
    assertThat(LIMITS.unlimited().test(AddressLiteral.parse("10.0.0.7").orElseThrow())).isFalse();
    Source fleet = new Source(LIMITS, false);
    for (int i = 0; i < 10_000; i++) {
      assertThat(fleet.connect(time.nanos())).isTrue();
      assertThat(fleet.turnIn(time.nanos())).isZero();
    }
  }
}
