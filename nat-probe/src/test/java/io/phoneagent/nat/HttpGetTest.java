// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.spi.HttpAnswer;
import io.phoneagent.spi.HttpExchange;
import io.phoneagent.spi.HttpQuestion;
import io.phoneagent.spi.ProbeAnswer;
import io.phoneagent.spi.PublicAddressProbe;
import io.phoneagent.spi.Viewpoint;
import io.phoneagent.testkit.VirtualTime;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A firewall's web server, scripted. */
class HttpGetTest {
  private final Map<String, HttpAnswer> pages = new HashMap<>();
  private final List<String> asked = new ArrayList<>();

  private final class Scripted extends VirtualContext implements HttpExchange {
    Scripted() {
      super(new VirtualTime());
    }

    @Override
    public CompletionStage<HttpAnswer> exchange(HttpQuestion question) {
      asked.add(question.toString());
      HttpAnswer answer = pages.get(question.uri().toString());
      return answer == null
          ? CompletableFuture.failedFuture(new IOException("connection refused"))
          : CompletableFuture.completedFuture(answer);
    }

    @Override
    public void dropConnections() {}

    @Override
    public void close() {}

    @Override
    public HttpExchange http() {
      return this;
    }
  }

  private String ask(PublicAddressProbe probe, Optional<String> gateway) {
    ProbeAnswer answer =
        probe
            .create(new Scripted())
            .ask(VirtualContext.lease(gateway))
            .toCompletableFuture()
            .join();
    return answer.said();
  }

  private String ask(String target) {
    return ask(new FirewallSources().get(target, ""), Optional.of("192.168.1.1"));
  }

  private void page(String uri, int status, String body, String location) {
    pages.put(
        uri,
        new HttpAnswer(status, location.isEmpty() ? Map.of() : Map.of("location", location), body));
  }

  @Test
  void aPathIsOnTheGateway() {
    page("http://192.168.1.1/ip", 200, "203.0.113.11\n", "");
    assertThat(ask("/ip")).isEqualTo("203.0.113.11");
    assertThat(asked).containsExactly("GET http://192.168.1.1/ip");
  }

  @Test
  void aWholeAddressNeedsNoGateway() {
    page("http://10.0.0.138:8080/x?a=b", 200, "203.0.113.11", "");
    assertThat(ask(new FirewallSources().get("http://10.0.0.138:8080/x?a=b", ""), Optional.empty()))
        .isEqualTo("203.0.113.11");
  }

  @Test
  void withoutAGatewayAPathHasNoHost() {
    assertThat(ask(new FirewallSources().get("/ip", ""), Optional.empty()))
        .contains("the gateway is not known");
    assertThat(asked).isEmpty();
  }

  @Test
  void redirectsWithinTheFirewallAreFollowed() {
    page("http://192.168.1.1/", 302, "", "/login/../status");
    page("http://192.168.1.1/status", 200, "203.0.113.11", "");
    assertThat(ask("/")).isEqualTo("203.0.113.11");
  }

  @Test
  void captivePortalsAreNotFollowed() {
    page("http://192.168.1.1/ip", 302, "", "http://portal.example/login?ip=203.0.113.99");
    assertThat(ask("/ip")).contains("captive portal");
    assertThat(asked).hasSize(1);
  }

  @Test
  void redirectLoopsEnd() {
    page("http://192.168.1.1/ip", 301, "", "/ip");
    assertThat(ask("/ip")).contains("more than 3 times");
    assertThat(asked).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 301, 401, 404, 500, 503})
  void otherStatusesAreNoAnswer(int status) {
    page("http://192.168.1.1/ip", status, "203.0.113.11", "");
    assertThat(ask("/ip")).isEqualTo("it answered with status " + status);
  }

  @Test
  void failuresAreAnswersToo() {
    assertThat(ask("/ip")).isEqualTo("no answer: connection refused");
  }

  @Test
  void aServerThatClosesIsToldInWordsAndNotOfTheClientsBuffers() {
    assertThat(WebServer.reason(new IOException("end", new EOFException("\\n not found: limit=0"))))
        .isEqualTo("it closed before it had answered");
  }

  @Test
  void badRedirectTargetsAreRefused() {
    page("http://192.168.1.1/ip", 302, "", "http://[bad");
    assertThat(ask("/ip")).contains("another host");
  }

  @Test
  void theSwitchIsAskedAtItsOwnPath() {
    page("https://switch.test:8443/v1/whoami", 200, "{\"address\":\"203.0.113.11\"}", "");
    assertThat(ask(WhoAmIProbe.of(URI.create("https://switch.test:8443/")), Optional.empty()))
        .isEqualTo("203.0.113.11");
  }

  @ParameterizedTest
  @CsvSource({
    "/status, GATEWAY",
    "http://192.168.1.1/status, GATEWAY",
    "http://[fe80::1]/status, GATEWAY",
    "http://fritz.box/status, GATEWAY",
    "http://router/status, GATEWAY",
    "http://router.home.arpa/status, GATEWAY",
    "http://8.8.8.8/ip, OUTSIDE",
    "https://ip.example.com/, OUTSIDE"
  })
  void whoLooksFromWhere(String target, Viewpoint viewpoint) {
    assertThat(new FirewallSources().get(target, "").viewpoint()).isEqualTo(viewpoint);
    assertThat(WhoAmIProbe.of(URI.create("https://192.168.1.7:8443")).viewpoint())
        .isEqualTo(Viewpoint.OUTSIDE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ip",
        "//host/ip",
        "ftp://192.168.1.1/",
        "http:///ip",
        "http://u:p@h/",
        "/a b"
      })
  void refusesWhatIsNoPage(String target) {
    assertThatThrownBy(() -> new FirewallSources().get(target, ""))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("/status");
  }

  @Test
  void refusesWhatIsNoPattern() {
    assertThatThrownBy(() -> new FirewallSources().get("/ip", "(["))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("probe-pattern");
  }
}
