// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.AgentListener;
import io.phoneagent.AgentStatus;
import io.phoneagent.Assignment;
import io.phoneagent.Call;
import io.phoneagent.FlowPath;
import io.phoneagent.LineName;
import io.phoneagent.PublicAddress;
import io.phoneagent.ReregistrationSchedule;
import io.phoneagent.TimelineEntry;
import io.phoneagent.sip.CallRequest;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.SessionListener;
import io.phoneagent.sip.SipPeer;
import io.phoneagent.sip.SipResponse;
import io.phoneagent.sip.SipSession;
import io.phoneagent.sip.SipUri;
import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.PublicAddressProbe;
import io.phoneagent.testkit.VirtualHost;
import io.phoneagent.testkit.VirtualNat;
import io.phoneagent.testkit.VirtualTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The gateway speaks NAT-PMP; the agent asks every ten minutes, and when it is told to. */
class AnnouncementLifeTest {
  private static final InetSocketAddress GROUP =
      new InetSocketAddress(Samples.address("224.0.0.1"), 5350);

  private final PhoneOnVirtualTime world = new PhoneOnVirtualTime();
  private final VirtualTime time = world.time;
  private final VirtualNat nat = world.nat;
  private final VirtualHost phone = world.phone;
  private final VirtualHost router = nat.host("192.168.1.1");
  private final List<String> events = new ArrayList<>();
  private DatagramPort gateway;
  private final VirtualSwitch dnsSwitch = world.dnsSwitch;
  private RunningAgent agent;
  private int questions;

  @BeforeEach
  void goOnline() throws IOException {
    gateway =
        router
            .loop()
            .openDatagram(
                new InetSocketAddress(router.address(), 5351),
                (data, from) -> {
                  questions++;
                  say(nat.publicAddress(), from);
                });
    agent =
        world.agent(
            world
                .builder(new FixedAddress())
                .probe(PublicAddressProbe.natPmp())
                .schedule(ReregistrationSchedule.checkEvery(Duration.ofMinutes(10)))
                .callHandler(call -> {})
                .listener(new Events()));
    agent.start();
    time.advance(Duration.ofSeconds(3));
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
    events.clear();
    questions = 0;
  }

  private final class Events implements AgentListener {
    @Override
    public void flowMoved(LineName line, FlowPath path, String cause) {
      events.add("moved " + path.mapped().address().getHostAddress());
    }

    @Override
    public void reregistered(
        LineName line, Assignment assignment, Optional<PublicAddress> address, String cause) {
      events.add("reregistered because " + cause);
    }
  }

  /** The switch calls the phone where its flow is now. */
  private SipSession ring(List<String> heard) {
    return dnsSwitch
        .userAgent()
        .call(
            CallRequest.to(
                    SipUri.of(VirtualSwitch.OWNER, "203.0.113.11"),
                    NameAddr.of(SipUri.of("+15551230002", "198.51.100.1")))
                .sdp(Samples.sdp()),
            SipPeer.udp(dnsSwitch.path().orElseThrow()),
            new SessionListener() {
              @Override
              public void onProgress(SipSession session, SipResponse response) {
                heard.add(String.valueOf(response.status()));
              }
            });
  }

  private void say(InetAddress address, InetSocketAddress to) {
    byte[] octets = address.getAddress();
    int epoch = (int) Duration.ofNanos(time.nanos()).toSeconds();
    gateway.send(ByteBuffer.allocate(12).put(1, (byte) 0x80).putInt(4, epoch).put(8, octets), to);
  }

  @Test
  void anAnnouncementMovesTheFlowInTwoRoundTrips() {
    nat.changeAddress("203.0.113.12");
    say(nat.publicAddress(), GROUP);
    // Two round trips of 20 ms, and what the network at home takes.
    time.advance(Duration.ofMillis(45));
    assertThat(events).containsExactly("moved 203.0.113.12");
    time.advance(Duration.ofSeconds(1));
    assertThat(events).hasSize(2).last().asString().contains("natpmp says 203.0.113.12");
    assertThat(questions).isEqualTo(1);
    assertThat(agent.explain())
        .extracting(TimelineEntry::cause)
        .containsSubsequence("NAT-PMP announced 203.0.113.12", "natpmp says 203.0.113.12");
  }

  @Test
  void anAnnouncementThatLiesCostsAQuestionAndABind() {
    say(Samples.address("203.0.113.99"), GROUP);
    time.advance(Duration.ofMinutes(1));
    assertThat(events).containsExactly("moved 203.0.113.11");
    assertThat(questions).isEqualTo(1);
  }

