// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.AgentListener;
import io.phoneagent.AgentSettings;
import io.phoneagent.AgentStatus;
import io.phoneagent.Assignment;
import io.phoneagent.Call;
import io.phoneagent.CallState;
import io.phoneagent.InvalidSettingException;
import io.phoneagent.Line;
import io.phoneagent.LineName;
import io.phoneagent.PhoneLine;
import io.phoneagent.PublicAddress;
import io.phoneagent.StopMode;
import io.phoneagent.TimelineEntry;
import io.phoneagent.nat.FirewallSources;
import io.phoneagent.sip.HeaderName;
import io.phoneagent.sip.SipRequest;
import io.phoneagent.spi.AgentConfiguration;
import io.phoneagent.spi.HttpAnswer;
import io.phoneagent.spi.HttpExchange;
import io.phoneagent.spi.HttpQuestion;
import io.phoneagent.spi.IdentityStore;
import io.phoneagent.spi.PublicRanges;
import io.phoneagent.testkit.NatBehaviour;
import io.phoneagent.testkit.VirtualHost;
import io.phoneagent.testkit.VirtualNat;
import io.phoneagent.testkit.VirtualNetwork;
import io.phoneagent.testkit.VirtualTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What each setting changes in the life of an agent that may choose between two switches. */
class AgentSettingsLifeTest {
  private static final InetAddress UNIQUE = Samples.address("198.18.0.7");
  private static final String PUT = "PUT /v1/registrations/" + VirtualSwitch.OWNER;

  private final VirtualTime time = new VirtualTime();
  private final VirtualNetwork network = new VirtualNetwork(time, 2);
  private final VirtualNat nat = network.nat("203.0.113.11", NatBehaviour.home());
  private final VirtualHost phone = nat.host("192.168.1.100");
  private final List<String> events = new ArrayList<>();
  private VirtualHost firstHost;
  private VirtualSwitch first;
  private VirtualSwitch second;

  @BeforeEach
  void build() throws IOException {
    firstHost = network.host("198.51.100.1");
    first = new VirtualSwitch(time, firstHost, nat);
    second = new VirtualSwitch(time, network.host("198.51.100.2"), nat);
  }

  /** Leads each question to the switch that its host names. */
  private final class Hosts implements HttpExchange {
    @Override
    public CompletionStage<HttpAnswer> exchange(HttpQuestion question) {
      return (question.uri().getHost().equals("second.test") ? second : first).exchange(question);
    }

    @Override
    public void dropConnections() {
      // There are none.
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }

  private final class Events implements AgentListener {
    @Override
    public void publicAddress(PublicAddress address, String cause) {
      events.add(cause);
    }

    @Override
    public void registered(
        LineName line, Assignment assignment, Optional<PublicAddress> address, String cause) {
      events.add("registered at " + assignment.endpoint());
    }

    @Override
    public void reregistered(
        LineName line, Assignment assignment, Optional<PublicAddress> address, String cause) {
      events.add("reregistered at " + assignment.endpoint() + ": " + cause);
    }

    @Override
    public void disrupted(String what, String detail, Optional<Duration> retryIn) {
      events.add("disrupted " + what + ": " + detail);
    }

    @Override
    public void callEnded(Call call, int status, String cause) {
      events.add("call ended");
    }
  }

  private static AgentSettings settings(String... namesAndValues) {
    Map<String, String> values = new HashMap<>();
    values.put("dns-switches", "https://first.test,https://second.test");
    values.put("check-interval", "1s");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return AgentSettings.of(values);
  }

  private RunningAgent agent(String... namesAndValues) {
    AgentConfiguration configuration =
        AgentConfiguration.builder(new FixedAddress())
            .settings(settings(namesAndValues))
            .line(Line.number(VirtualSwitch.OWNER).secret("hush"))
            .probe(new FirewallSources().get("http://firewall.test/ip", ""))
            .publicRanges(PublicRanges.alsoTreating(List.of("203.0.113.0/24")))
            .listener(new Events())
            .build();
    return new RunningAgent(
        configuration,
        new Platform(
            phone.loop(),
            phone.network(),
            new FlowTls(List.of()),
            new Hosts(),
            time,
            IdentityStore.inMemory(),
            new Random(3),
            new Common(),
            () -> {}));
  }

