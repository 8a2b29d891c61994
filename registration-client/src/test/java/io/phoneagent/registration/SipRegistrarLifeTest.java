// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.AgentListener;
import io.phoneagent.AgentStatus;
import io.phoneagent.Assignment;
import io.phoneagent.Call;
import io.phoneagent.FlowPath;
import io.phoneagent.Line;
import io.phoneagent.LineName;
import io.phoneagent.PublicAddress;
import io.phoneagent.ReregistrationSchedule;
import io.phoneagent.StopMode;
import io.phoneagent.Transport;
import io.phoneagent.nat.FirewallSources;
import io.phoneagent.sip.CallRequest;
import io.phoneagent.sip.DigestAlgorithm;
import io.phoneagent.sip.DigestCredentials;
import io.phoneagent.sip.HeaderField;
import io.phoneagent.sip.HeaderName;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.SessionListener;
import io.phoneagent.sip.SessionOffer;
import io.phoneagent.sip.SessionState;
import io.phoneagent.sip.SipRequest;
import io.phoneagent.sip.SipSession;
import io.phoneagent.sip.SipUri;
import io.phoneagent.spi.AgentConfiguration;
import io.phoneagent.spi.DatagramPort;
import io.phoneagent.testkit.NatBehaviour;
import io.phoneagent.testkit.VirtualHost;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An agent with a SIP registrar of others, behind a firewall, on virtual time. */
class SipRegistrarLifeTest {
  private static final String NUMBER = VirtualRegistrar.NUMBER;

  private PhoneOnVirtualTime world = new PhoneOnVirtualTime();
  private final List<String> events = new ArrayList<>();
  private final List<Call> calls = new ArrayList<>();
  private VirtualRegistrar registrar;
  private VirtualRegistrar second;
  private RunningAgent agent;

  @BeforeEach
  void build() throws IOException {
    registrar = new VirtualRegistrar(world.time, world.network.host("198.51.100.7"));
    second = new VirtualRegistrar(world.time, world.network.host("198.51.100.8"));
    agent = agent(Transport.UDP, VirtualRegistrar.PASSWORD);
  }

  private RunningAgent agent(Transport transport, String password) {
    return world.agent(configuration(transport, password));
  }

  private AgentConfiguration.Builder configuration(Transport transport, String password) {
    return withoutSource(transport, password, "198.51.100.7", "198.51.100.8")
        .probe(new FirewallSources().get("/ip", ""));
  }

  private AgentConfiguration.Builder withoutSource(
      Transport transport, String password, String... registrars) {
    return world
        .registering(
            Line.number(NUMBER).secret(password).user("anna"),
            Arrays.stream(registrars)
                .map(each -> each + ";transport=" + transport.label())
                .toArray(String[]::new))
        .schedule(ReregistrationSchedule.checkEvery(Duration.ofSeconds(1)))
        .callHandler(calls::add)
        .listener(new Events());
  }

  private final class Events implements AgentListener {
    @Override
    public void registered(
        LineName line, Assignment given, Optional<PublicAddress> address, String cause) {
      events.add("registered " + given.endpoint() + " for " + given.expiresIn().getSeconds());
    }

    @Override
    public void reregistered(
        LineName line, Assignment given, Optional<PublicAddress> address, String cause) {
      events.add("reregistered " + given.endpoint());
    }

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
      events.add("disrupted, " + detail);
    }

