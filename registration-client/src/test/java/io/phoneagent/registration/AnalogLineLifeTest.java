// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.AgentSettings;
import io.phoneagent.InvalidSettingException;
import io.phoneagent.Line;
import io.phoneagent.MediaDescription;
import io.phoneagent.PhoneAgentException;
import io.phoneagent.Protocol;
import io.phoneagent.ReregistrationSchedule;
import io.phoneagent.StopMode;
import io.phoneagent.Transport;
import io.phoneagent.mgcp.AnalogPort;
import io.phoneagent.mgcp.CallerId;
import io.phoneagent.mgcp.ConnectionStatistics;
import io.phoneagent.mgcp.MediaEngine;
import io.phoneagent.mgcp.MediaRequest;
import io.phoneagent.mgcp.MediaStream;
import io.phoneagent.mgcp.MgcpEndpoint;
import io.phoneagent.mgcp.Refusal;
import io.phoneagent.mgcp.ReturnCode;
import io.phoneagent.mgcp.Tone;
import io.phoneagent.nat.FirewallSources;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A plain telephone at a line of an agent, behind a firewall, on virtual time. */
class AnalogLineLifeTest {
  private static final String ENDPOINT = "aaln/1@15551230001";

  private final PhoneOnVirtualTime world = new PhoneOnVirtualTime();
  private final VirtualSwitch dnsSwitch = world.dnsSwitch;
  private final Port port = new Port();
  private final AnalogLine telephone = AnalogLine.of(port, (loop, network) -> new NoMedia());
  private AnalogLine user = telephone;
  private RunningAgent agent = agent(Transport.UDP);

  private RunningAgent agent(Transport transport) {
    return agent(telephone, transport, Duration.ZERO);
  }

  private RunningAgent agent(AnalogLine device, Transport transport, Duration mostWaiting) {
    return world.agent(
        world
            .builder(
                new FixedAddress(), Line.number(VirtualSwitch.OWNER).secret("hush").device(device))
            .settings(AgentSettings.builder().maximumWaitingDelay(mostWaiting).build())
            .transport(transport)
            .probe(new FirewallSources().get("/ip", ""))
            .schedule(ReregistrationSchedule.checkEvery(Duration.ofSeconds(1))));
  }

  private static final class Port implements AnalogPort {
    final List<String> done = new ArrayList<>();
    boolean offHook;
    boolean broken;

    @Override
    public boolean isOffHook() {
      return offHook;
    }

    @Override
    public void ring(boolean on) {
      if (broken) {
        throw new IllegalStateException("a relay sticks");
      }
      done.add("ring " + on);
    }

    @Override
    public void showCaller(CallerId caller) {
      done.add("caller " + caller.number());
    }

    @Override
    public void play(Tone tone, boolean once) {
      done.add(tone.name());
    }

    @Override
    public void stopTone() {
      done.add("silence");
    }

    @Override
    public void showMessages(boolean waiting) {
      done.add("messages");
    }

    @Override
    public void interruptCurrent(boolean off) {
      done.add("current");
    }
  }

  private static final class NoMedia implements MediaEngine {
    @Override
    public List<String> capabilities() {
      return List.of("a:PCMU");
    }

    @Override
    public MediaStream open(MediaRequest request) throws Refusal {
      throw new Refusal(ReturnCode.NO_RESOURCES_NOW, "none in this test");
    }
  }

  /** Describes itself at as much length as is taken. */
  private static final class LongMedia implements MediaEngine {
    static final String DESCRIPTION =
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n" + "a=0123456\r\n".repeat(741) + "a=1234\r\n";

    @Override
    public List<String> capabilities() {
      return List.of("a:PCMU");
    }