  private RunningAgent online(String... namesAndValues) {
    RunningAgent agent = agent(namesAndValues);
    agent.start();
    seconds(10);
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
    events.clear();
    first.log().clear();
    return agent;
  }

  private void seconds(double seconds) {
    time.advance(Duration.ofMillis((long) (seconds * 1_000)));
  }

  private void firstIs(boolean dead) {
    first.httpSilent(dead);
    firstHost.cut(dead);
  }

  /** Until the line is with the second: a flow that has heard nothing for a while asks. */
  private void theFirstDies() {
    firstIs(true);
    seconds(65);
    assertThat(second.path()).isPresent();
  }

  @Test
  void whereTheFirstSwitchIsSilentTheNextIsTaken() {
    firstIs(true);
    RunningAgent agent = agent();
    agent.start();
    seconds(7);
    assertThat(events).contains("registered at 198.51.100.2:5060");
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
  }

  @Test
  void failoverTriesSayHowSoon() {
    firstIs(true);
    agent("failover-tries", "1").start();
    seconds(3.5);
    assertThat(events).contains("registered at 198.51.100.2:5060");
  }

  @Test
  void aSwitchThatAsksToBeLeftAloneIsSparedWhileAnotherServes() {
    first.isOverloadedFor(Duration.ofSeconds(60));
    agent("failback-mode", "never").start();
    seconds(1);
    assertThat(events).contains("registered at 198.51.100.2:5060");
    second.httpSilent(true);
    nat.changeAddress("203.0.113.12"); // registers again
    seconds(50);
    assertThat(first.putsAtNanos()).as("spared").hasSize(1);
    seconds(300);
    assertThat(first.putsAtNanos()).as("asked again when its time is over").hasSizeGreaterThan(1);
  }

  @Test
  void nobodyIsSparedForADay() {
    first.isOverloadedFor(Duration.ofDays(1));
    second.isOverloadedFor(Duration.ofDays(1));
    agent().start();
    seconds(5400);
    assertThat(first.putsAtNanos().size() + second.putsAtNanos().size()).isGreaterThan(2);
  }

  @Test
  void aSwitchThatDiesIsReplacedAndTakenAgainWhenItIsBack() {
    RunningAgent agent = online("failback-interval", "30s");
    theFirstDies();
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
    assertThat(second.path()).isPresent();
    events.clear();
    firstIs(false);
    seconds(40);
    assertThat(events)
        .containsExactly("reregistered at 198.51.100.1:5060: https://first.test serves again");
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
    assertThat(second.deletes()).isEqualTo(1);
    int asked = first.asked().size();
    seconds(300);
    assertThat(first.asked()).hasSize(asked); // it is asked no more once the line is there
  }

  @Test
  void whoNeverFailsBackStays() {
    RunningAgent agent = online("failback-mode", "never");
    theFirstDies();
    firstIs(false);
    seconds(600);
    assertThat(second.path()).isPresent();
    assertThat(second.deletes()).isZero();
    agent.update(settings("failback-interval", "10s"));
    seconds(15);
    assertThat(second.deletes()).isEqualTo(1);
  }

  @Test
  void aCallIsNotCutByTheReturn() {
    RunningAgent agent = online("failback-interval", "10s");
    theFirstDies();
    Call call = agent.line(VirtualSwitch.OWNER).call("+15551230002", Samples.MEDIA);
    seconds(0.1);
    second.incoming().get(0).answer(Samples.sdp());
    seconds(0.1);
    firstIs(false);
    seconds(120);
    assertThat(call.state()).isEqualTo(CallState.ESTABLISHED);
    assertThat(second.deletes()).isZero();
    call.hangUp();
    seconds(50);
    assertThat(events).contains("call ended");
    assertThat(second.deletes()).isEqualTo(1);
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
  }

  @Test
  void anotherCheckIntervalCountsAtOnce() {
    RunningAgent agent = online("check-interval", "1h");
    int gets = first.pageGets();
    agent.update(settings("check-interval", "1s"));
    seconds(10);
    assertThat(first.pageGets() - gets).isBetween(9, 11);
    assertThat(first.log()).isEmpty();
    assertThat(agent.explain()).extracting(TimelineEntry::cause).contains("check-interval was set");
  }

