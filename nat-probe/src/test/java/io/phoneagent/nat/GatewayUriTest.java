// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayUriTest {
  private static final InetAddress GATEWAY = GatewayCodecTest.address("192.168.1.1");
  private static final URI BASE = URI.create("http://192.168.1.1:5000/igd/desc.xml");

  @ParameterizedTest
  @CsvSource({
    "http://192.168.1.1/a, http://192.168.1.1:80/a",
    "HTTP://192.168.1.1:1, http://192.168.1.1:1/",
    "http://192.168.1.1:5000, http://192.168.1.1:5000/",
    "//192.168.1.1:99/x, http://192.168.1.1:99/x",
    "/ctl/IPConn, http://192.168.1.1:5000/ctl/IPConn",
    "ctl, http://192.168.1.1:5000/igd/ctl",
    "../ctl?a=b, http://192.168.1.1:5000/ctl?a=b"
  })
  void leadsToTheGateway(String reference, String meant) {
    assertThat(GatewayUri.at(GATEWAY, BASE, reference)).contains(URI.create(meant));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "http://192.168.1.2/a",
        "http://192.168.1.1.example/a",
        "http://192.168.1.1@203.0.113.9/a",
        "http://user@192.168.1.1/a",
        "http://203.0.113.9/a",
        "//203.0.113.9/a",
        "https://192.168.1.1/a",
        "ftp://192.168.1.1/a",
        "file:///etc/passwd",
        "mailto:a@b",
        "http:a",
        "http://192.168.1.1/a#203.0.113.9",
        "/a#203.0.113.9",
        "http://192.168.1.01/a",
        "http://3232235777/a",
        "http://0xc0a80101/a",
        "http://[::ffff:192.168.1.1]/a",
        "http://192.168.1.1:0/a",
        "http://192.168.1.1:65536/a",
        "http://192.168.1.1:5000:1/a",
        "http://192.168.1.1\\@203.0.113.9/",
        "http://router/a",
        "/a b",
        "/a\r\nX: y"
      })
  void leadsNowhereElse(String reference) {
    assertThat(GatewayUri.at(GATEWAY, BASE, reference)).isEmpty();
  }

  @Test
  void isNotEndless() {
    assertThat(GatewayUri.at(GATEWAY, BASE, "/" + "a".repeat(1_023))).isPresent();
    assertThat(GatewayUri.at(GATEWAY, BASE, "/" + "a".repeat(1_024))).isEmpty();
  }

  @Test
  void aWholeOneNeedsNoBase() {
    assertThat(GatewayUri.at(GATEWAY, "http://192.168.1.1:5000/d"))
        .contains(URI.create("http://192.168.1.1:5000/d"));
    assertThat(GatewayUri.at(GATEWAY, "/d")).isEmpty();
    assertThat(GatewayUri.at(GATEWAY, "192.168.1.1:5000/d")).isEmpty();
  }

  @Test
  void whatOthersWroteIsShownOnOneLine() {
    assertThat(GatewayUri.shown("a\r\nb\u202E")).isEqualTo("'a??b?'");
    assertThat(GatewayUri.shown("x".repeat(200))).isEqualTo("'" + "x".repeat(80) + "...'");
  }
}