    @Override
    public MediaStream open(MediaRequest request) {
      return new MediaStream() {
        @Override
        public String localDescription() {
          return DESCRIPTION;
        }

        @Override
        public void change(MediaRequest next) {}

        @Override
        public ConnectionStatistics statistics() {
          return new ConnectionStatistics(0, 0, 0, 0, 0, 0, 0);
        }

        @Override
        public void close() {}
      };
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"UDP", "TCP"})
  void anAnswerThatFitsInNoFrameIsAnError(Transport transport) {
    agent =
        agent(AnalogLine.of(port, (loop, network) -> new LongMedia()), transport, Duration.ZERO);
    start();
    dnsSwitch.sendFramed(
        "CRCX 20 " + ENDPOINT + " MGCP 1.0\r\nC: 1\r\nM: recvonly\r\n\r\n" + LongMedia.DESCRIPTION);
    world.advance(500);
    assertThat(last()).startsWith("200 20 ");
    Matcher id = Pattern.compile("I: ([0-9A-F]+)").matcher(last());
    assertThat(id.find()).isTrue();
    String audit = " " + ENDPOINT + " MGCP 1.0\r\nI: " + id.group(1) + "\r\nF: ";
    dnsSwitch.sendFramed("AUCX 21" + audit + "LC,RC\r\n");
    world.advance(500);
    assertThat(last()).isEqualTo("533 21 Response too large\r\n");
    for (String one : List.of("LC", "RC")) {
      dnsSwitch.sendFramed("AUCX 22" + one.length() + one.codePointAt(0) + audit + one + "\r\n");
      world.advance(500);
      assertThat(last()).startsWith("200 22").endsWith(LongMedia.DESCRIPTION);
    }
    dnsSwitch.sendFramed("AUEP 23 " + ENDPOINT + " MGCP 1.0\r\nF: MD\r\n");
    world.advance(500);
    assertThat(last()).contains("MD: 16384");
    assertThat(PhoneOnVirtualTime.causes(agent)).noneMatch(c -> c.contains("has failed"));
  }

  private void start() {
    agent.start();
    world.advance(3_000);
  }

  private void lift() {
    port.offHook = true;
    user.use(MgcpEndpoint::offHook);
    world.advance(500);
  }

  private long restarts() {
    return dnsSwitch.framed().stream().filter(t -> t.startsWith("RSIP")).count();
  }

  private String last() {
    return dnsSwitch.framed().get(dnsSwitch.framed().size() - 1);
  }

  @ParameterizedTest
  @EnumSource(names = {"UDP", "TCP"})
  void itIsAnnouncedOverItsFlowAndDoesWhatItIsTold(Transport transport) {
    if (transport == Transport.TCP) {
      AnalogLine other = AnalogLine.of(port, (loop, network) -> new NoMedia());
      agent = agent(other, transport, Duration.ZERO);
    }
    start();
    assertThat(dnsSwitch.registrations().get(0).protocol()).isEqualTo(Protocol.MGCP);
    assertThat(dnsSwitch.framed()).hasSize(1);
    assertThat(last()).startsWith("RSIP ").contains(" " + ENDPOINT + " ", "RM: restart");

    dnsSwitch.sendFramed("RQNT 7 " + ENDPOINT + " MGCP 1.0\r\nX: 1\r\nR: L/hd(N)\r\nS: L/rg\r\n");
    world.advance(500);
    assertThat(last()).startsWith("200 7 ");
    assertThat(port.done).contains("ring true");
  }

  /** As it does by default. */
  private void startAndWait() {
    AnalogLine patient = AnalogLine.of(port, (loop, network) -> new NoMedia());
    agent = agent(patient, Transport.UDP, AgentSettings.defaults().maximumWaitingDelay());
    start();
    assertThat(agent.line(VirtualSwitch.OWNER).reachable()).isTrue();
    assertThat(dnsSwitch.framed()).isEmpty();
    user = patient;
  }

  @Test
  void itTellsOfItsRestartWhenItIsAsked() {
    startAndWait();
    dnsSwitch.sendFramed("AUEP 5 " + ENDPOINT + " MGCP 1.0\r\n");
    world.advance(500);
    assertThat(dnsSwitch.framed().get(0)).startsWith("RSIP ").contains("RM: restart");
    assertThat(dnsSwitch.framed().get(1)).startsWith("200 5 ");
  }

  @Test
  void itTellsOfItsRestartWhenItsHandsetIsLifted() {
    startAndWait();
    lift();
    assertThat(dnsSwitch.framed().get(0)).startsWith("RSIP ").contains("RM: restart");
  }

