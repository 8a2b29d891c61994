// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import static io.phoneagent.sip.Wire.ALICE;
import static io.phoneagent.sip.Wire.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** One user agent, with everything that the other end does written by hand. */
final class UserAgentTest implements UserAgentListener, SessionListener {
  private final VirtualTime time = new VirtualTime();
  private final Wire wire = new Wire(time);
  private final List<SipSession> incoming = new ArrayList<>();
  private final List<String> ends = new ArrayList<>();
  private boolean handles;
  private final SipUserAgent agent =
      SipUserAgent.builder(time, wire, peer -> SipUri.of("me", "192.0.2.99", 5060))
          .tokens(SipTokens.from(new Random(3)))
          .build(this);

  @Override
  public void onIncoming(SipSession session) {
    session.listener(this);
    incoming.add(session);
  }

  @Override
  public boolean onRequest(ServerTransaction transaction) {
    if (handles) {
      transaction.respond(202);
    }
    return handles;
  }

  @Override
  public void onEnded(SipSession session, SessionEnd end) {
    ends.add(end.kind() + " " + end.status());
  }

  private SipSession call() {
    return agent.call(
        CallRequest.to(Uri.of("sip:bob@192.0.2.2"), NameAddr.of(Uri.of("sip:me@192.0.2.99")))
            .sdp(TwoPhones.OFFER),
        BOB,
        this);
  }

  private void receive(SipMethod method, String branch, HeaderField... fields) {
    SipRequest.Builder request = Wire.plain(method, "z9hG4bK" + branch);
    for (HeaderField field : fields) {
      request.set(field.name(), field.value());
    }
    agent.receive(request.build(), ALICE);
  }

  private static HeaderField field(HeaderName name, String value) {
    return new HeaderField(name, value);
  }

  private int status() {
    return wire.oneResponse().status();
  }

  /** An incoming call that is answered and acknowledged; returns this end's To. */
  private HeaderField answered() {
    receive(SipMethod.INVITE, "in");
    incoming.get(0).answer(TwoPhones.ANSWER);
    HeaderField to = field(HeaderName.TO, wire.oneResponse().to().toString());
    receive(SipMethod.ACK, "ack", to);
    assertThat(incoming.get(0).state()).isEqualTo(SessionState.ESTABLISHED);
    return to;
  }

  @Test
  void writesAWholeInvite() {
    call();
    SipRequest invite = wire.oneRequest();
    assertThat(invite.via().host()).isEqualTo("192.0.2.99");
    assertThat(invite.via().rport()).contains("");
    assertThat(invite.via().branch()).startsWith("z9hG4bK");
    assertThat(invite.fromTag()).isNotEmpty();
    assertThat(invite.toTag()).isEmpty();
    assertThat(invite.maxForwards()).hasValue(70);
    assertThat(invite.contact()).map(NameAddr::toString).contains("<sip:me@192.0.2.99:5060>");
    assertThat(invite.sdp()).contains(TwoPhones.OFFER);
    assertThat(invite.tokens(HeaderName.ALLOW)).contains("INVITE", "BYE");
  }

  @Test
  void hangsUpOnTheSecondEndThatAnswersAFork() {
    SipSession session = call();
    SipRequest invite = wire.oneRequest();
    agent.receive(Wire.answer(invite, 180, "b1"), BOB);
    agent.receive(Wire.answer(invite, 180, "b2"), BOB);
    agent.receive(Wire.answer(invite, 200, "b2"), BOB);
    SipRequest ack = wire.oneRequest();
    assertThat(ack.method()).isEqualTo(SipMethod.ACK);
    assertThat(ack.toTag()).isEqualTo("b2");
    assertThat(ack.cseq().number()).isEqualTo(invite.cseq().number());
    assertThat(ack.via().branch()).isNotEqualTo(invite.via().branch());
    assertThat(ack.uriText()).isEqualTo("sip:bob@192.0.2.2:5060");
    agent.receive(Wire.answer(invite, 200, "b1"), BOB);
    assertThat(wire.sent).extracting(one -> one.message().toTag()).containsExactly("b1", "b1");
    assertThat(wire.takeNames()).containsExactly("ACK", "BYE");
    agent.receive(Wire.answer(invite, 200, "b1"), BOB);
    agent.receive(Wire.answer(invite, 200, "b2"), BOB);
    assertThat(wire.sent).extracting(one -> one.message().toTag()).containsExactly("b1", "b2");
    assertThat(wire.takeNames()).containsExactly("ACK", "ACK");
    assertThat(session.state()).isEqualTo(SessionState.ESTABLISHED);
    assertThat(session.dialog().orElseThrow().id().remoteTag()).isEqualTo("b2");
  }

  @Test
  void hangsUpOnAnAnswerAfterACancelBeforeTheFirstResponse() {
    SipSession session = call();
    SipRequest invite = wire.oneRequest();
    session.hangUp();
    assertThat(wire.take()).isEmpty();
    assertThat(ends).containsExactly("CANCELLED 487");
    agent.receive(Wire.answer(invite, 200, "b"), BOB);
    assertThat(wire.takeNames()).containsExactly("ACK", "BYE");
    assertThat(session.state()).isEqualTo(SessionState.ENDED);
  }

