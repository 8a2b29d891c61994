// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A device and its server, on virtual time. */
final class DhcpLifeTest {
  private final VirtualDevice device = new VirtualDevice();

  @Test
  void leasesAnAddressAndRenewsIt() {
    device.start().advance(Duration.ofSeconds(1));
    assertThat(device.told)
        .containsExactly("208 DHCP: leased 192.168.1.100 from 192.168.1.1 for 3600 s");
    assertThat(device.server.heardTypes())
        .containsExactly(MessageType.DISCOVER, MessageType.REQUEST);
    assertThat(device.applied.orElseThrow().prefixLength()).isEqualTo(24);
    assertThat(device.link.listening).isFalse();
    device.advance(Duration.ofMinutes(30));
    assertThat(device.told)
        .endsWith("1800008 DHCP: renewed 192.168.1.100 from 192.168.1.1 for 3600 s");
    assertThat(device.server.last().clientAddress()).isEqualTo(device.server.gives);
    assertThat(device.link.receivers.get(2)).isEqualTo(VirtualServer.MAC);
  }
}
