// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.AgentListener;
import io.phoneagent.AgentStatus;
import io.phoneagent.Call;
import io.phoneagent.CallState;
import io.phoneagent.MediaDescription;
import io.phoneagent.TransferPolicy;
import io.phoneagent.nat.FirewallSources;
import io.phoneagent.sip.CallRequest;
import io.phoneagent.sip.Dialog;
import io.phoneagent.sip.HeaderName;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.ReferTo;
import io.phoneagent.sip.Replaces;
import io.phoneagent.sip.SessionEnd;
import io.phoneagent.sip.SessionListener;
import io.phoneagent.sip.SessionOffer;
import io.phoneagent.sip.SipRequest;
import io.phoneagent.sip.SipSession;
import io.phoneagent.sip.SipUri;
import io.phoneagent.sip.Uri;
import io.phoneagent.spi.AgentConfiguration;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent that is transferred to somebody else by the other side of its call (RFC 3515). */
class TransfereeTest {
  private static final Uri CAROL = Uri.of("sip:+15551230003@198.51.100.7");

  private final PhoneOnVirtualTime world = new PhoneOnVirtualTime();
  private final VirtualRegistrar registrar;
  private RunningAgent agent = world.agent(world.builder(new FixedAddress()));
  private final List<String> told = new ArrayList<>();
  private final List<String> transferor = new ArrayList<>();
  private final List<Call> calls = new ArrayList<>();
  private Optional<MediaDescription> offered = Optional.empty();
  private boolean throwing;
  private Optional<Call> next = Optional.empty();

  TransfereeTest() throws IOException {
    registrar = new VirtualRegistrar(world.time, world.network.host("198.51.100.7"));
  }

  private final class Events implements AgentListener {
    @Override
    public Optional<MediaDescription> callChanged(Call call, MediaDescription offer, String cause) {
      return Optional.of(new MediaDescription(Samples.SDP + "a=recvonly\r\n"));
    }

    @Override
    public Optional<MediaDescription> callReferred(Call call, Call made, String cause) {
      told.add("referred to " + made.to());
      assertThat(made.replaces()).contains(call.id());
      assertThat(made.incoming()).isFalse();
      next = Optional.of(made);
      if (throwing) {
        throw new IllegalStateException("no socket");
      }
      return offered;
    }

    @Override
    public void callRinging(Call call, String cause) {
      told.add("ringing");
    }

    @Override
    public void callEstablished(Call call, String cause) {
      told.add("established " + (call.incoming() ? "in" : "out"));
    }

    @Override
    public void callEnded(Call call, int status, String cause) {
      told.add("ended " + (call.incoming() ? "in " : "out ") + status);
    }

    @Override
    public void disrupted(String what, String detail, Optional<Duration> retryIn) {
      told.add("disrupted " + what);
    }
  }

  private final class Transferor implements SessionListener {
    @Override
    public void onTransfer(SipSession session, int status) {
      transferor.add("transfer " + status);
    }

    @Override
    public void onOffer(SipSession session, SessionOffer offer) {
      offer.accept(Samples.sdp());
    }

    @Override
    public void onEnded(SipSession session, SessionEnd end) {
      transferor.add("ended " + end.status() + (end.byRemote() ? " there" : " here"));
    }
  }

  /** The agent in a call that somebody else began. */
  private SipSession talk(TransferPolicy policy) {
    AgentConfiguration.Builder configuration =
        world
            .registering(VirtualRegistrar.line(), "198.51.100.7;transport=udp")
            .probe(new FirewallSources().get("/ip", ""))
            .callHandler(
                call -> {
                  calls.add(call);
                  call.answer(Samples.MEDIA);
                })
            .listener(new Events());
    agent =
        world.agent(
            policy == TransferPolicy.WITHIN_CALLS
                ? configuration
                : configuration.transfers(policy));
    agent.start();
    world.advance(3_000);
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
    SipSession session =
        registrar
            .userAgent()
            .call(
                CallRequest.to(
                        SipUri.of("anna", "192.168.1.100"),
                        NameAddr.of(SipUri.of("+15551230002", "198.51.100.7")))
                    .sdp(Samples.sdp()),
                registrar.way(),
                new Transferor());
    world.advance(500);
    told.clear();
    return session;
  }

  private SipSession asked(SipSession session, Optional<Replaces> replaces) {
    assertThat(session.refer(new ReferTo(CAROL, replaces))).isTrue();
    world.advance(500);
    assertThat(registrar.incoming()).hasSize(1);
    return registrar.incoming().get(0);
  }

  @Test
  void itCallsWhomItIsToldToAndSaysHowThatGoes() {
    SipSession session = talk(TransferPolicy.WITHIN_CALLS);
    SipSession carol = asked(session, Optional.empty());
    SipRequest invite = carol.invite().orElseThrow();
    assertThat(invite.uriText()).isEqualTo(CAROL.text());
    assertThat(invite.from().uri().text()).isEqualTo("sip:anna@198.51.100.7");
    assertThat(invite.header(HeaderName.REFERRED_BY)).contains("<sip:+15551230002@198.51.100.7>");
    assertThat(invite.has(HeaderName.REPLACES)).isFalse();
    assertThat(told).containsExactly("referred to +15551230003", "ringing");
    assertThat(transferor).containsExactly("transfer 100", "transfer 180");

    carol.answer(Samples.sdp());
    world.advance(500);
    assertThat(transferor).containsExactly("transfer 100", "transfer 180", "transfer 200");
    assertThat(told).endsWith("established out");
    session.hangUp();
    world.advance(10_000);
    assertThat(told).endsWith("established out", "ended in 0");
    assertThat(next.orElseThrow().state()).isEqualTo(CallState.ESTABLISHED);
  }

