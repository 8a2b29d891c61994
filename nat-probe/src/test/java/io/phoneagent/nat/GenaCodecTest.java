// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.spi.HttpAnswer;
import io.phoneagent.spi.HttpQuestion;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GenaCodecTest {
  private static final URI EVENTS = URI.create("http://192.168.1.1:5000/evt");

  private static Subscribing.Event read(int status, String sid, String timeout) {
    return GenaCodec.read(new HttpAnswer(status, Map.of("sid", sid, "timeout", timeout), ""));
  }

  @Test
  void asksForEventsAtOurOwnAddress() {
    HttpQuestion question =
        GenaCodec.subscribe(
            EVENTS, new InetSocketAddress(GatewayCodecTest.address("192.168.1.100"), 50_000), "/k");
    assertThat(question).hasToString("SUBSCRIBE http://192.168.1.1:5000/evt");
    assertThat(question.headers())
        .containsEntry("CALLBACK", "<http://192.168.1.100:50000/k>")
        .containsEntry("NT", "upnp:event")
        .containsEntry("TIMEOUT", "Second-1800")
        .doesNotContainKey("SID");
  }

  @Test
  void renewsAndEndsByName() {
    assertThat(GenaCodec.renew(EVENTS, "uuid:1").headers())
        .containsEntry("SID", "uuid:1")
        .containsEntry("TIMEOUT", "Second-1800")
        .doesNotContainKeys("CALLBACK", "NT");
    HttpQuestion question = GenaCodec.unsubscribe(EVENTS, "uuid:1");
    assertThat(question.method()).isEqualTo("UNSUBSCRIBE");
    assertThat(question.headers()).containsEntry("SID", "uuid:1").doesNotContainKey("TIMEOUT");
  }

  @ParameterizedTest
  @CsvSource({
    "Second-300, 300",
    "second-1, 1",
    "Second-infinite, 1800",
    "infinite, 1800",
    "'', 1800",
    "Second-99999999999, 1800",
    "Second--1, 1800"
  })
  void readsHowLongItLasts(String timeout, long seconds) {
    assertThat(read(200, "uuid:1", timeout))
        .isEqualTo(new Subscribing.Event.Granted("uuid:1", seconds));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\r\nX: y", "\u00e4"})
  void aNameThatCannotBeSentBackIsNone(String sid) {
    assertThat(read(200, sid, "Second-300")).isEqualTo(new Subscribing.Event.Refused());
  }

  @Test
  void whatIsNotGrantedIsRefused() {
    assertThat(read(412, "uuid:1", "Second-300")).isEqualTo(new Subscribing.Event.Refused());
    assertThat(read(200, "x".repeat(257), "")).isEqualTo(new Subscribing.Event.Refused());
  }
}
