// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static io.phoneagent.nat.ScriptedServer.challenge;
import static io.phoneagent.nat.ScriptedServer.page;
import static io.phoneagent.nat.VirtualContext.lease;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.spi.HttpAnswer;
import io.phoneagent.spi.PageProbe;
import io.phoneagent.spi.Probe;
import io.phoneagent.spi.PublicAddressProbe;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A page that wants a password: by a server that checks it, and by some that play games. */
class GuardedPageTest {
  private static final String BASIC = "Basic dTpw";

  private final ScriptedServer server = new ScriptedServer();

  private Probe probe(String target) {
    return PublicAddressProbe.httpGet(target).credentials("u", "p").create(server);
  }

  @Test
  void digestCostsOneQuestionMoreOnce() {
    DigestServer digest = new DigestServer(page("203.0.113.11"));
    server.script = digest::answer;
    Probe probe = probe("/x?PAGE=B01&a=%20b");
    for (int i = 0; i < 3; i++) {
      assertThat(server.ask(probe)).isEqualTo("203.0.113.11");
    }
    assertThat(server.asked).hasSize(4);
    assertThat(server.sent("Authorization").get(0)).isEqualTo("-");
  }

  @Test
  void anOldNonceIsReplacedAtOnce() {
    DigestServer digest = new DigestServer(page("203.0.113.11"));
    server.script = digest::answer;
    Probe probe = probe("/status");
    assertThat(server.ask(probe)).isEqualTo("203.0.113.11");
    digest.nonce = "n2";
    assertThat(server.ask(probe)).isEqualTo("203.0.113.11");
    assertThat(server.asked).hasSize(4);
  }

  @Test
  void aWrongPasswordIsTriedOnceInFiveMinutes() {
    server.script = new DigestServer(page("203.0.113.11"))::answer;
    Probe probe = PublicAddressProbe.httpGet("/status").credentials("u", "wrong").create(server);
    assertThat(server.ask(probe)).contains("refuses the user or the password");
    for (int second = 0; second < 290; second++) {
      server.time.advance(Duration.ofMillis(990));
      assertThat(server.ask(probe)).isEqualTo("it has refused the user or the password");
    }
    assertThat(server.sent("Authorization").stream().filter(h -> !h.equals("-"))).hasSize(1);
    server.time.advance(Duration.ofSeconds(15));
    assertThat(server.ask(probe)).contains("refuses the user or the password");
    assertThat(server.sent("Authorization").stream().filter(h -> !h.equals("-"))).hasSize(2);
  }

  @Test
  void basicIsSentOnlyWhenAskedFor() {
    server.script =
        q ->
            q.headers().getOrDefault("Authorization", "").equals(BASIC)
                ? page("203.0.113.11")
                : challenge("Basic realm=\"router\"");
    Probe probe = probe("/status");
    assertThat(server.ask(probe)).isEqualTo("203.0.113.11");
    assertThat(server.ask(probe)).isEqualTo("203.0.113.11");
    assertThat(server.sent("Authorization")).containsExactly("-", BASIC, BASIC);
  }

  @Test
  void anOpenPageGetsNoPassword() {
    server.script = q -> page("203.0.113.11");
    assertThat(server.ask(probe("/status"))).isEqualTo("203.0.113.11");
    assertThat(server.sent("Authorization")).containsExactly("-");
  }

  @Test
  void whoAlwaysSaysStaleGetsThreeProofsAtMost() {
    int[] nonce = {0};
    server.script =
        q ->
            challenge("Digest realm=\"r\", qop=\"auth\", stale=true, nonce=\"" + ++nonce[0] + "\"");
    assertThat(server.ask(probe("/status"))).contains("refuses");
    assertThat(server.asked).hasSize(3);
  }

