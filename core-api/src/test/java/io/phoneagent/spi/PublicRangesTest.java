// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.InvalidSettingException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The IANA special-purpose registries, address by address. */
class PublicRangesTest {
  private static boolean isPublic(PublicRanges ranges, String address) {
    return ranges.isPublic(IpLiteral.parse(address).orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8.8.8.8",
        "1.1.1.1",
        "100.63.255.255",
        "100.128.0.1",
        "172.15.0.1",
        "172.32.0.1",
        "192.167.1.1",
        "198.17.0.1",
        "198.20.0.1",
        "223.255.255.255",
        "2600::1",
        "2a00:1450::1"
      })
  void publicOnes(String address) {
    assertThat(isPublic(PublicRanges.none(), address)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "169.254.1.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "2001:db8::1",
        "2002:c000:201::1",
        "::ffff:0:1"
      })
  void reservedOnes(String address) {
    assertThat(isPublic(PublicRanges.none(), address)).isFalse();
  }

  @Test
  void exceptionsCount() {
    PublicRanges lab = PublicRanges.alsoTreating(List.of("203.0.113.0/24", "2001:db8::/32"));
    assertThat(isPublic(lab, "203.0.113.255")).isTrue();
    assertThat(isPublic(lab, "203.0.114.1")).isTrue();
    assertThat(isPublic(lab, "198.51.100.1")).isFalse();
    assertThat(isPublic(lab, "2001:db8::1")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "203.0.113.0", "203.0.113.0/33", "host/24", "203.0.113.0/x", "::/129"})
  void refusesWhatIsNoRange(String cidr) {
    assertThatThrownBy(() -> PublicRanges.alsoTreating(List.of(cidr)))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("203.0.113.0/24");
  }
}
