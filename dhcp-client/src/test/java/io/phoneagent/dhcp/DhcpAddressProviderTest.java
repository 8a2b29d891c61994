// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.PhoneAgentException;
import io.phoneagent.dhcpmessage.DhcpMessage;
import io.phoneagent.dhcpmessage.DhcpOptions;
import io.phoneagent.testkit.VirtualTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DhcpAddressProviderTest {
  private final VirtualDevice device = new VirtualDevice();

  private DhcpAddressProvider.Builder builder() {
    return DhcpAddressProvider.builder("eth0").link(device.link).applier(device);
  }

  @Test
  void saysAndAsksWhatTheVendorWants() {
    DhcpAddressProvider provider =
        builder()
            .hostName("phone-17")
            .vendorClass("acme-phone")
            .userClass("office")
            .say(124, new byte[] {0, 0, 0, 9, 1, 'x'})
            .want(224)
            .want(224)
            .want(3)
            .random(() -> new Random(1))
            .build();
    assertThat(provider.id()).isEqualTo("dhcp");
    assertThat(provider.namesSwitches()).isTrue();
    provider.create(device).start(device);
    device.advance(Duration.ofSeconds(1));
    for (DhcpMessage question : device.server.heard) {
      DhcpOptions options = question.options();
      assertThat(options.text(12)).contains("phone-17");
      assertThat(options.text(60)).contains("acme-phone");
      assertThat(options.octets(77).orElseThrow())
          .isEqualTo("\u0006office".getBytes(StandardCharsets.US_ASCII));
      assertThat(options.octets(124).orElseThrow()).hasSize(6);
      // RFC 3442: 121 before 3 and 33.
      assertThat(options.hex().get(55)).isEqualTo("01790321060f1a1c2a2b3a3b424377787d969fa0e0");
    }
    assertThat(device.server.heard).hasSize(2);
    provider.create(device).close();
  }

  @Test
  void thePartingMessagesSayOnlyWhatTheyMay() {
    device.start().advance(Duration.ofSeconds(1));
    device.source.close();
    device.advance(Duration.ofSeconds(1));
    assertThat(device.server.last().options().values()).containsOnlyKeys(53, 54, 61);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 61, 255, -1, 256})
  void whatTheProtocolUsesCannotBeSaid(int code) {
    assertThatThrownBy(() -> builder().say(code, new byte[1]))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("cannot be said");
  }

  @Test
  void whatCannotBeSaidIsRefused() {
    assertThatThrownBy(() -> builder().say(12, new byte[0]))
        .isInstanceOf(InvalidSettingException.class);
    assertThatThrownBy(() -> builder().say(12, new byte[256]))
        .isInstanceOf(InvalidSettingException.class);
    assertThatThrownBy(() -> builder().userClass("x".repeat(255)))
        .isInstanceOf(InvalidSettingException.class);
    assertThatThrownBy(() -> builder().hostName("phone 17"))
        .isInstanceOf(InvalidSettingException.class);
    assertThatThrownBy(() -> builder().want(0)).isInstanceOf(InvalidSettingException.class);
    assertThatThrownBy(() -> DhcpAddressProvider.builder("a/b"))
        .isInstanceOf(InvalidSettingException.class);
  }

  @Test
  void aSystemWithoutCodeSaysTheWaysOut() {
    assertThatThrownBy(() -> DhcpPlatform.of("Plan 9"))
        .isInstanceOf(PhoneAgentException.class)
        .hasMessageContaining("Plan 9")
        .hasMessageContaining("operatingSystem()");
  }

  @Test
  void aSourceThatIsClosedBeforeItBeganOpensNothing() {
    VirtualTime time = device.time;
    device.source.start(device);
    device.source.close();
    time.runTasks();
    assertThat(device.link.receivers).isEmpty();
    assertThat(device.told).isEmpty();
    assertThat(time.pendingTimers()).isZero();
  }
}