  @Test
  void aServerThatIsLessAskingAllAtOnceGetsNothing() {
    DigestServer digest = new DigestServer(page("203.0.113.11"));
    server.script = digest::answer;
    Probe probe = probe("/status");
    assertThat(server.ask(probe)).isEqualTo("203.0.113.11");
    server.script = q -> challenge("Basic realm=\"router\"");
    for (int i = 0; i < 3; i++) {
      assertThat(server.ask(probe)).contains("by Basic where it asked by Digest with SHA-256");
    }
    server.script = q -> challenge("Digest realm=\"router\", nonce=\"x\"");
    assertThat(server.ask(probe)).contains("Digest with MD5 where");
    assertThat(server.sent("Authorization")).noneMatch(h -> h.startsWith("Basic"));
    server.script = digest::answer;
    assertThat(server.ask(probe)).isEqualTo("203.0.113.11");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://evil.example/status",
        "http://192.168.1.1:81/status",
        "https://192.168.1.1/status",
        "//evil.example/status",
        "http://u@192.168.1.1/status",
        "http://192.168.1.1@evil.example/",
        "http://192.168.1.10/"
      })
  void theProofGoesNowhereElse(String location) {
    server.script =
        q ->
            q.headers().containsKey("Authorization")
                ? new HttpAnswer(302, Map.of("location", location), "")
                : challenge("Basic realm=\"router\"");
    assertThat(server.ask(probe("/status"))).startsWith("it redirects to another");
    assertThat(server.asked).hasSize(2).allMatch(q -> q.connectTo().equals("192.168.1.1"));
  }

  /** A fragment of an address names the host to connect to; here it must not. */
  @Test
  void aFragmentLeadsNowhere() {
    server.script =
        q ->
            q.uri().getPath().equals("/status")
                ? new HttpAnswer(302, Map.of("location", "/next#evil.example"), "")
                : page("203.0.113.11");
    assertThat(server.ask(probe("/status"))).isEqualTo("203.0.113.11");
    assertThat(server.asked).hasSize(2).allMatch(q -> q.connectTo().equals("192.168.1.1"));
  }

  @Test
  void theDefaultPortIsTheSamePlace() {
    server.script =
        q ->
            q.uri().getPath().equals("/")
                ? new HttpAnswer(302, Map.of("location", "http://192.168.1.1:80/status"), "")
                : page("203.0.113.11");
    assertThat(server.ask(probe("/"))).isEqualTo("203.0.113.11");
  }

  /** What was proved to one gateway is not sent to the next one unasked. */
  @Test
  void anotherGatewayIsAnotherServer() {
    server.script =
        q ->
            q.headers().containsKey("Authorization")
                ? page("203.0.113.11")
                : challenge("Basic realm=\"router\"");
    Probe probe = probe("/status");
    assertThat(server.ask(probe)).isEqualTo("203.0.113.11");
    server.script = q -> page("203.0.113.12");
    assertThat(server.ask(probe, lease("10.0.0.2", Optional.of("10.0.0.1"))))
        .isEqualTo("203.0.113.12");
    assertThat(server.sent("Authorization")).containsExactly("-", BASIC, "-");
  }

  @Test
  void nothingMadeOfItShowsThePassword() {
    PageProbe page = PublicAddressProbe.httpGet("/status").credentials("u", "verysecret");
    server.script = q -> challenge("Basic realm=\"router\"");
    assertThat(page.id()).isEqualTo("/status");
    assertThat(page.toString()).doesNotContain("verysecret");
    assertThat(server.ask(page.create(server))).doesNotContain("verysecret", "dTp2");
    assertThat(server.asked.get(1).toString()).doesNotContain("verysecret", "dTp2");
  }

  @ParameterizedTest
  @CsvSource({"'', p", "a:b, p", "'a\nb', p", "u, 'a\tb'"})
  void whatCannotBeSentIsRefused(String user, String password) {
    PageProbe page = PublicAddressProbe.httpGet("/status");
    assertThatThrownBy(() -> page.credentials(user, password))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageStartingWith("probe-");
    assertThatThrownBy(() -> page.credentials("u", "verysecret".repeat(26)))
        .hasMessageContaining("256")
        .hasMessageNotContaining("verysecret");
  }
}
