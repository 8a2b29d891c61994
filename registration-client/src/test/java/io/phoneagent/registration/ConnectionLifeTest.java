// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.AgentListener;
import io.phoneagent.AgentStatus;
import io.phoneagent.FlowPath;
import io.phoneagent.LineName;
import io.phoneagent.ReregistrationSchedule;
import io.phoneagent.StopMode;
import io.phoneagent.Transport;
import io.phoneagent.nat.FirewallSources;
import io.phoneagent.sip.CallRequest;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.SessionListener;
import io.phoneagent.sip.SipPeer;
import io.phoneagent.sip.SipResponse;
import io.phoneagent.sip.SipSession;
import io.phoneagent.sip.SipUri;
import io.phoneagent.testkit.VirtualHost;
import io.phoneagent.testkit.VirtualNat;
import io.phoneagent.testkit.VirtualTime;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The life of an agent whose flow is a TCP connection, behind a firewall, on virtual time. */
class ConnectionLifeTest {
  private static final byte[] SDP =
      "v=0\r\no=- 1 1 IN IP4 192.168.1.100\r\ns=-\r\n".getBytes(StandardCharsets.US_ASCII);

  private final PhoneOnVirtualTime world = new PhoneOnVirtualTime();
  private final VirtualTime time = world.time;
  private final VirtualNat nat = world.nat;
  private final VirtualHost phone = world.phone;
  private final List<String> events = new ArrayList<>();
  private final VirtualSwitch dnsSwitch = world.dnsSwitch;
  private RunningAgent agent;

  @BeforeEach
  void build() {
    agent =
        world.agent(
            world
                .builder(new FixedAddress())
                .transport(Transport.TCP)
                .probe(new FirewallSources().get("/ip", ""))
                .schedule(ReregistrationSchedule.checkEvery(Duration.ofSeconds(1)))
                .callHandler(call -> {})
                .listener(new Events()));
  }

  private final class Events implements AgentListener {
    @Override
    public void flowOpen(LineName line, FlowPath path, String cause) {
      events.add("open " + path.mapped());
    }

    @Override
    public void flowMoved(LineName line, FlowPath path, String cause) {
      events.add("moved " + path.mapped().address().getHostAddress());
    }

    @Override
    public void flowLost(LineName line, FlowPath path, String cause) {
      events.add("lost, " + cause);
    }

    @Override
    public void disrupted(String what, String detail, Optional<Duration> retryIn) {
      events.add("disrupted " + what + " " + detail);
    }
  }

  private void goOnline() {
    agent.start();
    time.advance(Duration.ofSeconds(3));
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
    events.clear();
    dnsSwitch.log().clear();
  }