  /** The new port is not bound before 40 ms have passed; the old one is as good as ever. */
  @Test
  void aCallThatComesWhileALieIsLookedIntoRingsAtOnce() {
    List<String> caller = new ArrayList<>();
    say(Samples.address("203.0.113.99"), GROUP);
    time.advance(Duration.ofMillis(5));
    SipSession unused = ring(caller);
    time.advance(Duration.ofMillis(30));
    assertThat(caller).containsExactly("180");
    assertThat(events).isEmpty();
    time.advance(Duration.ofMillis(70));
    assertThat(events).containsExactly("moved 203.0.113.11");
  }

  /**
   * The port before it is as good as ever until another one is bound, for calls of its own, too.
   */
  @Test
  void aCallThatIsMadeWhileALieIsLookedIntoGoesOut() {
    say(Samples.address("203.0.113.99"), GROUP);
    time.advance(Duration.ofMillis(5));
    assertThat(events).isEmpty();
    Call unused = agent.line(VirtualSwitch.OWNER).call("+15551230002", Samples.MEDIA);
    time.advance(Duration.ofMillis(15));
    assertThat(dnsSwitch.incoming()).hasSize(1);
    assertThat(events).as("before the flow has moved").isEmpty();
  }

  /** Each lie is looked into by another port, and none is bound before the next lie comes. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void liesWithoutEndOnALongWayCostNoCall(boolean change) {
    world.network.delay(Duration.ofMillis(150));
    List<String> rung = new ArrayList<>();
    if (change) {
      nat.changeAddress("203.0.113.12");
    }
    for (int i = 0; i < 300; i++) {
      say(Samples.address("203.0.113." + (20 + i % 80)), GROUP);
      time.advance(Duration.ofMillis(100));
      if (i % 30 == 29) {
        SipSession unused = ring(rung);
      }
    }
    time.advance(Duration.ofSeconds(1));
    assertThat(rung).hasSize(10).containsOnly("180");
    assertThat(phone.openSockets()).as("at once").isLessThan(12);
  }

  /** Nobody can ask in between, and the address is what it was: but the firewall knows no flow. */
  @Test
  void thereAndBackAtOnceTheFlowIsBoundAnew() {
    nat.changeAddress("203.0.113.12");
    say(nat.publicAddress(), GROUP);
    nat.changeAddress("203.0.113.11");
    say(nat.publicAddress(), GROUP);
    assertThat(nat.maps(dnsSwitch.path().orElseThrow())).isFalse();
    time.advance(Duration.ofMillis(60));
    assertThat(dnsSwitch.path()).hasValueSatisfying(p -> assertThat(nat.maps(p)).isTrue());
    assertThat(agent.explain())
        .extracting(TimelineEntry::cause)
        .anyMatch(
            c -> c.startsWith("NAT-PMP announced 203.0.113.12, and natpmp says 203.0.113.11"));
  }

  /** The gateway was too busy to tell of the address in between. */
  @Test
  void thereAndBackUnheardTheFlowIsThereAgainBeforeACallRingsTheBackup() {
    nat.changeAddress("203.0.113.12");
    nat.changeAddress("203.0.113.11");
    assertThat(nat.maps(dnsSwitch.path().orElseThrow())).isFalse();
    say(nat.publicAddress(), GROUP);
    time.advance(Duration.ofMillis(350));
    assertThat(dnsSwitch.path()).hasValueSatisfying(p -> assertThat(nat.maps(p)).isTrue());
    assertThat(questions).as("once the switch sees another mapping").isEqualTo(1);
  }

  @Test
  void withoutNewsNobodyIsAskedBeforeTheInterval() {
    say(nat.publicAddress(), GROUP);
    time.advance(Duration.ofMinutes(9));
    assertThat(questions).isZero();
    time.advance(Duration.ofMinutes(3));
    assertThat(questions).isEqualTo(1);
  }

  @Test
  void suspendedTheAgentHearsNothing() {
    agent.suspend();
    time.runTasks();
    assertThat(phone.openSockets()).isZero();
    nat.changeAddress("203.0.113.12");
    say(nat.publicAddress(), GROUP);
    time.advance(Duration.ofMinutes(30));
    assertThat(questions).isZero();
    assertThat(time.pendingTimers()).isZero();
    agent.resume();
    time.advance(Duration.ofSeconds(1));
    assertThat(questions).isEqualTo(1);
    nat.changeAddress("203.0.113.13");
    events.clear();
    say(nat.publicAddress(), GROUP);
    time.advance(Duration.ofMillis(45));
    assertThat(events).contains("moved 203.0.113.13");
  }
}