  @Test
  void aStaticPublicAddressIsNotAskedFor() {
    RunningAgent agent = online("static-public-address", "203.0.113.77");
    assertThat(first.pageGets()).isZero();
    assertThat(first.registrations().get(0).publicAddress())
        .contains(Samples.address("203.0.113.77"));
    agent.update(settings());
    seconds(2);
    assertThat(events)
        .containsExactly(
            "http://firewall.test/ip says 203.0.113.11",
            "reregistered at 198.51.100.1:5060: http://firewall.test/ip says 203.0.113.11");
    events.clear();
    agent.update(settings("static-public-address", "203.0.113.77"));
    seconds(1);
    assertThat(events).contains("static-public-address says 203.0.113.77");
    int gets = first.pageGets();
    seconds(60);
    assertThat(first.pageGets()).isEqualTo(gets);
  }

  @Test
  void aShorterKeepAliveNoticesSooner() {
    RunningAgent agent = online("static-public-address", "203.0.113.11");
    agent.update(settings("static-public-address", "203.0.113.11", "keep-alive-interval", "2s"));
    seconds(1);
    assertThat(events).contains("reregistered at 198.51.100.1:5060: the settings were changed");
    seconds(5);
    nat.changeAddress("203.0.113.12");
    seconds(3);
    assertThat(first.path().orElseThrow().getAddress()).isEqualTo(Samples.address("203.0.113.12"));
  }

  @Test
  void aShorterExpiryRenewsSooner() {
    online("registration-expiry", "60s");
    seconds(600);
    assertThat(events).hasSizeBetween(10, 16);
  }

  @Test
  void retryIntervalsSayHowOftenASilentSwitchIsAsked() {
    first.answerPutsWith(500);
    agent("dns-switches", "https://first.test", "retry-interval", "2s").start();
    seconds(120);
    assertThat(first.registrations()).hasSizeBetween(45, 75);
  }

  @Test
  void retryAfterRefusalSaysHowOftenARefusingSwitchIsAsked() {
    first.answerPutsWith(403);
    agent("retry-after-refusal", "30s").start();
    seconds(600);
    assertThat(first.registrations()).hasSizeBetween(16, 27);
    assertThat(second.registrations()).isEmpty();
  }

  @Test
  void aStartUpDelaySpreadsTheStart() {
    RunningAgent agent = agent("start-up-delay", "600s");
    agent.start();
    agent.start();
    seconds(1);
    assertThat(first.registrations()).isEmpty();
    seconds(600);
    assertThat(first.registrations()).hasSize(1);
    assertThat(agent.explain().get(0).cause()).startsWith("started; begins in ");
  }

  @Test
  void onARebootWhatWasThereIsTakenBackFirstAndOnce() {
    online("unregister-on-reboot", "true", "registration-expiry", "60s");
    seconds(300);
    assertThat(first.asked().get(0)).startsWith("DELETE ");
    assertThat(first.asked().get(1)).startsWith("PUT ");
    assertThat(first.deletes()).isEqualTo(1);
  }

  @Test
  void withoutItNothingIsTakenBack() {
    online();
    assertThat(first.deletes()).isZero();
  }

  @Test
  void otherSwitchesMoveTheLineOnlyIfItsOwnIsGone() {
    RunningAgent agent = online("dns-switches", "https://first.test");
    agent.update(settings("dns-switches", "https://first.test,https://second.test"));
    seconds(5);
    assertThat(events).isEmpty();
    agent.update(settings("dns-switches", "https://second.test"));
    seconds(5);
    assertThat(events)
        .containsExactly("reregistered at 198.51.100.2:5060: the settings were changed");
    assertThat(first.deletes()).isEqualTo(1);
  }