  @Test
  void bindsOverOneConnection() {
    agent.start();
    // Registration 90 ms, one round trip of 20 ms to connect, two to bind, the status page 2 ms.
    time.advance(Duration.ofMillis(160));
    assertThat(events).containsExactly("open 203.0.113.11:40000");
    assertThat(dnsSwitch.connections()).isEqualTo(1);
    assertThat(dnsSwitch.registrations().get(0).transport()).isEqualTo(Transport.TCP);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aChangedAddressMakesANewConnectionAtOnce(boolean natAdoptsUnknownTcp) {
    nat.adoptUnknownTcp(natAdoptsUnknownTcp);
    goOnline();
    nat.changeAddress("203.0.113.12");
    time.advance(Duration.ofMillis(1_200));
    assertThat(events).containsExactly("moved 203.0.113.12");
    assertThat(dnsSwitch.path().orElseThrow().getAddress())
        .isEqualTo(Samples.address("203.0.113.12"));
    time.advance(Duration.ofSeconds(10));
    assertThat(dnsSwitch.connections()).as("the dead one is closed").isEqualTo(1);
    assertThat(phone.openSockets()).isEqualTo(1);
  }

  @Test
  void withoutAStatusPageTheKeepAliveNoticesADeadConnection() {
    nat.adoptUnknownTcp(false);
    goOnline();
    dnsSwitch.pageSilent(true);
    nat.changeAddress("203.0.113.12");
    // A keep-alive within 15 s, 2 s for its answer, three round trips.
    time.advance(Duration.ofMillis(17_100));
    assertThat(events).contains("lost, the connection to the switch is gone: no answer");
    assertThat(events).anyMatch(e -> e.startsWith("open 203.0.113.12"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whereOnlyTheFlowNoticesTheRegistrationFollows(boolean natAdoptsUnknownTcp) {
    nat.adoptUnknownTcp(natAdoptsUnknownTcp);
    agent =
        world.agent(
            world
                .builder(new FixedAddress())
                .transport(Transport.TCP)
                .schedule(ReregistrationSchedule.checkEvery(Duration.ofHours(1)))
                .callHandler(call -> {})
                .listener(new Events()));
    goOnline();
    int before = dnsSwitch.registrations().size();
    nat.changeAddress("203.0.113.12");
    // A keep-alive within 15 s, 2 s for its answer, and then no longer than a question takes.
    time.advance(Duration.ofSeconds(18));
    assertThat(events).anyMatch(e -> e.startsWith("open 203.0.113.12"));
    assertThat(dnsSwitch.registrations()).hasSizeGreaterThan(before);
    assertThat(dnsSwitch.registrations().get(dnsSwitch.registrations().size() - 1).publicAddress())
        .contains(Samples.address("203.0.113.12"));
    // Before the switch is asked for the address, and before it is told.
    assertThat(dnsSwitch.log()).filteredOn("connections dropped"::equals).hasSize(2);
  }

  @Test
  void anIdleFlowStaysOnItsConnection() {
    goOnline();
    InetSocketAddress path = dnsSwitch.path().orElseThrow();
    time.advance(Duration.ofHours(1));
    assertThat(events).isEmpty();
    assertThat(dnsSwitch.path()).contains(path);
    assertThat(dnsSwitch.connections()).isEqualTo(1);
  }

  /** Whenever in the first seconds it is back: no pause is longer than 1.2 s then. */
  @ParameterizedTest
  @ValueSource(ints = {250, 750, 1_200, 1_500, 1_750, 2_100, 2_600, 3_000, 3_800, 4_400})
  void aRestartedSwitchIsFoundAgainSoon(int downMillis) {
    goOnline();
    world.switchHost.killAll();
    time.advance(Duration.ofMillis(downMillis));
    assertThat(events.get(0))
        .isEqualTo("lost, the connection to the switch is gone: Connection reset");
    events.clear();
    dnsSwitch.restart();
    time.advance(Duration.ofMillis(1_300));
    assertThat(events).anyMatch(e -> e.startsWith("open 203.0.113.11"));
    assertThat(dnsSwitch.connections()).isEqualTo(1);
  }

  @Test
  void aSwitchThatIsGoneIsAskedOnceASecondAndThenLessOften() {
    goOnline();
    world.switchHost.killAll();
    time.advance(Duration.ofMinutes(10));
    assertThat(events)
        .filteredOn(e -> e.startsWith("disrupted flow"))
        .hasSizeBetween(10, 30)
        .contains("disrupted flow no flow over TCP to 198.51.100.1:5060: Connection refused");
  }

  @Test
  void aCallInTheGapRingsOverTheNewConnection() {
    nat.adoptUnknownTcp(false);
    goOnline();
    nat.changeAddress("203.0.113.12");
    List<String> caller = new ArrayList<>();
    SipSession session = callThePhone(caller);
    time.advance(Duration.ofMillis(50));
    assertThat(caller).isEmpty();
    InetSocketAddress old = dnsSwitch.path().orElseThrow();
    for (int i = 0; i < 150 && dnsSwitch.path().orElseThrow().equals(old); i++) {
      time.advance(Duration.ofMillis(10));
    }
    session.moveTo(SipPeer.of(dnsSwitch.path().orElseThrow(), "TCP"));
    time.advance(Duration.ofMillis(30));
    assertThat(caller).containsExactly("180");
  }

  private SipSession callThePhone(List<String> log) {
    return dnsSwitch
        .userAgent()
        .call(
            CallRequest.to(
                    SipUri.of(VirtualSwitch.OWNER, "192.168.1.100", 50_000),
                    NameAddr.of(SipUri.of("+15551230002", "198.51.100.1")))
                .sdp(SDP),
            SipPeer.of(dnsSwitch.path().orElseThrow(), "TCP"),
            new SessionListener() {
              @Override
              public void onProgress(SipSession session, SipResponse response) {
                log.add(String.valueOf(response.status()));
              }
            });
  }

  @Test
  void aStoppedAgentLeavesNoConnection() {
    goOnline();
    CompletableFuture<Void> done = new CompletableFuture<>();
    agent.end(StopMode.LEAVE, done);
    time.advance(Duration.ofSeconds(3));
    assertThat(done).isCompleted();
    assertThat(dnsSwitch.connections()).isZero();
    assertThat(phone.openSockets()).isZero();
    assertThat(time.pendingTimers()).isZero();
  }
}