    @Override
    public void failed(String what, String detail, Optional<Duration> retryIn) {
      events.add("failed, " + detail + ", again in " + retryIn.orElseThrow().getSeconds());
    }
  }

  private void goOnline() {
    agent.start();
    world.advance(3_000);
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
    events.clear();
    registrar.registers().clear();
  }

  private void advanceSeconds(int seconds) {
    world.advance(seconds * 1_000L);
  }

  private static DigestCredentials credentials(SipRequest register) {
    return DigestCredentials.parse(register.header(HeaderName.AUTHORIZATION).orElseThrow())
        .orElseThrow();
  }

  @Test
  void itRegistersWithinTwoRoundTripsOfKnowingItsAddress() {
    agent.start();
    world.advance(100);
    assertThat(events)
        .containsExactly("registered 198.51.100.7:5060 for 600", "open 203.0.113.11:40000");
    SipRequest register = registrar.accepted().get(0);
    assertThat(register.uriText()).isEqualTo("sip:198.51.100.7");
    assertThat(register.to().uri().text()).isEqualTo("sip:anna@198.51.100.7");
    assertThat(register.header(HeaderName.CONTACT).orElseThrow())
        .matches(
            "<sip:anna@192.168.1.100:[0-9]+;ob>;\\+sip.instance="
                + "\"<urn:uuid:00000000-0000-1000-8000-020000000164>\";reg-id=1;expires=600");
    assertThat(register.via().rport()).isPresent();
  }

  @Test
  void theStrongerDigestIsTaken() {
    registrar.offersBoth();
    goOnline();
    assertThat(credentials(registrar.accepted().get(0)).algorithm())
        .isEqualTo(DigestAlgorithm.SHA_256);
  }

  @Test
  void aStaleNonceCostsOneMoreRequest() {
    goOnline();
    registrar.renewNonce();
    advanceSeconds(600);
    assertThat(registrar.registers()).hasSize(2);
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
    assertThat(events).containsExactly("reregistered 198.51.100.7:5060");
  }

  @Test
  void requestsOfOneRowHaveOneCallIdAndGrow() {
    registrar.grantsAtMost(60);
    goOnline();
    advanceSeconds(300);
    List<SipRequest> all = registrar.accepted();
    assertThat(all).hasSizeGreaterThan(4);
    for (int i = 1; i < all.size(); i++) {
      assertThat(all.get(i).callId()).isEqualTo(all.get(0).callId());
      assertThat(all.get(i).cseq().number()).isGreaterThan(all.get(i - 1).cseq().number());
    }
  }

  @Test
  void itIsRefreshedBeforeItRunsOutAndFromTheSamePort() {
    registrar.grantsAtMost(100);
    goOnline();
    advanceSeconds(60);
    assertThat(registrar.registers()).isEmpty();
    advanceSeconds(40);
    assertThat(registrar.registers()).hasSize(1);
    assertThat(registrar.contacts()).hasSize(1);
    assertThat(events).containsExactly("reregistered 198.51.100.7:5060");
  }

  @Test
  void aRegistrarThatWantsLongerOnesGetsThem() {
    registrar.answerNext(423, new HeaderField(HeaderName.MIN_EXPIRES, "1800"));
    agent.start();
    world.advance(200);
    assertThat(events.get(0)).isEqualTo("registered 198.51.100.7:5060 for 1800");
  }

  @Test
  void aRegistrarThatNeverHasEnoughIsRefusedByIt() {
    for (int i = 1; i < 50; i++) {
      registrar.answerNext(423, new HeaderField(HeaderName.MIN_EXPIRES, "" + (1800 + i)));
    }
    agent.start();
    world.advance(500);
    assertThat(registrar.registers()).hasSize(2);
    assertThat(events).hasSize(1);
    assertThat(events.get(0)).startsWith("failed, 423");
  }

  @Test
  void aWrongPasswordIsToldAndTriedAgainAsRefusalsAre() {
    agent = agent(Transport.UDP, "wrong");
    agent.start();
    advanceSeconds(20);
    assertThat(events)
        .containsExactly(
            "failed, 401 the registrar does not accept the password of anna; mend it, or the name"
                + " it belongs to, again in 30");
    assertThat(registrar.registers()).hasSize(2);
    advanceSeconds(20);
    assertThat(registrar.registers().size()).isBetween(3, 4);
  }

  @Test
  void aRedirectIsNotFollowed() {
    registrar.answerNext(302, new HeaderField(HeaderName.CONTACT, "<sip:198.51.100.66>"));
    agent.start();
    advanceSeconds(2);
    assertThat(events)
        .containsExactly(
            "failed, 302 the registrar sends the phone elsewhere, which is not followed:"
                + " sip:198.51.100.66, again in 30");
    assertThat(world.network.transcript())
        .noneMatch(d -> d.to().getAddress().getHostAddress().equals("198.51.100.66"));
  }

  @Test
  void whereOneSaysRetryAfterTheNextIsTakenAndTheFirstIsLeftAlone() {
    registrar.answerNext(503, new HeaderField(HeaderName.RETRY_AFTER, "120 (busy)"));
    agent.start();
    advanceSeconds(100);
    assertThat(events).contains("registered 198.51.100.8:5060 for 600");
    assertThat(registrar.registers()).hasSize(1);
  }

  @Test
  void aSilentOneIsLeftForTheNextAndComeBackTo() {
    registrar.silent(true);
    agent.start();
    advanceSeconds(7);
    assertThat(events).contains("registered 198.51.100.8:5060 for 600");
    registrar.silent(false);
    advanceSeconds(90);
    assertThat(events).contains("reregistered 198.51.100.7:5060");
    assertThat(registrar.contacts()).hasSize(1);
    assertThat(second.contacts()).isEmpty();
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
  }

  @Test
  void aChangedAddressIsRegisteredAtOnceFromANewPortAndTheOldContactIsGone() {
    goOnline();
    List<String> before = registrar.contacts();
    world.nat.changeAddress("203.0.113.12");
    world.advance(1_200);
    assertThat(events).containsExactly("reregistered 198.51.100.7:5060", "moved 203.0.113.12");
    assertThat(registrar.contacts()).hasSize(1).doesNotContainAnyElementsOf(before);
    assertThat(registrar.registers()).hasSize(1);
    List<NameAddr> contacts = registrar.registers().get(0).contacts();
    assertThat(contacts).hasSize(2);
    assertThat(contacts.get(1).uri().text()).isEqualTo(before.get(0));
    assertThat(contacts.get(1).parameter("expires")).contains("0");
  }

  @Test
  void aRegistrarThatKnowsOutboundReplacesTheContactByItself() {
    registrar.knowsOutbound();
    goOnline();
    world.nat.changeAddress("203.0.113.12");
    world.advance(1_200);
    assertThat(registrar.registers()).hasSize(1);
    assertThat(registrar.registers().get(0).contacts()).hasSize(1);
    assertThat(registrar.contacts()).hasSize(1);
  }

  @Test
  void oneThatTakesOneContactAtATimeGetsOne() {
    goOnline();
    registrar.answerNext(400);
    world.nat.changeAddress("203.0.113.12");
    world.advance(1_200);
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
    assertThat(registrar.registers()).hasSize(2);
    assertThat(registrar.registers().get(1).contacts()).hasSize(1);
  }

  @Test
  void whenTheAnswerIsLostNoContactStays() {
    goOnline();
    world.nat.changeAddress("203.0.113.12");
    // The registration is accepted, and nothing of the answer comes back.
    world.network.loss(0);
    world.advance(900);
    world.phone.cut(true);
    world.advance(2_000);
    world.phone.cut(false);
    advanceSeconds(10);
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
    assertThat(registrar.contacts()).hasSize(1);
  }

  @Test
  void contactsOfBeforeARestartAreRemovedAndThoseOfOthersAreNot() {
    String mine = "sip:anna@192.168.1.100:1234;ob";
    registrar.has(
        mine,
        "<"
            + mine
            + ">;expires=500;+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-020000000164>\"");
    registrar.has("sip:anna@10.0.0.5:5060", "<sip:anna@10.0.0.5:5060>;expires=500");
    agent.start();
    world.advance(300);
    assertThat(registrar.contacts()).hasSize(2).contains("sip:anna@10.0.0.5:5060");
    assertThat(registrar.contacts()).doesNotContain(mine);
  }

  @Test
  void anAcceptanceThatDoesNotListThePhoneIsNone() {
    registrar.answerNext(200, new HeaderField(HeaderName.CONTACT, "<sip:x@10.0.0.9>;expires=60"));
    agent.start();
    world.advance(150);
    assertThat(events)
        .containsExactly("disrupted, the registrar accepts, and does not list this phone");
    advanceSeconds(3);
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
  }

  @Test
  void lossAndRepetitionChangeNothing() {
    world.network.loss(0.3);
    agent.start();
    advanceSeconds(60);
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
    world.network.loss(0);
    advanceSeconds(300);
    assertThat(registrar.contacts().size() + second.contacts().size()).isEqualTo(1);
  }

  @Test
  void anAnswerThatComesLateDoesNotUndoTheNextTry() {
    goOnline();
    world.nat.changeAddress("203.0.113.12");
    world.network.delay(Duration.ofMillis(1_500));
    advanceSeconds(8);
    world.network.delay(Duration.ofMillis(10));
    advanceSeconds(12);
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
    advanceSeconds(600);
    assertThat(registrar.contacts().size() + second.contacts().size()).isEqualTo(1);
  }

  @Test
  void anEndTakesTheRegistrationBackAndARebootDoesNot() {
    goOnline();
    CompletableFuture<Void> done = new CompletableFuture<>();
    agent.end(StopMode.LEAVE, done);
    world.advance(500);
    assertThat(done).isDone();
    assertThat(registrar.contacts()).isEmpty();

    agent = agent(Transport.UDP, VirtualRegistrar.PASSWORD);
    goOnline();
    agent.end(StopMode.KEEP_REGISTRATION, new CompletableFuture<>());
    world.advance(500);
    assertThat(registrar.contacts()).hasSize(1);
  }

  @Test
  void whenAllIsOverNoSocketStays() {
    goOnline();
    agent.end(StopMode.LEAVE, new CompletableFuture<>());
    advanceSeconds(40);
    assertThat(world.phone.openSockets()).isZero();
  }

  @Test
  void lineEndsKeepTheWayAliveAndOptionsAsksWhereNothingIsHeard() {
    goOnline();
    advanceSeconds(150);
    assertThat(registrar.pings()).isBetween(5, 9);
    assertThat(registrar.options()).isBetween(2, 5);
    assertThat(registrar.registers()).isEmpty();
  }

  @Test
  void aFirewallThatForgetsIsFoundOutWithoutAnySource() {
    agent = world.agent(withoutSource(Transport.UDP, VirtualRegistrar.PASSWORD, "198.51.100.7"));
    goOnline();
    world.nat.changeAddress("203.0.113.12");
    advanceSeconds(60);
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
    assertThat(events).contains("moved 203.0.113.12");
    assertThat(registrar.contacts()).hasSize(1);
  }

  @Test
  void aDeadRegistrarIsNoticedOnTheFlow() {
    goOnline();
    registrar.silent(true);
    advanceSeconds(60);
    assertThat(events).contains("lost, the registrar does not answer any more");
    assertThat(events).contains("reregistered 198.51.100.8:5060");
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
  }

  @Test
  void overAConnectionAPongIsAwaited() {
    agent = agent(Transport.TCP, VirtualRegistrar.PASSWORD);
    goOnline();
    advanceSeconds(60);
    assertThat(registrar.pings()).isGreaterThan(3);
    assertThat(registrar.options()).isZero();
    assertThat(registrar.connections()).isEqualTo(1);
    registrar.silent(true);
    advanceSeconds(18);
    assertThat(events).contains("lost, the registrar does not answer any more");
  }

  @Test
  void aRegistrarWithoutPongsIsAskedByOptions() {
    registrar.ignoresPings();
    agent = agent(Transport.TCP, VirtualRegistrar.PASSWORD);
    goOnline();
    advanceSeconds(90);
    assertThat(registrar.pings()).isEqualTo(1);
    assertThat(registrar.options()).isGreaterThan(3);
    assertThat(events).isEmpty();
    assertThat(registrar.connections()).isEqualTo(1);
  }

  @Test
  void aConnectionThatBreaksIsReplacedAtOnce() {
    agent = agent(Transport.TCP, VirtualRegistrar.PASSWORD);
    goOnline();
    registrar.killAll();
    world.advance(1_000);
    assertThat(events.get(0)).startsWith("lost, the connection to the registrar is gone");
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
    assertThat(registrar.contacts()).hasSize(1);
  }

  @Test
  void overAConnectionAChangeMakesANewOne() {
    agent = agent(Transport.TCP, VirtualRegistrar.PASSWORD);
    goOnline();
    world.nat.changeAddress("203.0.113.12");
    world.advance(1_300);
    assertThat(events).contains("moved 203.0.113.12");
    assertThat(registrar.contacts()).hasSize(1);
  }

  private SipSession callThePhone(List<SessionOffer> offers) {
    return registrar
        .userAgent()
        .call(
            CallRequest.to(
                    SipUri.of("anna", "192.168.1.100"),
                    NameAddr.of(SipUri.of("ben", "198.51.100.7")))
                .sdp(Samples.sdp()),
            registrar.way(),
            new SessionListener() {
              @Override
              public void onOffer(SipSession session, SessionOffer offer) {
                offers.add(offer);
                offer.accept(Samples.sdp());
              }
            });
  }

  @Test
  void aCallGoesOnOverAChangeAndTheOtherEndIsToldOfIt() {
    goOnline();
    List<SessionOffer> offers = new ArrayList<>();
    SipSession session = callThePhone(offers);
    world.advance(200);
    calls.get(0).answer(Samples.MEDIA);
    world.advance(200);
    assertThat(session.state()).isEqualTo(SessionState.ESTABLISHED);

    world.nat.changeAddress("203.0.113.12");
    world.advance(1_500);
    assertThat(offers).hasSize(1);
    SipRequest offer = offers.get(0).request();
    assertThat(offer.contact().orElseThrow().uri().text()).isEqualTo(registrar.contacts().get(0));
    assertThat(new String(offer.body(), StandardCharsets.US_ASCII)).contains("o=- 7 2 IN IP4");

    calls.get(0).hangUp();
    world.advance(500);
    assertThat(session.state()).isEqualTo(SessionState.ENDED);
  }

  @Test
  void callsOfStrangersAreNotHeard() throws IOException {
    // Behind a firewall that lets in whatever comes to an open port.
    world =
        new PhoneOnVirtualTime(
            new NatBehaviour(
                NatBehaviour.Dependence.ENDPOINT_INDEPENDENT,
                NatBehaviour.Dependence.ENDPOINT_INDEPENDENT,
                Duration.ofSeconds(30)));
    build();
    goOnline();
    VirtualHost stranger = world.network.host("198.51.100.66");
    List<ByteBuffer> heard = new ArrayList<>();
    DatagramPort port =
        stranger
            .loop()
            .openDatagram(
                new InetSocketAddress(stranger.address(), 5060),
                (datagram, from) -> heard.add(datagram));
    String invite =
        """
        INVITE sip:anna@192.168.1.100 SIP/2.0
        Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bKstranger
        Max-Forwards: 70
        From: <sip:ben@198.51.100.7>;tag=1
        To: <sip:anna@198.51.100.7>
        Call-ID: strange
        CSeq: 1 INVITE
        Contact: <sip:ben@198.51.100.7>
        Content-Length: 0

        """
            .replace("\n", "\r\n");
    port.send(
        ByteBuffer.wrap(invite.getBytes(StandardCharsets.US_ASCII)),
        new InetSocketAddress("203.0.113.11", 40_000));
    world.advance(1_000);
    assertThat(calls).isEmpty();
    assertThat(heard).isEmpty();
  }

  @Test
  void itCallsByItsRegistrar() {
    goOnline();
    Call call = agent.line(NUMBER).call("+15551230002", Samples.MEDIA);
    world.advance(300);
    SipSession session = registrar.incoming().get(0);
    assertThat(session.from().uri().text()).isEqualTo("sip:anna@198.51.100.7");
    assertThat(session.invite().orElseThrow().uriText()).isEqualTo("sip:+15551230002@198.51.100.7");
    session.answer(Samples.sdp());
    world.advance(300);
    call.hangUp();
    world.advance(300);
    assertThat(session.state()).isEqualTo(SessionState.ENDED);
  }

  @Test
  void suspendedItRestsAndResumedItRegistersAgain() {
    goOnline();
    agent.suspend();
    advanceSeconds(100);
    assertThat(registrar.registers()).isEmpty();
    assertThat(world.phone.openSockets()).isZero();
    agent.resume();
    world.advance(500);
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
    assertThat(registrar.contacts()).hasSize(1);
  }
}