  @Test
  void ignoresASuccessWithoutATag() {
    SipSession session = call();
    SipRequest invite = wire.oneRequest();
    agent.receive(invite.respond(200).build(), BOB);
    assertThat(session.state()).isEqualTo(SessionState.CALLING);
  }

  @Test
  void answersOptions() {
    receive(SipMethod.OPTIONS, "1");
    SipResponse ok = wire.oneResponse();
    assertThat(ok.status()).isEqualTo(200);
    assertThat(ok.tokens(HeaderName.ALLOW)).contains("INVITE", "ACK", "CANCEL", "BYE", "OPTIONS");
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    receive(SipMethod.of("FLY"), "1");
    SipResponse refused = wire.oneResponse();
    assertThat(refused.status()).isEqualTo(405);
    assertThat(refused.has(HeaderName.ALLOW)).isTrue();
    receive(SipMethod.SUBSCRIBE, "1s", field(HeaderName.EVENT, "presence"));
    refused = wire.oneResponse();
    assertThat(refused.status()).isEqualTo(489);
    assertThat(refused.tokens(HeaderName.ALLOW_EVENTS)).containsExactly("refer");
    receive(SipMethod.NOTIFY, "1n", field(HeaderName.EVENT, "presence"));
    assertThat(status()).isEqualTo(489);
    receive(SipMethod.NOTIFY, "1m", field(HeaderName.EVENT, "refer"));
    assertThat(status()).isEqualTo(481);
    receive(SipMethod.REFER, "1r", field(HeaderName.REFER_TO, "<sip:carol@192.0.2.3>"));
    assertThat(status()).isEqualTo(403);
    receive(SipMethod.INVITE, "2", field(HeaderName.REQUIRE, "100rel, precondition"));
    refused = wire.oneResponse();
    assertThat(refused.status()).isEqualTo(420);
    assertThat(refused.tokens(HeaderName.UNSUPPORTED)).containsExactly("precondition");
    receive(SipMethod.INVITE, "3", field(HeaderName.CONTENT_TYPE, "text/plain"));
    assertThat(incoming).hasSize(1);
    incoming.get(0).reject(486);
    assertThat(status()).isEqualTo(486);
    agent.receive(
        Wire.plain(SipMethod.INVITE, "z9hG4bK4").body("text/plain", new byte[1]).build(), ALICE);
    assertThat(status()).isEqualTo(415);
    agent.receive(Wire.plain(SipMethod.INVITE, "z9hG4bK5").uri(Uri.of("http://x")).build(), ALICE);
    assertThat(status()).isEqualTo(416);
    assertThat(incoming).hasSize(1);
  }

  @Test
  void givesOtherRequestsToItsOwner() {
    handles = true;
    receive(SipMethod.REGISTER, "1");
    assertThat(status()).isEqualTo(202);
  }

  @Test
  void refusesTheSameInviteByAnotherWay() {
    receive(SipMethod.INVITE, "1");
    receive(SipMethod.INVITE, "2");
    assertThat(status()).isEqualTo(482);
    assertThat(incoming).hasSize(1);
  }

  @Test
  void knowsNoDialogButItsOwn() {
    receive(SipMethod.BYE, "1");
    assertThat(status()).isEqualTo(481);
    HeaderField to = answered();
    HeaderField second = field(HeaderName.CSEQ, "2 BYE");
    receive(SipMethod.BYE, "2", field(HeaderName.TO, "<sip:x@y>;tag=zz"), second);
    assertThat(status()).isEqualTo(481);
    receive(SipMethod.BYE, "3", to, second, field(HeaderName.FROM, "<sip:x@y>;tag=other"));
    assertThat(status()).isEqualTo(481);
    receive(SipMethod.BYE, "4", to, second, field(HeaderName.CALL_ID, "other"));
    assertThat(status()).isEqualTo(481);
    assertThat(ends).isEmpty();
    receive(SipMethod.BYE, "5", to, second);
    assertThat(status()).isEqualTo(200);
    assertThat(ends).containsExactly("HUNG_UP 200");
    receive(SipMethod.BYE, "6", to, second);
    assertThat(status()).isEqualTo(481);
  }

  @Test
  void refusesWhatIsOlderThanWhatItHasSeen() {
    HeaderField to = answered();
    receive(SipMethod.INFO, "1", to, field(HeaderName.CSEQ, "7 INFO"));
    assertThat(status()).isEqualTo(200);
    receive(SipMethod.BYE, "2", to, field(HeaderName.CSEQ, "6 BYE"));
    assertThat(status()).isEqualTo(500);
    assertThat(ends).isEmpty();
  }