  @Test
  void whoTransfersWithoutHangingUpIsLeftFiveSecondsLater() {
    SipSession session = talk(TransferPolicy.WITHIN_CALLS);
    asked(session, Optional.empty()).answer(Samples.sdp());
    world.advance(4_900);
    assertThat(transferor).doesNotContain("ended 200 there");
    world.advance(1_000);
    assertThat(transferor).endsWith("ended 200 there");
    assertThat(next.orElseThrow().state()).isEqualTo(CallState.ESTABLISHED);
  }

  @Test
  void theDialogToBeReplacedIsNamed() {
    SipSession session = talk(TransferPolicy.WITHIN_CALLS);
    agent.line(VirtualRegistrar.NUMBER).call("+15551230004", Samples.MEDIA);
    world.advance(300);
    SipSession carols = registrar.incoming().remove(0);
    carols.answer(Samples.sdp());
    world.advance(300);
    Dialog.Id id = carols.dialog().orElseThrow().id();
    Replaces replaces = new Replaces(id.callId(), id.localTag(), id.remoteTag(), false);
    SipRequest invite = asked(session, Optional.of(replaces)).invite().orElseThrow();
    assertThat(invite.header(HeaderName.REPLACES).flatMap(Replaces::parse)).contains(replaces);
  }

  @Test
  void whatWasDescribedLastIsOfferedBothWaysWhereTheVendorSaysNothing() {
    SipSession session = talk(TransferPolicy.WITHIN_CALLS);
    session.offer((Samples.SDP + "a=sendonly\r\n").getBytes(UTF_8));
    world.advance(500);
    String offer = new String(asked(session, Optional.empty()).remoteSdp().orElseThrow(), UTF_8);
    assertThat(offer).contains("m=audio 4000 RTP/AVP 0").doesNotContain("recvonly");
  }

  @Test
  void theVendorsOwnOfferIsMade() {
    offered = Optional.of(new MediaDescription(Samples.SDP.replace("4000", "4002")));
    String offer =
        new String(
            asked(talk(TransferPolicy.WITHIN_CALLS), Optional.empty()).remoteSdp().orElseThrow(),
            UTF_8);
    assertThat(offer).contains("m=audio 4002");
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 486, 503, 603})
  void aRefusalIsTheTransferorsAndTheCallIsAsItWas(int status) {
    SipSession session = talk(TransferPolicy.WITHIN_CALLS);
    asked(session, Optional.empty()).reject(status);
    world.advance(10_000);
    assertThat(transferor).endsWith("transfer " + status);
    assertThat(told).endsWith("ended out " + status);
    assertThat(calls.get(0).state()).isEqualTo(CallState.ESTABLISHED);
    assertThat(session.refer(new ReferTo(CAROL, Optional.empty()))).as("once more").isTrue();
  }

  @Test
  void aTransfereeWhoGivesUpSaysSo() {
    SipSession session = talk(TransferPolicy.WITHIN_CALLS);
    asked(session, Optional.empty());
    next.orElseThrow().hangUp();
    world.advance(500);
    assertThat(transferor).endsWith("transfer 487");
    assertThat(calls.get(0).state()).isEqualTo(CallState.ESTABLISHED);
  }

  @Test
  void whoHangsUpAtOnceHasStillTransferred() {
    SipSession session = talk(TransferPolicy.WITHIN_CALLS);
    SipSession carol = asked(session, Optional.empty());
    session.hangUp();
    world.advance(300);
    carol.answer(Samples.sdp());
    world.advance(10_000);
    assertThat(told).endsWith("ended in 0", "established out");
    assertThat(next.orElseThrow().state()).isEqualTo(CallState.ESTABLISHED);
  }

  @Test
  void theVendorMayRefuseAllTransfers() {
    SipSession session = talk(TransferPolicy.REFUSED);
    session.refer(new ReferTo(CAROL, Optional.empty()));
    world.advance(500);
    assertThat(transferor).containsExactly("transfer 603");
    assertThat(told).isEmpty();
    assertThat(registrar.incoming()).isEmpty();
  }

  @Test
  void aVendorWhoThrowsFailsTheTransferAndNothingElse() {
    throwing = true;
    SipSession session = talk(TransferPolicy.WITHIN_CALLS);
    session.refer(new ReferTo(CAROL, Optional.empty()));
    world.advance(500);
    assertThat(transferor).containsExactly("transfer 100", "transfer 500");
    assertThat(told)
        .containsExactly("referred to +15551230003", "disrupted callback", "ended out 500");
    assertThat(registrar.incoming()).isEmpty();
    assertThat(calls.get(0).state()).isEqualTo(CallState.ESTABLISHED);
  }
}
