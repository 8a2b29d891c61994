// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.AgentListener;
import io.phoneagent.AgentStatus;
import io.phoneagent.Assignment;
import io.phoneagent.Call;
import io.phoneagent.FlowPath;
import io.phoneagent.InvalidSettingException;
import io.phoneagent.Lease;
import io.phoneagent.Line;
import io.phoneagent.LineName;
import io.phoneagent.PhoneAgentException;
import io.phoneagent.PublicAddress;
import io.phoneagent.ReregistrationSchedule;
import io.phoneagent.StopMode;
import io.phoneagent.TimelineEntry;
import io.phoneagent.nat.FirewallSources;
import io.phoneagent.sip.CallRequest;
import io.phoneagent.sip.HeaderName;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.SessionEnd;
import io.phoneagent.sip.SessionListener;
import io.phoneagent.sip.SipPeer;
import io.phoneagent.sip.SipResponse;
import io.phoneagent.sip.SipSession;
import io.phoneagent.sip.SipUri;
import io.phoneagent.spi.AddressContext;
import io.phoneagent.spi.AddressProvider;
import io.phoneagent.spi.AddressSource;
import io.phoneagent.testkit.VirtualHost;
import io.phoneagent.testkit.VirtualNat;
import io.phoneagent.testkit.VirtualTime;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whole lives of an agent behind a firewall, on virtual time. */
class AgentLifeTest {

  private final PhoneOnVirtualTime world = new PhoneOnVirtualTime();
  private final VirtualTime time = world.time;
  private final VirtualNat nat = world.nat;
  private final VirtualHost phone = world.phone;
  private final List<String> events = new ArrayList<>();
  private final List<Call> calls = new ArrayList<>();
  private Optional<AddressSource.Listener> addresses = Optional.empty();
  private final VirtualSwitch dnsSwitch = world.dnsSwitch;
  private RunningAgent agent;

  @BeforeEach
  void build() {
    agent =
        world.agent(
            world
                .builder(
                    new ScriptedAddresses(),
                    Line.number(VirtualSwitch.OWNER).secret("hush").backup("+15551239999"))
                .probe(new FirewallSources().get("/ip", ""))
                .schedule(ReregistrationSchedule.checkEvery(Duration.ofSeconds(1)))
                .callHandler(calls::add)
                .listener(new Events()));
  }

  private final class ScriptedAddresses implements AddressProvider {
    @Override
    public String id() {
      return "scripted";
    }

    @Override
    public AddressSource create(AddressContext context) {
      return new AddressSource() {
        @Override
        public void start(Listener listener) {
          addresses = Optional.of(listener);
          listener.leased(Samples.LEASE, "eth0 has 192.168.1.100");
        }

        @Override
        public void close() {
          addresses = Optional.empty();
        }

        @Override
        public void closeForRestart() {
          events.add("address kept");
        }
      };
    }
  }

  private final class Events implements AgentListener {
    @Override
    public void leased(Lease lease, String cause) {
      events.add("leased " + lease.address().getHostAddress());
    }

    @Override
    public void publicAddress(PublicAddress address, String cause) {
      events.add("public " + address.address().getHostAddress());
    }

    @Override
    public void registered(
        LineName line, Assignment assignment, Optional<PublicAddress> address, String cause) {
      events.add("registered " + assignment.endpoint());
    }

    @Override
    public void reregistered(
        LineName line, Assignment assignment, Optional<PublicAddress> address, String cause) {
      events.add("reregistered because " + cause);
    }

    @Override
    public void flowOpen(LineName line, FlowPath path, String cause) {
      events.add("open " + path.mapped());
    }

    @Override
    public void flowMoved(LineName line, FlowPath path, String cause) {
      events.add("moved " + path.mapped());
    }

    @Override
    public void flowLost(LineName line, FlowPath path, String cause) {
      events.add("lost");
    }

    @Override
    public void callRinging(Call call, String cause) {
      events.add("ringing");
    }

