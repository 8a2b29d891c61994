// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static io.phoneagent.nat.ScriptedServer.page;
import static io.phoneagent.nat.ScriptedServer.status;
import static io.phoneagent.nat.VirtualContext.lease;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.spi.HttpAnswer;
import io.phoneagent.spi.HttpQuestion;
import io.phoneagent.spi.Probe;
import io.phoneagent.spi.PublicAddressProbe;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that go over a connection that is there, or are answered by "as before". */
class KeptConnectionTest {
  private final ScriptedServer server = new ScriptedServer();
  private final Probe probe = PublicAddressProbe.httpGet("/ip").create(server);

  private static HttpAnswer keeping(HttpQuestion question, String keepAlive) {
    boolean keeps = "keep-alive".equals(question.headers().get("Connection"));
    return new HttpAnswer(
        200,
        keepAlive.isEmpty() ? Map.of() : Map.of("keep-alive", keepAlive),
        "203.0.113.11",
        keeps);
  }

  private void check(int times, Duration pause) {
    for (int i = 0; i < times; i++) {
      assertThat(server.ask(probe)).isEqualTo("203.0.113.11");
      server.time.advance(pause);
    }
  }

  private List<String> wishes() {
    return server.sent("Connection");
  }

  @Test
  void theFirstIsAloneAndTheOthersFollow() {
    server.script = q -> keeping(q, "");
    check(4, Duration.ofSeconds(1));
    assertThat(wishes()).containsExactly("close", "keep-alive", "keep-alive", "keep-alive");
    assertThat(server.asked.stream().map(HttpQuestion::timeout))
        .containsExactly(
            WebServer.TIMEOUT,
            WebServer.TIMEOUT,
            WebServer.TIMEOUT_OVER_KEPT,
            WebServer.TIMEOUT_OVER_KEPT);
  }

  @Test
  void aServerOfTheOldKindIsTriedOnce() {
    server.script = q -> page("203.0.113.11");
    check(60, Duration.ofSeconds(1));
    assertThat(wishes().get(1)).isEqualTo("keep-alive");
    assertThat(wishes().stream().filter("keep-alive"::equals)).hasSize(1);
  }

  @Test
  void rareQuestionsComeAlone() {
    server.script = q -> keeping(q, "");
    check(4, Duration.ofSeconds(5));
    assertThat(wishes()).containsOnly("close");
  }

  @Test
  void aServerMaySayForHowLong() {
    server.script = q -> keeping(q, "timeout=15, max=100");
    check(2, Duration.ofSeconds(1));
    check(2, Duration.ofSeconds(13));
    check(1, Duration.ofSeconds(15));
    check(1, Duration.ofSeconds(1));
    assertThat(wishes())
        .containsExactly("close", "keep-alive", "keep-alive", "keep-alive", "keep-alive", "close");
  }

  @ParameterizedTest
  @ValueSource(strings = {"timeout=0", "timeout=999999", "timeout=99999999999", "timeout=x", "x"})
  void whatItSaysIsBounded(String said) {
    server.script = q -> keeping(q, said);
    check(3, Duration.ofSeconds(1));
    check(1, Duration.ofSeconds(61));
    check(1, Duration.ofSeconds(1));
    assertThat(wishes()).endsWith("close");
  }

  /** A gateway that has started again, or a firewall that has forgotten: half a second, once. */
  @Test
  void aDeadOneCostsHalfASecondOnce() {
    server.script = q -> keeping(q, "");
    check(3, Duration.ofSeconds(1));
    server.script =
        q -> "keep-alive".equals(q.headers().get("Connection")) ? null : page("203.0.113.12");
    long before = server.time.nanos();
    assertThat(server.ask(probe)).isEqualTo("203.0.113.12");
    assertThat(Duration.ofNanos(server.time.nanos() - before))
        .isBetween(Duration.ofMillis(500), Duration.ofMillis(510));
    assertThat(wishes()).endsWith("keep-alive", "close");
    server.time.advance(Duration.ofSeconds(1));
    assertThat(server.ask(probe)).isEqualTo("203.0.113.12");
    assertThat(wishes()).endsWith("close", "close");
  }

