// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MacAddressTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"02:00:00:00:0A:64", "02-00-00-00-0a-64", "0200.0000.0a64", "020000000A64"})
  void readsTheUsualSpellings(String text) {
    assertThat(MacAddress.of(text)).hasToString("02:00:00:00:0a:64");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "02:00:00:00:01", "02:00:00:00:01:6g", "02:00:00:00:01:64:65", "x20000000164"})
  void refusesWhatIsNone(String text) {
    assertThatThrownBy(() -> MacAddress.of(text)).isInstanceOf(InvalidSettingException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01"})
  void refusesAddressesOfNoSingleDevice(String text) {
    assertThatThrownBy(() -> MacAddress.of(text)).hasMessageContaining("the device's own");
  }

  @Test
  void readsOctets() {
    assertThat(MacAddress.of(new byte[] {2, 0, 0, 0, (byte) 0xAB, 100}))
        .hasToString("02:00:00:00:ab:64");
  }
}