  @Test
  void answersTheRestInADialog() {
    HeaderField to = answered();
    receive(SipMethod.OPTIONS, "1", to, field(HeaderName.CSEQ, "2 OPTIONS"));
    receive(SipMethod.REFER, "2", to, field(HeaderName.CSEQ, "3 REFER"));
    receive(SipMethod.UPDATE, "3", to, field(HeaderName.CSEQ, "4 UPDATE"));
    receive(SipMethod.INVITE, "4", to, field(HeaderName.CSEQ, "5 INVITE"));
    // No listener of offers here: the default refuses them.
    assertThat(wire.takeNames()).containsExactly("200", "400", "200", "488");
  }

  @Test
  void refusesAnOfferBeforeTheFirstOneIsSettled() {
    receive(SipMethod.INVITE, "in");
    incoming.get(0).ring();
    HeaderField to = field(HeaderName.TO, wire.oneResponse().to().toString());
    receive(SipMethod.INVITE, "2", to, field(HeaderName.CSEQ, "2 INVITE"));
    SipResponse refused = wire.oneResponse();
    assertThat(refused.status()).isEqualTo(500);
    assertThat(refused.has(HeaderName.RETRY_AFTER)).isTrue();
    assertThat(incoming.get(0).offer(TwoPhones.OFFER)).isFalse();
  }

  @Test
  void ringsWithEarlyMediaAndEndsByAnEarlyBye() {
    SipRequest.Builder invite = Wire.plain(SipMethod.INVITE, "z9hG4bKin");
    agent.receive(invite.body(SipUserAgent.SDP, TwoPhones.OFFER).build(), ALICE);
    incoming.get(0).progress(183, TwoPhones.ANSWER);
    SipResponse progress = wire.oneResponse();
    assertThat(progress.sdp()).contains(TwoPhones.ANSWER);
    assertThat(progress.contact()).isPresent();
    HeaderField to = field(HeaderName.TO, progress.to().toString());
    receive(SipMethod.BYE, "bye", to, field(HeaderName.CSEQ, "2 BYE"));
    assertThat(wire.takeNames()).containsExactly("200", "487");
    assertThat(ends).containsExactly("HUNG_UP 200");
    incoming.get(0).answer(TwoPhones.ANSWER);
    incoming.get(0).ring();
    incoming.get(0).reject(486);
    incoming.get(0).hangUp();
    assertThat(wire.take()).isEmpty();
  }

  @Test
  void registersWithACallOfItsOwn() {
    List<String> answers = new ArrayList<>();
    SipRequest.Builder register =
        SipRequest.builder(SipMethod.REGISTER, Uri.of("sip:192.0.2.2"))
            .add(HeaderName.FROM, "<sip:me@192.0.2.2>;tag=1")
            .add(HeaderName.TO, "<sip:me@192.0.2.2>");
    agent.request(
        register,
        SipMethod.REGISTER,
        BOB,
        new DigestAccount("me", "secret", SipTokens.from(new Random(1))),
        new SipUserAgent.AnswerListener() {
          @Override
          public void onAnswer(SipResponse response) {
            answers.add("answer " + response.status());
          }

          @Override
          public void onFailure(ClientTransaction.Failure failure) {
            answers.add(failure.name());
          }
        });
    SipRequest first = wire.oneRequest();
    agent.receive(
        first
            .respond(407)
            .toTag("r")
            .add(HeaderName.PROXY_AUTHENTICATE, "Digest realm=\"x\", nonce=\"1\"")
            .build(),
        BOB);
    SipRequest second = wire.oneRequest();
    assertThat(second.cseq().number()).isEqualTo(2);
    assertThat(second.callId()).isEqualTo(first.callId());
    assertThat(second.has(HeaderName.PROXY_AUTHORIZATION)).isTrue();
    assertThat(second.via().branch()).isNotEqualTo(first.via().branch());
    agent.receive(second.respond(200).toTag("r").build(), BOB);
    assertThat(answers).containsExactly("answer 200");
    time.advance(Duration.ofSeconds(40));
    assertThat(time.pendingTimers()).isZero();
  }

  @Test
  void sendsCredentialsWithoutBeingAsked() {
    DigestAccount account = new DigestAccount("me", "secret", SipTokens.from(new Random(1)));
    account.learn(DigestChallenge.of("phoneagent", "from-registration", DigestAlgorithm.SHA_256));
    SipSession session =
        agent.call(
            CallRequest.to(Uri.of("sip:b@c"), NameAddr.of(Uri.of("sip:me@192.0.2.99")))
                .credentials(account),
            BOB,
            this);
    SipRequest invite = wire.oneRequest();
    agent.receive(Wire.answer(invite, 200, "b"), BOB);
    wire.take();
    session.hangUp();
    SipRequest bye = wire.oneRequest();
    Optional<DigestCredentials> shown =
        bye.header(HeaderName.AUTHORIZATION).flatMap(DigestCredentials::parse);
    assertThat(shown.orElseThrow().nonceCount()).isEqualTo(2);
    assertThat(shown.orElseThrow().uri()).isEqualTo(bye.uriText());
    assertThat(session.toString() + account).doesNotContain("secret");
  }
}