  @Test
  void aGatewayThatIsGoneIsAskedTwice() {
    server.script = q -> keeping(q, "");
    check(3, Duration.ofSeconds(1));
    server.script = q -> null;
    assertThat(server.ask(probe)).isEqualTo("no answer: no answer within 2000 ms");
    assertThat(server.asked).hasSize(5);
    assertThat(server.ask(probe)).isEqualTo("no answer: no answer within 2000 ms");
    assertThat(server.asked).hasSize(6);
  }

  @Test
  void fromAnotherAddressNoneIsUsed() {
    server.script = q -> keeping(q, "");
    check(3, Duration.ofMillis(100));
    server.ask(probe, lease("192.168.1.101", Optional.of("192.168.1.1")));
    assertThat(wishes()).endsWith("keep-alive", "close");
  }

  @Test
  void overTlsTheClientChooses() {
    server.script = q -> new HttpAnswer(200, Map.of(), "203.0.113.11", true);
    Probe whoAmI = PublicAddressProbe.httpGet("https://switch.test/v1/whoami").create(server);
    for (int i = 0; i < 4; i++) {
      server.ask(whoAmI);
    }
    assertThat(server.asked)
        .hasSize(4)
        .allMatch(q -> q.headers().isEmpty() && q.timeout().equals(WebServer.TIMEOUT));
  }

  private HttpAnswer tagged(HttpQuestion question, String tag, String address) {
    return tag.equals(question.headers().get("If-None-Match"))
        ? status(304)
        : new HttpAnswer(200, Map.of("etag", tag), address);
  }

  @Test
  void whatIsUnchangedIsNotSentAgain() {
    server.script = q -> tagged(q, "\"a\"", "203.0.113.11");
    check(3, Duration.ofSeconds(1));
    assertThat(server.sent("If-None-Match")).containsExactly("-", "\"a\"", "\"a\"");
    server.script = q -> tagged(q, "W/\"b\"", "203.0.113.12");
    assertThat(server.ask(probe)).isEqualTo("203.0.113.12");
    assertThat(server.ask(probe)).isEqualTo("203.0.113.12");
    assertThat(server.sent("If-None-Match")).endsWith("\"a\"", "W/\"b\"");
  }

  /** A server whose tag is always the same would hide a change; not for longer than this. */
  @Test
  void aTagIsNotBelievedForLong() {
    server.script = q -> tagged(q, "\"a\"", "203.0.113.11");
    check(1, Duration.ofSeconds(1));
    server.script = q -> tagged(q, "\"a\"", "203.0.113.12");
    long changed = server.time.nanos();
    String seen = "203.0.113.11";
    for (int i = 0; i < 60 && seen.equals("203.0.113.11"); i++) {
      server.time.advance(Duration.ofSeconds(1));
      seen = server.ask(probe);
    }
    assertThat(seen).isEqualTo("203.0.113.12");
    assertThat(Duration.ofNanos(server.time.nanos() - changed))
        .isLessThanOrEqualTo(KnownPage.BELIEVED.plusSeconds(1));
  }

  @Test
  void unchangedIsNothingWhereNothingWasKnown() {
    server.script = q -> status(304);
    assertThat(server.ask(probe)).isEqualTo("it answered with status 304");
    assertThat(server.sent("If-None-Match")).containsExactly("-");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "\"a", "\"a\nX: y\"", "\"\u00e4\"", "\"a\"b\"", "*", ""})
  void whatIsNoTagIsNotSent(String tag) {
    Map<String, String> headers = new HashMap<>(Map.of("etag", tag));
    server.script = q -> new HttpAnswer(200, headers, "203.0.113.11");
    check(2, Duration.ofSeconds(1));
    assertThat(server.sent("If-None-Match")).containsExactly("-", "-");
  }
}
