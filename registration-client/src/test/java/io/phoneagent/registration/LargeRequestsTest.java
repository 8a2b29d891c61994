// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.AgentStatus;
import io.phoneagent.Call;
import io.phoneagent.CallState;
import io.phoneagent.MediaDescription;
import io.phoneagent.Transport;
import io.phoneagent.nat.FirewallSources;
import io.phoneagent.sip.CallRequest;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.SessionListener;
import io.phoneagent.sip.SessionState;
import io.phoneagent.sip.SipPeer;
import io.phoneagent.sip.SipSession;
import io.phoneagent.sip.SipUri;
import io.phoneagent.spi.StreamReceiver;
import io.phoneagent.testkit.VirtualHost;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls whose INVITE is too large for a datagram (RFC 3261, section 18.1.1). */
class LargeRequestsTest {

  private final PhoneOnVirtualTime world = new PhoneOnVirtualTime();
  private final List<Call> calls = new ArrayList<>();

  private VirtualRegistrar registrar(boolean listens) throws IOException {
    return new VirtualRegistrar(world.time, world.network.host("198.51.100.7"), listens);
  }

  private RunningAgent online(Transport transport) {
    RunningAgent agent =
        world.agent(
            world
                .registering(VirtualRegistrar.line(), "198.51.100.7;transport=" + transport.label())
                .callHandler(calls::add)
                .probe(new FirewallSources().get("/ip", "")));
    agent.start();
    world.advance(3_000);
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
    return agent;
  }

  private static Call call(RunningAgent agent, String sdp) {
    return agent.line(VirtualRegistrar.NUMBER).call("+15551230002", new MediaDescription(sdp));
  }

  private static SipSession only(VirtualRegistrar registrar) {
    assertThat(registrar.incoming()).hasSize(1);
    return registrar.incoming().get(0);
  }

  private void answered(VirtualRegistrar registrar, Call call) {
    only(registrar).answer(Samples.sdp());
    world.advance(300);
    assertThat(call.state()).isEqualTo(CallState.ESTABLISHED);
    assertThat(only(registrar).state()).isEqualTo(SessionState.ESTABLISHED);
    call.hangUp();
    world.advance(300);
    assertThat(only(registrar).state()).isEqualTo(SessionState.ENDED);
  }

  @Test
  void aLargeInviteGoesOverAConnectionAndTheCallIsOneLikeOthers() throws IOException {
    VirtualRegistrar registrar = registrar(true);
    RunningAgent agent = online(Transport.UDP);
    assertThat(registrar.connections()).isZero();
    Call call = call(agent, Samples.LARGE_SDP);
    world.advance(300);
    assertThat(only(registrar).peer().transport()).isEqualTo("TCP");
    assertThat(only(registrar).invite().orElseThrow().via().transport()).isEqualTo("TCP");
    assertThat(only(registrar).invite().orElseThrow().contact().orElseThrow().uri().text())
        .as("it is called by the port it has registered by")
        .isEqualTo(registrar.contacts().get(0));
    answered(registrar, call);
    assertThat(registrar.connections()).isOne();
  }

  @Test
  void theConnectionServesTheNextOneAndIsClosedAfterFourMinutesOfSilence() throws IOException {
    VirtualRegistrar registrar = registrar(true);
    RunningAgent agent = online(Transport.UDP);
    call(agent, Samples.LARGE_SDP);
    world.advance(300);
    call(agent, Samples.LARGE_SDP);
    world.advance(300);
    assertThat(registrar.incoming()).hasSize(2);
    assertThat(registrar.connections()).isOne();
    registrar.incoming().forEach(s -> s.reject(486));
    world.advance(230_000);
    assertThat(registrar.connections()).isOne();
    world.advance(20_000);
    assertThat(registrar.connections()).isZero();
    call(agent, Samples.LARGE_SDP);
    world.advance(300);
    assertThat(registrar.incoming()).hasSize(3);
  }

  @ParameterizedTest
  @EnumSource(
      value = Transport.class,
      names = {"UDP", "TCP"})
  void whatIsSmallOrGoesOverAConnectionAnywayOpensNone(Transport transport) throws IOException {
    VirtualRegistrar registrar = registrar(true);
    RunningAgent agent = online(transport);
    int before = registrar.connections();
    Call call = call(agent, transport == Transport.UDP ? Samples.SDP : Samples.LARGE_SDP);
    world.advance(300);
    assertThat(only(registrar).peer().transport()).isEqualTo(transport.name());
    answered(registrar, call);
    assertThat(registrar.connections()).isEqualTo(before);
  }

