// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import static io.phoneagent.sip.TwoPhones.ANSWER;
import static io.phoneagent.sip.TwoPhones.OFFER;
import static io.phoneagent.sip.Wire.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Offers before the answer where a call rings at several ends, and at one that knows no UPDATE. */
final class ForkedOfferTest implements SessionListener {
  private static final byte[] HOLD = TwoPhones.sdp("hold");
  private static final byte[] HELD = TwoPhones.sdp("held");
  private static final byte[] LATE = TwoPhones.sdp("late");
  private static final String ALL = SipUserAgent.ALLOWED;
  private static final String NO_UPDATE = "INVITE, ACK, BYE, CANCEL, PRACK";

  private final VirtualTime time = new VirtualTime();
  private final Wire wire = new Wire(time);
  private final List<String> events = new ArrayList<>();
  private final SipUserAgent agent =
      SipUserAgent.builder(time, wire, peer -> SipUri.of("me", "192.0.2.99", 5060))
          .tokens(SipTokens.from(new Random(4)))
          .build(session -> {});
  private Consumer<SipSession> onProgress = session -> {};

  @Override
  public void onProgress(SipSession session, SipResponse response) {
    events.add("progress " + response.toTag());
    onProgress.accept(session);
  }

  @Override
  public void onEstablished(SipSession session) {
    events.add("established");
  }

  @Override
  public void onOfferAccepted(SipSession session) {
    events.add("accepted");
  }

  @Override
  public void onOfferRejected(SipSession session, int status) {
    events.add("rejected " + status);
  }

  @Override
  public void onEnded(SipSession session, SessionEnd end) {
    events.add("ended " + end.status());
  }

  private SipSession call(byte[] offer) {
    return agent.call(
        CallRequest.to(Uri.of("sip:bob@192.0.2.2"), NameAddr.of(Uri.of("sip:me@192.0.2.99")))
            .sdp(offer),
        BOB,
        this);
  }

  private static SipResponse reliable(SipRequest invite, String tag, String allow) {
    return Wire.answer(invite, 183, tag).toBuilder()
        .add(HeaderName.REQUIRE, "100rel")
        .add(HeaderName.RSEQ, "7")
        .add(HeaderName.ALLOW, allow)
        .body(SipUserAgent.SDP, ANSWER)
        .build();
  }

  private void hear(SipResponse response) {
    agent.receive(response, BOB);
  }

  private static SipResponse described(SipResponse response, byte[] sdp) {
    return response.toBuilder().body(SipUserAgent.SDP, sdp).build();
  }

  @AfterEach
  void leavesNothing() {
    agent.sessions().forEach(SipSession::hangUp);
    for (int i = 0; i < 40; i++) {
      wire.take().stream()
          .filter(sent -> sent.message() instanceof SipRequest)
          .map(sent -> (SipRequest) sent.message())
          .filter(r -> !r.method().equals(SipMethod.ACK))
          .forEach(r -> hear(r.respond(r.method().equals(SipMethod.INVITE) ? 487 : 200).build()));
      time.advance(Duration.ofSeconds(10));
    }
    assertThat(agent.sessions()).isEmpty();
    assertThat(agent.dialogs()).isZero();
    assertThat(agent.transactions().size()).isZero();
    assertThat(time.pendingTimers()).isZero();
  }

  @Test
  void anEndWithoutUpdateTakesAnOfferInThePrackAndNoneLater() {
    onProgress = session -> assertThat(session.offer(HOLD)).isTrue();
    SipSession call = call(OFFER);
    SipRequest invite = wire.oneRequest();
    hear(reliable(invite, "b", NO_UPDATE));
    SipRequest prack = wire.oneRequest();
    assertThat(prack.method()).isEqualTo(SipMethod.PRACK);
    assertThat(prack.header(HeaderName.RACK)).contains("7 1 INVITE");
    assertThat(prack.sdp()).contains(HOLD);
    hear(described(prack.respond(200).build(), HELD));
    assertThat(events).containsExactly("progress b", "accepted");
    assertThat(call.takesOffers()).isFalse();
    assertThat(call.offer(OFFER)).isFalse();
  }

  @Test
  void oneThatDoesNotLookIntoAPrackHasRefusedItsOffer() {
    onProgress = session -> session.offer(HOLD);
    SipSession call = call(OFFER);
    hear(reliable(wire.oneRequest(), "b", ALL));
    hear(wire.oneRequest().respond(200).build());
    assertThat(events).containsExactly("progress b", "rejected 488");
    assertThat(call.localSdp()).contains(OFFER);
  }

  @Test
  void aCollisionIsNotTriedAgainWhereThereIsNoUpdate() {
    onProgress = session -> session.offer(HOLD);
    call(OFFER);
    hear(reliable(wire.oneRequest(), "b", NO_UPDATE));
    hear(wire.oneRequest().respond(491).build());
    time.advance(Duration.ofSeconds(5));
    assertThat(events).containsExactly("progress b", "rejected 491");
    assertThat(wire.take()).isEmpty();
  }

  @Test
  void aCollisionIsTriedAgainByUpdateWhereThereIs() {
    onProgress = session -> session.offer(HOLD);
    call(OFFER);
    hear(reliable(wire.oneRequest(), "b", ALL));
    hear(wire.oneRequest().respond(491).build());
    time.advance(Duration.ofMillis(4_010));
    SipRequest update = (SipRequest) wire.take().get(0).message();
    assertThat(update.method()).isEqualTo(SipMethod.UPDATE);
    hear(described(update.respond(200).build(), HELD));
    assertThat(events).containsExactly("progress b", "accepted");
  }

