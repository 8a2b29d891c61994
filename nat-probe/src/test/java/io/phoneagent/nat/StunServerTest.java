// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.InvalidSettingException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a STUN server is said to be. */
class StunServerTest {

  @ParameterizedTest
  @CsvSource({
    "stun.example.com, stun.example.com:3478",
    "stun.example.com:19302, stun.example.com:19302",
    "localhost, localhost:3478",
    "192.0.2.1:5349, 192.0.2.1:5349",
    "[2001:db8::1], [2001:db8:0:0:0:0:0:1]:3478",
    "[2001:db8::1]:1, [2001:db8::1]:1"
  })
  void isRead(String text, String server) {
    assertThat(StunServer.of(text).toString().replace("2001:db8::1", "2001:db8:0:0:0:0:0:1"))
        .isEqualTo(server.replace("2001:db8::1", "2001:db8:0:0:0:0:0:1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":3478",
        "stun.example.com:0",
        "stun.example.com:65536",
        "stun.example.com:",
        "stun.example.com:a",
        "300.1.1.1",
        "2001:db8::1",
        "[stun.example.com]",
        "[2001:db8::1",
        "a b",
        "a/b",
        "-a",
        "a..b",
        "user@host"
      })
  void orRefused(String text) {
    assertThatThrownBy(() -> StunServer.of(text))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("write stun.example.com");
  }
}