  @Test
  void itTellsOfItsRestartWithinTheLongestDelayByItself() {
    startAndWait();
    world.advance(600_000);
    assertThat(dnsSwitch.framed()).hasSize(1);
    assertThat(last()).startsWith("RSIP ").contains("RM: restart");
  }

  @Test
  void aChangedAddressIsNoRestartAndWhatWasLostIsSaidAgainAtOnce() {
    start();
    world.nat.changeAddress("203.0.113.12");
    lift(); // told by a way that leads nowhere
    world.advance(1_500);
    assertThat(last()).startsWith("NTFY").contains("O: L/hd");
    assertThat(restarts()).isEqualTo(1);
    dnsSwitch.sendFramed("RQNT 8 " + ENDPOINT + " MGCP 1.0\r\nX: 2\r\nR: L/hu(N)\r\nS: L/dl\r\n");
    world.advance(500);
    assertThat(port.done).contains("L/dl");
  }

  @Test
  void aCallAgentElsewhereIsRefused() {
    start();
    dnsSwitch.sendFramed(
        "RQNT 9 " + ENDPOINT + " MGCP 1.0\r\nN: ca@203.0.113.66\r\nX: 3\r\nS: L/rg\r\n");
    world.advance(500);
    assertThat(last()).startsWith("539 9 ");
    dnsSwitch.sendFramed(
        "RQNT 10 " + ENDPOINT + " MGCP 1.0\r\nN: ca@[198.51.100.1]\r\nX: 3\r\nS: L/rg\r\n");
    world.advance(500);
    assertThat(last()).startsWith("200 10 ");
  }

  @Test
  void aPortThatFailsIsToldAndTheNextCommandIsCarriedOut() {
    start();
    port.broken = true;
    dnsSwitch.sendFramed("RQNT 11 " + ENDPOINT + " MGCP 1.0\r\nX: 4\r\nS: L/rg\r\n");
    world.advance(500);
    assertThat(last()).startsWith("400 11");
    assertThat(PhoneOnVirtualTime.causes(agent)).anyMatch(c -> c.contains("a relay sticks"));
    port.broken = false;
    dnsSwitch.sendFramed("RQNT 12 " + ENDPOINT + " MGCP 1.0\r\nX: 5\r\nS: \r\n");
    world.advance(500);
    assertThat(last()).startsWith("200 12 ");
    lift();
    assertThat(last()).startsWith("NTFY");
  }

  @Test
  void itSaysGoodBye() {
    start();
    CompletableFuture<Void> done = new CompletableFuture<>();
    agent.end(StopMode.LEAVE, done);
    world.advance(3_500);
    assertThat(dnsSwitch.framed()).anyMatch(t -> t.contains("RM: forced"));
    assertThat(dnsSwitch.deletes()).isEqualTo(1);
  }

  @Test
  void itRestsAndComesBackByARestart() {
    start();
    agent.suspend();
    world.advance(1_000);
    agent.resume();
    world.advance(3_000);
    assertThat(last()).contains("RM: restart");
    dnsSwitch.sendFramed("RQNT 13 " + ENDPOINT + " MGCP 1.0\r\nX: 5\r\nR: L/hd(N)\r\n");
    world.advance(500);
    assertThat(last()).startsWith("200 13 ");
  }

  @Test
  void itsCallsAreItsOwn() {
    start();
    assertThatThrownBy(
            () -> agent.line(VirtualSwitch.OWNER).call("+15551230002", new MediaDescription("")))
        .isInstanceOf(PhoneAgentException.class)
        .hasMessageContaining("plain telephone");
  }

  @Test
  void aRegistrarKnowsNoTelephoneAndNoTwoLinesShareOne() {
    assertThatThrownBy(
            () ->
                world.agent(
                    world
                        .builder(
                            new FixedAddress(),
                            Line.number(VirtualSwitch.OWNER).secret("hush").device(telephone))
                        .registrars(List.of(URI.create("sip:example.com")))))
        .isInstanceOf(InvalidSettingException.class);
    assertThatThrownBy(() -> agent(Transport.UDP)).isInstanceOf(InvalidSettingException.class);
  }
}
