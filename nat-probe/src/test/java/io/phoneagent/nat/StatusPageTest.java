// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static io.phoneagent.nat.ScriptedServer.challenge;
import static io.phoneagent.nat.ScriptedServer.page;
import static io.phoneagent.nat.ScriptedServer.status;
import static io.phoneagent.nat.VirtualContext.lease;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.spi.HttpAnswer;
import io.phoneagent.spi.Probe;
import io.phoneagent.spi.ProbeAnswer;
import io.phoneagent.spi.PublicAddressProbe;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A gateway whose page is not known, on virtual time; each page takes 5 ms. */
class StatusPageTest {
  private static final String LINKSYS =
      "<td>LAN</td><td>192.168.1.1</td><td>WAN</td><td>IP Address:</td><td>203.0.113.11</td>";
  private static final String TABLE =
      """
      [acme]
      path = /acme
      password = none
      pattern = WAN {ip}
      source = s
      """;

  private final ScriptedServer server = new ScriptedServer();

  private Probe probe() {
    return PublicAddressProbe.statusPage().create(server);
  }

  private Probe probeWithPassword() {
    return PublicAddressProbe.statusPage().credentials("u", "p").create(server);
  }

  private void only(String path, HttpAnswer answer) {
    server.script = q -> q.uri().getPath().equals(path) ? answer : status(404);
  }

  private static long pages(boolean withPassword) {
    return RouterTable.builtIn().stream()
        .filter(f -> withPassword || f.password() != RouterFamily.Password.NEEDED)
        .mapToLong(f -> f.paths().size())
        .sum();
  }

  @Test
  void aKnownPageIsFoundAndKept() {
    only("/Status_Router.htm", page(LINKSYS));
    Probe probe = probe();
    assertThat(server.ask(probe)).isEqualTo("203.0.113.11");
    assertThat(server.mostAtOnce).isEqualTo(1);
    assertThat(server.paths()).endsWith("/Status_Router.htm").doesNotHaveDuplicates();
    server.asked.clear();
    for (int i = 0; i < 3; i++) {
      assertThat(server.ask(probe)).isEqualTo("203.0.113.11");
    }
    assertThat(server.paths()).containsOnly("/Status_Router.htm").hasSize(3);
  }

  @Test
  void thePagesArePaced() {
    server.script = q -> status(404);
    long before = server.time.nanos();
    server.ask(probe());
    long each = StatusPageSearch.PACE.plus(ScriptedServer.ROUND_TRIP).toMillis();
    assertThat(Duration.ofNanos(server.time.nanos() - before).toMillis())
        .isGreaterThanOrEqualTo((server.asked.size() - 1) * each);
    assertThat(server.mostAtOnce).isEqualTo(1);
  }

  @Test
  void whereNoneIsKnownItSaysSoAndRests() {
    server.script = q -> status(404);
    Probe probe = probe();
    assertThat(server.ask(probe))
        .isEqualTo(
            "it shows none of the pages that are known; give its path;"
                + " its status page is looked for again in 15 min");
    assertThat(server.asked).hasSize((int) pages(false));
    for (int i = 0; i < 800; i++) {
      server.time.advance(Duration.ofSeconds(1));
      assertThat(server.ask(probe)).contains("again in 15 min");
    }
    assertThat(server.asked).hasSize((int) pages(false));
    server.time.advance(Duration.ofMinutes(2));
    only("/Status_Router.htm", page(LINKSYS));
    assertThat(server.ask(probe)).isEqualTo("203.0.113.11");
  }

  @Test
  void aSilentGatewayIsAskedOnceAMinute() {
    server.script = q -> null;
    Probe probe = probe();
    assertThat(server.ask(probe)).contains("no answer within 2000 ms", "again in 1 min");
    assertThat(server.ask(probe)).contains("no answer within 2000 ms");
    assertThat(server.asked).hasSize(1);
    server.time.advance(Duration.ofMinutes(1));
    server.ask(probe);
    assertThat(server.asked).hasSize(2);
  }

  @Test
  void anotherGatewayIsSearchedAtOnce() {
    server.script = q -> status(404);
    Probe probe = probe();
    server.ask(probe);
    only("/Status_Router.htm", page(LINKSYS));
    assertThat(server.ask(probe, lease("10.0.0.2", Optional.of("10.0.0.1"))))
        .isEqualTo("203.0.113.11");
    assertThat(server.asked.get(server.asked.size() - 1).uri())
        .hasToString("http://10.0.0.1/Status_Router.htm");
  }

  @Test
  void withoutAGatewayNobodyIsAsked() {
    assertThat(server.ask(probe(), lease("10.0.0.2", Optional.empty())))
        .contains("the gateway is not known");
    assertThat(server.asked).isEmpty();
  }

  @Test
  void pagesThatNeedAPasswordAreAskedForOnlyWithOne() {
    server.script =
        q ->
            !q.uri().getPath().equals("/userRpm/StatusRpm.htm")
                ? status(404)
                : q.headers().containsKey("Authorization")
                    ? page("var wanPara = new Array(4, \"02-00\", \"203.0.113.11\", 2);")
                    : challenge("Basic realm=\"TP-LINK\"");
    assertThat(server.ask(probe())).contains("none of the pages");
    assertThat(server.paths()).doesNotContain("/userRpm/StatusRpm.htm");
    assertThat(server.ask(probeWithPassword())).isEqualTo("203.0.113.11");
  }

  @Test
  void aPasswordIsSentOnlyWhereTheGatewayAsksForIt() {
    server.script = q -> status(404);
    server.ask(probeWithPassword());
    assertThat(server.asked).hasSize((int) pages(true));
    assertThat(server.sent("Authorization")).containsOnly("-");
    assertThat(server.asked).allMatch(q -> q.connectTo().equals("192.168.1.1"));
  }

