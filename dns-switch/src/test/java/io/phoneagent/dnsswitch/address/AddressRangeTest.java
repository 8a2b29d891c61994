// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.InvalidSettingException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which networks may be a pool. */
class AddressRangeTest {

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0/8, 0.0.0.0/8",
    "0.128.0.0/9, 0.0.0.0/8",
    "127.0.0.0/8, 127.0.0.0/8",
    "127.0.1.0/24, 127.0.0.0/8",
    "224.0.0.0/8, 224.0.0.0/4",
    "239.255.255.0/24, 224.0.0.0/4",
    "240.0.0.0/8, 240.0.0.0/4",
    "255.255.255.0/24, 240.0.0.0/4",
  })
  void networksWhoseAddressesNoDeviceHasAreRefused(String network, String within) {
    assertThatThrownBy(() -> AddressRange.of(network))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageStartingWith("address-pool: '" + network + "' is of " + within)
        .hasMessageContaining("write one like 198.18.0.0/15");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "126.0.0.0/8",
        "128.0.0.0/16",
        "192.168.7.0/24",
        "198.18.0.0/15",
        "223.255.255.252/30"
      })
  void allOthersMayBe(String network) {
    assertThat(AddressRange.of(network)).hasToString(network);
  }
}