    @Override
    public void callEstablished(Call call, String cause) {
      events.add("established");
    }

    @Override
    public void callEnded(Call call, int status, String cause) {
      events.add("ended " + status);
    }

    @Override
    public void disrupted(String what, String detail, Optional<Duration> retryIn) {
      events.add("disrupted " + what);
    }

    @Override
    public void failed(String what, String detail, Optional<Duration> retryIn) {
      events.add("failed " + what + " " + detail.trim());
    }

    @Override
    public void suspended(String cause) {
      events.add("suspended");
    }

    @Override
    public void resumed(String cause) {
      events.add("resumed");
    }

    @Override
    public void stopped(String cause) {
      events.add("stopped");
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
  void fromPowerOnToReachable() {
    agent.start();
    agent.start();
    time.advance(Duration.ofMillis(150));
    assertThat(events)
        .containsExactly(
            "leased 192.168.1.100",
            "public 203.0.113.11",
            "registered 198.51.100.1:5060",
            "open 203.0.113.11:40000");
    assertThat(dnsSwitch.registrations()).hasSize(1);
    assertThat(dnsSwitch.registrations().get(0).mac()).isEqualTo(Samples.MAC);
    assertThat(dnsSwitch.registrations().get(0).publicAddress())
        .contains(Samples.address("203.0.113.11"));
    assertThat(agent.line(VirtualSwitch.OWNER).reachable()).isTrue();
  }

  @Test
  void aChangedAddressIsFollowedWithinTheInterval() {
    goOnline();
    nat.changeAddress("203.0.113.12");
    time.advance(Duration.ofMillis(1_200));
    assertThat(events.get(0)).isEqualTo("public 203.0.113.12");
    assertThat(events.get(1)).startsWith("moved 203.0.113.12:");
    assertThat(events.get(2)).isEqualTo("reregistered because /ip says 203.0.113.12");
    assertThat(dnsSwitch.path().orElseThrow().getAddress())
        .isEqualTo(Samples.address("203.0.113.12"));
    assertThat(dnsSwitch.log()).contains("connections dropped");
    assertThat(agent.explain()).extracting(TimelineEntry::cause).contains("/ip says 203.0.113.12");
  }

  @Test
  void aChangeCostsNoLeaseAndOneRegistration() {
    goOnline();
    int before = dnsSwitch.registrations().size();
    nat.changeAddress("203.0.113.12");
    time.advance(Duration.ofMinutes(1));
    assertThat(events).noneMatch(e -> e.startsWith("leased"));
    assertThat(dnsSwitch.registrations()).hasSize(before + 1);
  }

  @Test
  void theFlowMovesEvenIfTheRegistrationCannotBeRenewed() {
    goOnline();
    dnsSwitch.httpSilent(true);
    nat.changeAddress("203.0.113.12");
    time.advance(Duration.ofMillis(1_200));
    assertThat(events.get(1)).startsWith("moved 203.0.113.12:");
    assertThat(dnsSwitch.path().orElseThrow().getAddress())
        .isEqualTo(Samples.address("203.0.113.12"));
    dnsSwitch.httpSilent(false);
    time.advance(Duration.ofSeconds(30));
    assertThat(events).anyMatch(e -> e.startsWith("reregistered"));
  }

  @Test
  void withoutAStatusPageTheKeepAliveNotices() {
    goOnline();
    dnsSwitch.pageSilent(true);
    nat.changeAddress("203.0.113.12");
    time.advance(Duration.ofSeconds(16));
    assertThat(events).anyMatch(e -> e.startsWith("moved 203.0.113.12:"));
  }

  @Test
  void anIncomingCallRingsAndIsAnswered() {
    goOnline();
    List<String> caller = new ArrayList<>();
    callThePhone(caller);
    advanceMillis(100);
    assertThat(caller).containsExactly("180");
    assertThat(calls.get(0).from()).isEqualTo("+15551230002");
    calls.get(0).answer(Samples.MEDIA);
    time.advance(Duration.ofMillis(100));
    assertThat(caller).containsExactly("180", "established");
    assertThat(events).containsExactly("established");
    calls.get(0).hangUp();
    time.advance(Duration.ofSeconds(1));
    assertThat(events).containsExactly("established", "ended 0");
    assertThat(caller).contains("ended");
  }

  @Test
  void aCallInTheGapRingsWhenTheFlowHasMoved() {
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
    session.moveTo(SipPeer.udp(dnsSwitch.path().orElseThrow()));
    time.advance(Duration.ofMillis(30));
    assertThat(caller).containsExactly("180");
  }

  private SipSession callThePhone(List<String> caller) {
    CallRequest request =
        CallRequest.to(
                SipUri.of(VirtualSwitch.OWNER, "203.0.113.11"),
                NameAddr.of(SipUri.of("+15551230002", "198.51.100.1")))
            .sdp(Samples.sdp());
    return dnsSwitch
        .userAgent()
        .call(
            request,
            SipPeer.udp(dnsSwitch.path().orElseThrow()),
            new SessionListener() {
              @Override
              public void onProgress(SipSession session, SipResponse response) {
                caller.add(String.valueOf(response.status()));
              }

              @Override
              public void onEstablished(SipSession session) {
                caller.add("established");
              }

              @Override
              public void onEnded(SipSession session, SessionEnd end) {
                caller.add("ended");
              }
            });
  }

  @Test
  void anOutgoingCallCarriesItsProof() {
    goOnline();
    Call call = agent.line(VirtualSwitch.OWNER).call("+15551230002", Samples.MEDIA);
    time.advance(Duration.ofMillis(50));
    assertThat(dnsSwitch.incoming()).hasSize(1);
    String proof =
        dnsSwitch
            .incoming()
            .get(0)
            .invite()
            .orElseThrow()
            .header(HeaderName.AUTHORIZATION)
            .orElseThrow();
    assertThat(proof).contains("nonce=\"nonce-1\"", "SHA-256").doesNotContain("hush");
    dnsSwitch.incoming().get(0).ring();
    dnsSwitch.incoming().get(0).answer(Samples.sdp());
    time.advance(Duration.ofMillis(50));
    assertThat(events).containsExactly("ringing", "established");
    assertThat(call.remote()).contains(Samples.MEDIA);
  }

  @Test
  void aWrongSecretIsToldAndTriedSeldom() {
    dnsSwitch.answerPutsWith(401);
    agent.start();
    time.advance(Duration.ofHours(1));
    assertThat(events).contains("failed registration 401");
    assertThat(dnsSwitch.registrations()).hasSizeBetween(4, 9);
  }

  @Test
  void anOverloadedSwitchIsNotAskedBeforeItSaidAndNotByAllAtOnce() {
    dnsSwitch.isOverloadedFor(Duration.ofSeconds(4));
    agent.start();
    time.advance(Duration.ofMinutes(5));
    List<Long> puts = dnsSwitch.putsAtNanos();
    int undisturbed = puts.size();
    for (int i = 0; i < 20; i++) {
      // Not while a question is under way: its answer would be lost.
      for (int asked = puts.size(); puts.size() == asked; ) {
        time.advance(Duration.ofMillis(50));
      }
      time.advance(Duration.ofMillis(1_500));
      agent.suspend();
      time.advance(Duration.ofMillis(100));
      agent.resume();
    }
    assertThat(puts).hasSizeGreaterThan(60);
    Set<Long> pauses = new HashSet<>();
    for (int i = 1; i < puts.size(); i++) {
      long pause = Duration.ofNanos(puts.get(i) - puts.get(i - 1)).toMillis();
      assertThat(pause).isBetween(4000L, i < undisturbed ? 6200L : 8500L);
      pauses.add(pause / 50);
    }
    assertThat(pauses).as("pauses, by 50 ms").hasSizeGreaterThan(8);
  }

  @Test
  void anAbsentSwitchIsTriedSoonAtFirstAndThenEachMinute() {
    dnsSwitch.httpSilent(true);
    agent.start();
    time.advance(Duration.ofMinutes(30));
    dnsSwitch.httpSilent(false);
    time.advance(Duration.ofSeconds(75));
    assertThat(events).contains("registered 198.51.100.1:5060");
    long tries = events.stream().filter(e -> e.equals("disrupted registration")).count();
    assertThat(tries).isBetween(25L, 45L);
  }

  @Test
  void aLostAddressMakesThePhoneUnreachableAndANewOneBringsItBack() {
    goOnline();
    addresses.orElseThrow().lost("eth0 is down");
    time.advance(Duration.ofSeconds(1));
    assertThat(agent.status()).isEqualTo(AgentStatus.LEASING);
    assertThat(phone.openSockets()).isZero();
    addresses.orElseThrow().leased(Samples.LEASE, "eth0 has 192.168.1.100");
    time.advance(Duration.ofSeconds(1));
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
  }

  @Test
  void anotherLeaseIsRegisteredAtOnceWithItsCause() {
    goOnline();
    String cause = "DHCP: leased 192.168.1.101 from 192.168.1.1 for 3600 s";
    addresses.orElseThrow().leased(Samples.OTHER_LEASE, cause);
    advanceMillis(100);
    assertThat(events).contains("leased 192.168.1.101", "reregistered because " + cause);
    assertThat(agent.explain()).extracting(TimelineEntry::cause).contains(cause);
  }

  @Test
  void aRenewedLeaseIsToldAndRegistersNothing() {
    goOnline();
    int before = dnsSwitch.registrations().size();
    addresses.orElseThrow().leased(Samples.LEASE, "DHCP: renewed 192.168.1.100");
    advanceMillis(900);
    assertThat(events).containsExactly("leased 192.168.1.100");
    assertThat(dnsSwitch.registrations()).hasSize(before);
    assertThat(agent.explain())
        .extracting(TimelineEntry::cause)
        .contains("DHCP: renewed 192.168.1.100");
  }

  @Test
  void aDayWithoutChangeIsQuietAndOnTime() {
    goOnline();
    int gets = dnsSwitch.pageGets();
    time.advance(Duration.ofDays(1));
    assertThat(events).allMatch(e -> e.startsWith("reregistered because the registration"));
    assertThat(events).hasSizeBetween(28, 38);
    assertThat(dnsSwitch.pageGets() - gets).isBetween(85_500, 87_300);
    assertThat(dnsSwitch.log()).noneMatch(l -> l.startsWith("moved"));
    assertThat(phone.openSockets()).isEqualTo(1);
  }

  @Test
  void tenChangesInARowLeaveOneFlow() {
    goOnline();
    for (int i = 0; i < 10; i++) {
      nat.changeAddress("203.0.113." + (20 + i));
      time.advance(Duration.ofSeconds(5));
      assertThat(dnsSwitch.path().orElseThrow().getAddress())
          .isEqualTo(Samples.address("203.0.113." + (20 + i)));
    }
    time.advance(Duration.ofMinutes(1));
    assertThat(phone.openSockets()).isEqualTo(1);
  }

  @Test
  void callingWhileUnreachableSaysSo() {
    assertThatThrownBy(() -> agent.line(VirtualSwitch.OWNER).call("+15551230002", Samples.MEDIA))
        .isInstanceOf(PhoneAgentException.class)
        .hasMessageContaining("not reachable");
    assertThatThrownBy(() -> agent.line("+15559999999"))
        .isInstanceOf(InvalidSettingException.class);
  }

  @Test
  void stoppingClosesEverything() {
    goOnline();
    CompletableFuture<Void> done = new CompletableFuture<>();
    agent.end(StopMode.LEAVE, done);
    time.advance(Duration.ofSeconds(1));
    assertThat(done).isCompleted();
    assertThat(events).endsWith("stopped");
    assertThat(dnsSwitch.deletes()).isEqualTo(1);
    assertThat(phone.openSockets()).isZero();
    assertThat(world.left()).isTrue();
    assertThat(addresses).isEmpty();
    assertThat(agent.status()).isEqualTo(AgentStatus.STOPPED);
  }

  @Test
  void aDeviceThatRestartsKeepsItsAddress() {
    goOnline();
    agent.end(StopMode.KEEP_REGISTRATION, new CompletableFuture<>());
    advanceMillis(100);
    assertThat(events).containsExactly("address kept", "stopped");
    assertThat(dnsSwitch.deletes()).isZero();
  }

  private void advanceMillis(long millis) {
    time.advance(Duration.ofMillis(millis));
  }

  @Test
  void suspendedItIsStillAndKeepsItsRegistration() {
    goOnline();
    agent.suspend();
    advanceMillis(3_000);
    assertThat(agent.status()).isEqualTo(AgentStatus.SUSPENDED);
    assertThat(events).containsExactly("suspended");
    assertThat(phone.openSockets()).isZero();
    assertThat(time.pendingTimers()).isZero();
    int gets = dnsSwitch.pageGets();
    int puts = dnsSwitch.registrations().size();
    time.advance(Duration.ofHours(1));
    assertThat(dnsSwitch.pageGets()).isEqualTo(gets);
    assertThat(dnsSwitch.registrations()).hasSize(puts);
    assertThat(dnsSwitch.deletes()).isZero();
  }

  @Test
  void resumedItIsReachableInTwoRoundTrips() {
    goOnline();
    agent.suspend();
    time.advance(Duration.ofMinutes(10));
    events.clear();
    agent.resume();
    advanceMillis(85); // two round trips of 40 ms; the registration takes 90 ms
    assertThat(events).startsWith("resumed").hasSize(2);
    assertThat(events.get(1)).startsWith("open 203.0.113.11:");
    time.advance(Duration.ofSeconds(3));
    assertThat(events).contains("reregistered because resumed by the vendor");
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
    assertThat(agent.explain())
        .extracting(TimelineEntry::cause)
        .contains("suspended by the vendor", "resumed by the vendor");
  }

  @Test
  void resumedElsewhereItFollows() {
    goOnline();
    agent.suspend();
    advanceMillis(1_000);
    addresses.orElseThrow().leased(Samples.OTHER_LEASE, "eth0 has 192.168.1.101");
    addresses.orElseThrow().leased(Samples.LEASE, "eth0 has 192.168.1.100");
    nat.changeAddress("203.0.113.12");
    agent.resume();
    advanceMillis(500);
    assertThat(events).contains("public 203.0.113.12");
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
    assertThat(dnsSwitch.path().orElseThrow().getAddress())
        .isEqualTo(Samples.address("203.0.113.12"));
  }

  @Test
  void aCallEndsWhenThePhoneIsSuspended() {
    goOnline();
    callThePhone(new ArrayList<>());
    advanceMillis(100);
    calls.get(0).answer(Samples.MEDIA);
    advanceMillis(100);
    agent.suspend();
    advanceMillis(33_000);
    assertThat(events).contains("ended 0", "suspended");
    assertThat(agent.status()).isEqualTo(AgentStatus.SUSPENDED);
  }

  @Test
  void aSuspendedPhoneCanLeaveAndAStoppedOneIsNotResumed() {
    goOnline();
    agent.suspend();
    agent.suspend();
    advanceMillis(100);
    agent.end(StopMode.LEAVE, new CompletableFuture<>());
    advanceMillis(1_000);
    assertThat(dnsSwitch.deletes()).isEqualTo(1);
    agent.resume();
    advanceMillis(1_000);
    assertThat(agent.status()).isEqualTo(AgentStatus.STOPPED);
    assertThat(phone.openSockets()).isZero();
  }

  @Test
  void nothingThatIsToldHoldsTheSecret() {
    dnsSwitch.answerPutsWith(500);
    agent.start();
    time.advance(Duration.ofMinutes(5));
    assertThat(events.toString() + agent.explain()).doesNotContain("hush");
  }
}