  @Test
  void aRefusedPasswordIsNotTriedOnEachPage() {
    server.script = q -> challenge("Basic realm=\"r\"");
    assertThat(server.ask(probeWithPassword())).contains("refuses the user or the password");
    assertThat(server.sent("Authorization").stream().filter(h -> !h.equals("-"))).hasSize(1);
  }

  @Test
  void aLockedGatewaySaysWhatItWants() {
    server.script = q -> challenge("Digest realm=\"r\", nonce=\"n\"");
    assertThat(server.ask(probe()))
        .contains("it asks for a user and a password (Digest with MD5); give them", "15 min");
  }

  @Test
  void aPortalThatShowsAllPagesIsNotBelieved() {
    server.script = q -> page("<html>Welcome! You are 203.0.113.99. <form>Log in</form></html>");
    assertThat(server.ask(probe())).contains("none of the pages that are known");
  }

  @Test
  void redirectsAreNotFollowedInASearch() {
    server.script = q -> new HttpAnswer(302, Map.of("location", "/login"), "");
    assertThat(server.ask(probe())).contains("none of the pages that are known");
    assertThat(server.paths()).doesNotContain("/login");
  }

  @Test
  void aRouterBehindAnotherOneIsNamed() {
    only("/Status_Router.htm", page(LINKSYS.replace("203.0.113.11", "10.0.0.7")));
    assertThat(server.ask(probe()))
        .startsWith("linksys-v3: 10.0.0.7 is no public address; is there another router outside?");
  }

  @Test
  void aPageThatIsKeptMayBeWithoutAnAddress() {
    only("/Status_Router.htm", page(LINKSYS));
    Probe probe = probe();
    server.ask(probe);
    only("/Status_Router.htm", page(LINKSYS.replace("203.0.113.11", "0.0.0.0")));
    server.asked.clear();
    for (int i = 0; i < 100; i++) {
      assertThat(server.ask(probe)).contains("it has no address, only 0.0.0.0");
    }
    server.script = q -> null;
    assertThat(server.ask(probe)).contains("no answer");
    only("/Status_Router.htm", page(LINKSYS.replace("203.0.113.11", "203.0.113.12")));
    assertThat(server.ask(probe)).isEqualTo("203.0.113.12");
    assertThat(server.paths()).containsOnly("/Status_Router.htm");
  }

  @Test
  void aPageThatIsGoneIsLookedForAnew() {
    only("/Status_Router.htm", page(LINKSYS));
    Probe probe = probe();
    server.ask(probe);
    only("/RouterStatus.htm", page(LINKSYS));
    for (int i = 0; i < Search.MOST_FAILURES; i++) {
      assertThat(server.ask(probe)).contains("it answered with status 404");
    }
    server.time.advance(Duration.ofMinutes(1));
    assertThat(server.ask(probe)).isEqualTo("203.0.113.11");
  }

  /** A check must not wait for a hundred slow pages; the next one goes on where it ended. */
  @Test
  void aSlowSearchGoesOnAtTheNextCheck() {
    StringBuilder table = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      table.append(TABLE.replace("acme", "acme-" + i));
    }
    Probe probe = PublicAddressProbe.statusPage().routers(table.toString()).create(server);
    only("/acme-150", page("WAN 203.0.113.11"));
    long before = server.time.nanos();
    assertThat(server.ask(probe)).contains("being looked for", "still to be tried");
    assertThat(Duration.ofNanos(server.time.nanos() - before))
        .isLessThan(StatusPageSearch.AT_ONCE.plusMillis(100));
    assertThat(server.ask(probe)).isEqualTo("203.0.113.11");
    assertThat(server.paths()).doesNotHaveDuplicates();
  }

  @Test
  void aVendorsFamiliesComeFirst() {
    Probe probe = PublicAddressProbe.statusPage().routers(TABLE).create(server);
    only("/acme", page("WAN 203.0.113.11"));
    assertThat(server.ask(probe)).isEqualTo("203.0.113.11");
    assertThat(server.paths()).isEqualTo(List.of("/acme"));
  }

  @Test
  void suspendedNoTimerRuns() {
    server.script = q -> status(404);
    Probe probe = probe();
    CompletableFuture<ProbeAnswer> unused = probe.ask(lease()).toCompletableFuture();
    server.time.advance(Duration.ofMillis(20));
    assertThat(server.time.pendingTimers()).isEqualTo(1);
    probe.suspend();
    assertThat(server.time.pendingTimers()).isZero();
    only("/Status_Router.htm", page(LINKSYS));
    assertThat(server.ask(probe)).isEqualTo("203.0.113.11");
    probe.close();
  }

  @Test
  void suspendedWhileAPageIsAskedForNoOtherOneIs() {
    server.script = q -> status(404);
    Probe probe = probe();
    CompletableFuture<ProbeAnswer> answer = probe.ask(lease()).toCompletableFuture();
    assertThat(server.asked).hasSize(1);
    probe.suspend();
    server.time.advance(Duration.ofSeconds(30));
    assertThat(server.asked).hasSize(1);
    assertThat(server.time.pendingTimers()).isZero();
    assertThat(answer).isDone();
    only("/Status_Router.htm", page(LINKSYS));
    assertThat(server.ask(probe)).isEqualTo("203.0.113.11");
  }

  @Test
  void itsNameIsThatOfTheFlag() {
    assertThat(PublicAddressProbe.statusPage().id()).isEqualTo("status-page");
  }
}