  @Test
  void eachEndsOfferIsAnsweredInItsOwnPrack() {
    onProgress = session -> session.acknowledge(HELD);
    SipSession call = call(new byte[0]);
    SipRequest invite = wire.oneRequest();
    hear(reliable(invite, "one", ALL));
    hear(reliable(invite, "two", ALL));
    List<Wire.Sent> pracks = wire.take();
    assertThat(pracks).extracting(p -> p.message().to().tag().orElse("")).contains("one", "two");
    assertThat(pracks).allMatch(p -> p.message().sdp().isPresent());
    hear(described(Wire.answer(invite, 200, "two"), LATE));
    SipRequest ack = wire.oneRequest();
    assertThat(ack.method()).isEqualTo(SipMethod.ACK);
    assertThat(ack.bodyLength()).as("its offer was answered before").isZero();
    assertThat(events).containsExactly("progress one", "progress two", "established");
    assertThat(call.dialog().orElseThrow().id().remoteTag()).isEqualTo("two");
  }

  @Test
  void anotherEndsOfferWaitsUntilTheFirstOneIsAnswered() {
    SipSession call = call(new byte[0]);
    SipRequest invite = wire.oneRequest();
    hear(reliable(invite, "one", ALL));
    hear(reliable(invite, "two", ALL));
    assertThat(events).containsExactly("progress one");
    call.acknowledge(HELD);
    assertThat(wire.oneRequest().toTag()).isEqualTo("one");
    hear(reliable(invite, "two", ALL));
    assertThat(events).containsExactly("progress one", "progress two");
    call.acknowledge(HELD);
    assertThat(wire.oneRequest().toTag()).isEqualTo("two");
  }

  @Test
  void anOfferInTheAnswerOfAnEndThatMadeNoneBeforeIsAnsweredThere() {
    onProgress = session -> session.acknowledge(HELD);
    SipSession call = call(new byte[0]);
    SipRequest invite = wire.oneRequest();
    hear(reliable(invite, "one", ALL));
    wire.take();
    hear(described(Wire.answer(invite, 200, "two"), LATE));
    assertThat(wire.take()).isEmpty();
    assertThat(call.remoteSdp()).contains(LATE);
    call.acknowledge(HOLD);
    assertThat(wire.oneRequest().sdp()).contains(HOLD);
  }

  @Test
  void aChangeThatAnotherEndHasNotAnsweredIsOverWhenOneAnswers() {
    SipSession call = call(OFFER);
    SipRequest invite = wire.oneRequest();
    hear(reliable(invite, "one", ALL));
    hear(wire.oneRequest().respond(200).build());
    assertThat(call.offer(HOLD)).isTrue();
    SipRequest update = wire.oneRequest();
    hear(described(Wire.answer(invite, 200, "two"), LATE));
    assertThat(events).containsExactly("progress one", "rejected 500", "established");
    wire.take();
    hear(update.respond(481).build());
    assertThat(call.state()).as("that was another dialog").isEqualTo(SessionState.ESTABLISHED);
    assertThat(call.remoteSdp()).contains(LATE);
    assertThat(call.offer(HOLD)).as("it may go to this end").isTrue();
  }

  @Test
  void aChangeThatIsTakenAfterTheAnswerLeavesTheSessionItsTimer() {
    SipSession call = call(OFFER);
    SipRequest invite = wire.oneRequest();
    hear(reliable(invite, "b", ALL));
    hear(wire.oneRequest().respond(200).build());
    call.offer(HOLD);
    SipRequest update = wire.oneRequest();
    hear(
        Wire.answer(invite, 200, "b").toBuilder()
            .add(HeaderName.SESSION_EXPIRES, "1800;refresher=uac")
            .build());
    wire.take();
    hear(described(update.respond(200).build(), HELD));
    assertThat(events).containsExactly("progress b", "established", "accepted");
    assertThat(call.remoteSdp()).contains(HELD);
    assertThat(call.timer().isRefresher()).isTrue();
  }

  @Test
  void whatOneEndWasToldIsNotWhatAnotherKnows() {
    SipSession call = call(OFFER);
    SipRequest invite = wire.oneRequest();
    hear(reliable(invite, "one", ALL));
    hear(wire.oneRequest().respond(200).build());
    call.offer(HOLD);
    hear(described(wire.oneRequest().respond(200).build(), HELD));
    assertThat(call.localSdp()).contains(HOLD);
    hear(described(Wire.answer(invite, 200, "two"), LATE));
    assertThat(call.localSdp()).contains(OFFER);
    assertThat(call.remoteSdp()).contains(LATE);
  }

  @Test
  void whoMadeNoOfferAndKnowsNoReliableProgressIsNotDescribedAnything() {
    List<SipSession> incoming = new ArrayList<>();
    SipUserAgent called =
        SipUserAgent.builder(time, wire, peer -> SipUri.of("me", "192.0.2.99", 5060))
            .build(incoming::add);
    called.receive(Wire.plain(SipMethod.INVITE, "z9hG4bK-x").build(), BOB);
    assertThat(incoming.get(0).takesEarlyMedia()).isFalse();
    incoming.get(0).progress(183, ANSWER);
    SipResponse progress = wire.oneResponse();
    assertThat(progress.status()).isEqualTo(183);
    assertThat(progress.bodyLength()).isZero();
    incoming.get(0).answer(LATE);
    assertThat(wire.oneResponse().sdp()).contains(LATE);
    incoming.get(0).hangUp();
    time.advance(Duration.ofSeconds(70));
    wire.take().stream()
        .filter(sent -> sent.message() instanceof SipRequest)
        .forEach(sent -> called.receive(((SipRequest) sent.message()).respond(200).build(), BOB));
    time.advance(Duration.ofSeconds(70));
    assertThat(called.transactions().size()).isZero();
  }
}