  @Test
  void aUniqueAddressIsAskedForFirstAndGoesIntoRecordContactAndDescription() {
    first.givesUniqueAddress(UNIQUE);
    RunningAgent agent = online("unique-address", "true");
    assertThat(first.asked()).containsExactly("POST /v1/addresses", PUT);
    assertThat(first.registrations().get(0).uniqueAddress()).contains(UNIQUE);
    PhoneLine line = agent.line(VirtualSwitch.OWNER);
    line.call("sip:+15551230002@198.18.0.9", Samples.MEDIA);
    seconds(0.1);
    SipRequest invite = first.incoming().get(0).invite().orElseThrow();
    assertThat(invite.uri()).hasToString("sip:+15551230002@198.18.0.9");
    assertThat(invite.header(HeaderName.CONTACT).orElseThrow()).contains("@198.18.0.7:");
    assertThat(new String(invite.body(), StandardCharsets.UTF_8))
        .contains("c=IN IP4 198.18.0.7\r\n")
        .doesNotContain("192.168.1.100");
    assertThatThrownBy(() -> line.call("+15551230002@198.18.0.9", Samples.MEDIA))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("sip:+15551230002@198.18.0.7");
  }

  @Test
  void theUniqueAddressIsKeptUntilTheSwitchNoLongerKnowsIt() {
    first.givesUniqueAddress(UNIQUE);
    RunningAgent agent = online("unique-address", "true");
    agent.update(settings("unique-address", "true", "keep-alive-interval", "10s"));
    seconds(1);
    assertThat(first.asked()).containsExactly("POST /v1/addresses", PUT, PUT);
    InetAddress other = Samples.address("198.18.0.8");
    first.givesUniqueAddress(other);
    agent.update(settings("unique-address", "true", "keep-alive-interval", "12s"));
    seconds(1);
    assertThat(first.asked().subList(3, first.asked().size()))
        .containsExactly(PUT, "POST /v1/addresses", PUT);
    assertThat(first.registrations().get(3).uniqueAddress()).contains(other);
    agent.update(settings());
    seconds(1);
    assertThat(first.registrations().get(4).uniqueAddress()).isEmpty();
  }

  @Test
  void eachSwitchGivesAnAddressOfItsOwn() {
    InetAddress other = Samples.address("198.18.0.8");
    first.givesUniqueAddress(UNIQUE);
    second.givesUniqueAddress(other);
    online("unique-address", "true", "failback-interval", "30s");
    theFirstDies();
    assertThat(second.registrations()).isNotEmpty();
    assertThat(second.registrations()).allMatch(r -> r.uniqueAddress().equals(Optional.of(other)));
    firstIs(false);
    seconds(40);
    assertThat(first.registrations()).allMatch(r -> r.uniqueAddress().equals(Optional.of(UNIQUE)));
  }

  @Test
  void whereThereIsNoUniqueAddressThePhoneIsReachableAllTheSame() {
    events.clear();
    RunningAgent agent = agent("unique-address", "true");
    agent.start();
    seconds(10);
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
    assertThat(events)
        .contains("disrupted unique-address: https://first.test hands out no unique addresses");
    first.givesUniqueAddress(UNIQUE);
    first.answerPostsWith(503);
    agent.update(settings("unique-address", "true", "keep-alive-interval", "10s"));
    seconds(1);
    assertThat(events).contains("disrupted unique-address: 503 ");
    first.answerPostsWith(200);
    agent.update(settings("unique-address", "true", "keep-alive-interval", "12s"));
    seconds(1);
    assertThat(first.registrations().get(2).uniqueAddress()).contains(UNIQUE);
  }

  @Test
  void withoutASwitchSettingsAreRefused() {
    RunningAgent agent = online();
    AgentSettings before = agent.settings();
    assertThatThrownBy(() -> agent.update(AgentSettings.defaults()))
        .isInstanceOf(InvalidSettingException.class);
    assertThat(agent.settings()).isEqualTo(before);
  }

  @Test
  void suspendedWithAnotherSwitchItResumesThere() {
    RunningAgent agent = online("failback-mode", "never");
    theFirstDies();
    agent.suspend();
    seconds(60);
    assertThat(time.pendingTimers()).isZero();
    agent.resume();
    seconds(0.3);
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
    agent.end(StopMode.LEAVE, new CompletableFuture<>());
    seconds(1);
    assertThat(second.deletes()).isEqualTo(1);
  }

  @Test
  void aDelayedStartCanBeSuspended() {
    RunningAgent agent = agent("start-up-delay", "600s");
    agent.start();
    seconds(1);
    agent.suspend();
    seconds(700);
    assertThat(first.registrations()).isEmpty();
    agent.resume();
    seconds(1);
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
    assertThat(URI.create("https://first.test")).isEqualTo(agent.settings().dnsSwitches().get(0));
  }
}