  @Test
  void aServerThatTakesNoConnectionGetsADatagramAndIsNotAskedAgainForAWhile() throws IOException {
    VirtualRegistrar registrar = registrar(false);
    RunningAgent agent = online(Transport.UDP);
    Call call = call(agent, Samples.LARGE_SDP);
    world.advance(300);
    assertThat(only(registrar).peer().transport()).isEqualTo("UDP");
    assertThat(only(registrar).invite().orElseThrow().via().transport()).isEqualTo("UDP");
    answered(registrar, call);
    int sockets = world.phone.openSockets();
    call(agent, Samples.LARGE_SDP);
    world.advance(1);
    assertThat(world.phone.openSockets()).as("no try").isEqualTo(sockets);
    world.advance(100);
    assertThat(registrar.incoming()).hasSize(2);
  }

  @Test
  void aServerThatTakesTheConnectionAndSaysNothingGetsTheDatagramSoon() throws IOException {
    VirtualHost host = world.network.host("198.51.100.7");
    VirtualRegistrar registrar = new VirtualRegistrar(world.time, host, false);
    List<InetSocketAddress> taken = new ArrayList<>();
    host.listen(
        5060,
        (stream, from) -> {
          taken.add(from);
          return new Silent();
        });
    RunningAgent agent = online(Transport.UDP);
    Call call = call(agent, Samples.LARGE_SDP);
    world.advance(400);
    assertThat(taken).hasSize(1);
    assertThat(registrar.incoming()).as("the connection has half a second").isEmpty();
    world.advance(300);
    assertThat(only(registrar).invite().orElseThrow().via().transport()).isEqualTo("UDP");
    int sockets = world.phone.openSockets();
    answered(registrar, call);
    assertThat(world.phone.openSockets()).as("of no use").isLessThanOrEqualTo(sockets);
    call(agent, Samples.LARGE_SDP);
    world.advance(100);
    assertThat(registrar.incoming()).as("at once").hasSize(2);
    assertThat(taken).hasSize(1);
  }

  /** Takes what comes. */
  private static final class Silent implements StreamReceiver {
    @Override
    public void connected() {
      // Nothing is said.
    }

    @Override
    public void received(ByteBuffer data) {
      // Nothing is answered.
    }

    @Override
    public void closed(String cause) {
      // Nothing follows.
    }
  }

  private void callThePhone(VirtualRegistrar registrar, SipPeer way) {
    registrar
        .userAgent()
        .call(
            CallRequest.to(
                    SipUri.of("anna", "192.168.1.100"),
                    NameAddr.of(SipUri.of("ben", "198.51.100.7")))
                .sdp(Samples.sdp()),
            way,
            new SessionListener() {});
    world.advance(300);
  }

  @Test
  void newCallsComeByTheRegisteredPortAlone() throws IOException {
    VirtualRegistrar registrar = registrar(true);
    RunningAgent agent = online(Transport.UDP);
    call(agent, Samples.LARGE_SDP);
    world.advance(300);
    callThePhone(registrar, only(registrar).peer());
    assertThat(calls).isEmpty();
    callThePhone(registrar, registrar.way());
    assertThat(calls).hasSize(1);
  }

  @Test
  void afterAMoveTheConnectionIsFromTheNewAddress() throws IOException {
    VirtualRegistrar registrar = registrar(true);
    RunningAgent agent = online(Transport.UDP);
    call(agent, Samples.LARGE_SDP);
    world.advance(300);
    registrar.incoming().get(0).reject(486);
    world.nat.changeAddress("203.0.113.12");
    world.advance(40_000);
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
    Call again = call(agent, Samples.LARGE_SDP);
    world.advance(500);
    assertThat(registrar.incoming()).hasSize(2);
    assertThat(registrar.incoming().get(1).peer().transport()).isEqualTo("TCP");
    assertThat(registrar.incoming().get(1).peer().host()).isEqualTo("203.0.113.12");
    registrar.incoming().get(1).answer(Samples.sdp());
    world.advance(500);
    assertThat(again.state()).isEqualTo(CallState.ESTABLISHED);
  }
}
