// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.spi.ProbeAnswer;
import io.phoneagent.spi.PublicRanges;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pages as firewalls serve them, and as captive portals do. */
class PageTest {
  private static final PublicRanges LAB = PublicRanges.alsoTreating(List.of("203.0.113.0/24"));

  private static String read(String text, String pattern) {
    ProbeAnswer answer =
        new Page(text, Optional.of(pattern).filter(p -> !p.isEmpty()).map(Pattern::compile))
            .publicAddress(LAB);
    return answer.said();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "203.0.113.11",
        "' 203.0.113.11\r\n'",
        "{\"wan\":{\"ip\":\"203.0.113.11\"},\"lan\":\"192.168.1.1\"}",
        "<td>WAN IP</td><td id=\"wan\">203.0.113.11</td><td>LAN</td><td>192.168.1.1</td>",
        "IP: 203.0.113.11.",
        "203.0.113.11 and again 203.0.113.11",
        "<td>WAN IP</td><td>203&#46;0&#46;113&#46;11</td>",
        "<b>203</b>.<b>0</b>.<b>113</b>.<b>11</b>",
        "{\"wan\":\"203\\u002e0\\u002e113\\u002e11\"}",
        "<ip><![CDATA[203.0.113.11]]></ip>",
        "value=\"%27203%2E0%2E113%2E11%3B255%2E0%27\""
      })
  void theOnlyPublicAddressIsFound(String text) {
    assertThat(read(text, "")).isEqualTo("203.0.113.11");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | the page holds no IP address",
        "<h1>Welcome</h1> | the page holds no IP address",
        "version 1.2.3.4.5 | the page holds no IP address",
        "999.1.1.1 | the page holds no IP address",
        "192.168.1.1 | 192.168.1.1 is no public address; is there another router outside?",
        "100.64.3.4 | 100.64.3.4 is no public address; is there another router outside?",
        "wan=10.0.0.2 lan=192.168.1.1 | the page holds no public address, only 10.0.0.2, 192.168.1.1",
        "wan=100.64.3.4 lan=192.168.1.1 | 100.64.3.4 is no public address; is there another router outside?",
        "8.8.8.8 203.0.113.11 | the page holds 2 public addresses; say by a pattern which one it is"
      })
  void whatIsNoAnswerSaysWhy(String text, String why) {
    assertThat(read(text, "")).isEqualTo(why);
  }

  @Test
  void aPatternPicksTheAddress() {
    String page = "DNS 8.8.8.8, WAN address: 203.0.113.11";
    assertThat(read(page, "WAN address: ([0-9.]+)")).isEqualTo("203.0.113.11");
    assertThat(read(page, "203[0-9.]+")).isEqualTo("203.0.113.11");
    assertThat(read(page, "PPP: ([0-9.]+)")).startsWith("the page does not match");
    assertThat(read(page, "(WAN) address")).isEqualTo("the pattern found 'WAN', no IP address");
    assertThat(read("WAN 10.1.2.3", "WAN (.*)")).startsWith("10.1.2.3 is no public address");
  }

  @Test
  void ipv6IsReadWhereItIsAlone() {
    assertThat(read("2a00:1450:4001::5\n", "")).isEqualTo("2a00:1450:4001:0:0:0:0:5");
    assertThat(read("fe80::1", "")).contains("no public address");
  }

  @Test
  void aPatternAlsoSeesWhatAPersonSees() {
    assertThat(read("WAN&nbsp;IP: <b>203</b>&#46;0.113.11", "WAN.IP: ([0-9.]+)"))
        .isEqualTo("203.0.113.11");
    assertThat(read("<i>203.0.113.11</i>", "<i>([0-9.]+)</i>")).isEqualTo("203.0.113.11");
  }

  /** The address is never made of two table cells. */
  @Test
  void cellsAreKeptApart() {
    assertThat(read("<td>203&#46;0.113.1</td><td>1</td>", "")).isEqualTo("203.0.113.1");
  }

  @Test
  void aPatternThatTriesTooMuchIsGivenUp() {
    assertThat(read("a".repeat(5000) + "!", "(a+)+$")).contains("takes too long on this page");
    assertThat(read("ab".repeat(100_000), "(a|b)*c")).contains("takes too long on this page");
  }
}
