// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IpLiteralTest {
  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "192.168.1.100", "255.255.255.255", "::", "2001:db8::1"})
  void addresses(String text) {
    assertThat(IpLiteral.parse(text)).isPresent();
  }

  /** None of these may reach a name server, least of all the names. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "1.2.3",
        "1.2.3.4.",
        "1.2.3.4.5",
        "256.1.1.1",
        "01.2.3.4",
        "localhost",
        "switch.example",
        "1.2.3.4 ",
        ":",
        ":::",
        "12345::",
        "fe80::1%lo",
        "[::1]",
        "g::1",
        "abc:def"
      })
  void noAddresses(String text) {
    assertThat(IpLiteral.parse(text)).isEmpty();
  }
}
