// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressLiteralTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1",
    "0.0.0.0, 0.0.0.0",
    "255.255.255.255, 255.255.255.255",
    "::, ::",
    "::1, ::1",
    "2001:DB8::0:1, 2001:db8::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8",
    "1::8, 1::8",
    "fe80::, fe80::",
    "::ffff:192.0.2.1, 192.0.2.1",
    "64:ff9b::192.0.2.1, 64:ff9b::c000:201",
    "1:2:3:4:5:6:192.0.2.1, 1:2:3:4:5:6:c000:201",
    "0:0:1:0:0:0:1:0, 0:0:1::1:0",
    "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
  })
  void readsAndWritesAddresses(String text, String canonical) {
    assertThat(AddressLiteral.parse(text).map(AddressLiteral::format)).contains(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "example.com",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "01.2.3.4",
        "0x7f.0.0.1",
        "2130706433",
        "1.2.3.-4",
        " 1.2.3.4",
        "1.2.3.4 ",
        "1..3.4",
        "1.2.3.",
        ":",
        ":::",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1::2::3",
        "::12345",
        "::g",
        "1:2:3:4:5:6:7:8::",
        "1.2.3.4::",
        "::1.2.3",
        ":1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:",
        "fe80::1%eth0",
        "[::1]",
        "::\u0661",
        "1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111",
      })
  void refusesNamesAndAllElse(String text) {
    assertThat(AddressLiteral.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1:5060, 192.0.2.1:5060",
    "[2001:db8::1]:65535, [2001:db8::1]:65535",
    "[::]:0, [::]:0",
  })
  void readsAndWritesPorts(String text, String canonical) {
    assertThat(AddressLiteral.parseWithPort(text).map(AddressLiteral::format)).contains(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "192.0.2.1",
        "192.0.2.1:",
        "192.0.2.1:65536",
        "192.0.2.1:+1",
        "192.0.2.1:007",
        "2001:db8::1:5060",
        "[192.0.2.1]:5060",
        "[]:1",
        "[::1:1",
        "localhost:5060",
        ":5060",
      })
  void refusesWhatIsNoAddressWithPort(String text) {
    assertThat(AddressLiteral.parseWithPort(text)).isEmpty();
  }

  @Test
  void neverWritesAName() throws Exception {
    InetAddress named = InetAddress.getByAddress("host.example", new byte[] {(byte) 192, 0, 2, 1});
    assertThat(AddressLiteral.format(named)).isEqualTo("192.0.2.1");
    assertThatThrownBy(
            () -> AddressLiteral.format(InetSocketAddress.createUnresolved("host.example", 1)))
        .hasMessageContaining("is a name");
  }
}
