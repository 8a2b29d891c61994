// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.MacAddress;
import io.phoneagent.testkit.VirtualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How often devices that no account names are told. */
class StrangersTest {
  private final VirtualTime time = new VirtualTime();
  private final Strangers strangers = new Strangers(time);

  private static MacAddress mac(int number) {
    return MacAddress.of(
        new byte[] {
          2, 0, (byte) (number >> 24), (byte) (number >> 16), (byte) (number >> 8), (byte) number
        });
  }

  @Test
  void aDeviceIsToldOnceInTenMinutes() {
    assertThat(strangers.isNews(mac(1))).isTrue();
    assertThat(strangers.isNews(mac(1))).isFalse();
    assertThat(strangers.isNews(mac(2))).isTrue();
    time.advance(Duration.ofMinutes(10).minusMillis(1));
    assertThat(strangers.isNews(mac(1))).isFalse();
    time.advance(Duration.ofMillis(1));
    assertThat(strangers.isNews(mac(1))).isTrue();
    assertThat(strangers.isNews(mac(1))).isFalse();
  }

  @Test
  void forgedOnesAreTenAMinuteAndRememberedBoundedly() {
    int told = 0;
    for (int second = 0; second < 3600; second++) {
      for (int i = 0; i < 50; i++) {
        told += strangers.isNews(mac(second * 50 + i)) ? 1 : 0;
      }
      time.advance(Duration.ofSeconds(1));
    }
    assertThat(told).isEqualTo(600);
    assertThat(strangers.remembered()).isLessThanOrEqualTo(128);
  }

  @Test
  void whoeverWasTooManyHasItsTurnLater() {
    for (int i = 0; i < 10; i++) {
      assertThat(strangers.isNews(mac(i))).isTrue();
    }
    assertThat(strangers.isNews(mac(10))).isFalse();
    time.advance(Duration.ofMinutes(1));
    assertThat(strangers.isNews(mac(10))).isTrue();
    assertThat(strangers.isNews(mac(0))).isFalse();
  }
}
