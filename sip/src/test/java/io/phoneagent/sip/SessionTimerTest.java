// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import static io.phoneagent.sip.Wire.ALICE;
import static io.phoneagent.sip.Wire.BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 4028: who refreshes, when, and what happens where nobody does. */
final class SessionTimerTest {
  private final TwoPhones phones = new TwoPhones();
  private final TwoPhones.Phone alice = phones.alice;
  private final TwoPhones.Phone bob = phones.bob;

  private SipSession established() {
    SipSession session = alice.call();
    phones.seconds(0.02);
    bob.session().answer(TwoPhones.ANSWER);
    phones.seconds(0.05);
    alice.take();
    bob.take();
    phones.takeTranscript();
    return session;
  }

  @Test
  void theCallerRefreshesAtHalfOfTheInterval() {
    SipSession session = established();
    phones.seconds(899);
    assertThat(phones.takeTranscript()).isEmpty();
    phones.seconds(2);
    assertThat(phones.takeTranscript()).containsExactly("alice UPDATE", "bob 200");
    phones.seconds(10 * 3600);
    assertThat(phones.takeTranscript()).hasSize(2 * 40);
    assertThat(session.state()).isEqualTo(SessionState.ESTABLISHED);
    assertThat(alice.take()).isEmpty();
    assertThat(bob.take()).isEmpty();
    session.hangUp();
    phones.seconds(100);
    assertThat(phones.time.pendingTimers()).isZero();
  }

  @Test
  void bothEndTheSessionWhoseRefreshesAreLost() {
    established();
    phones.lost = message -> true;
    phones.seconds(900 + 33);
    assertThat(alice.take()).containsExactly("ended TIMED_OUT here 408");
    assertThat(bob.take()).isEmpty();
    // 32 s before the interval ends, counted from the answer.
    phones.seconds(1800 - 32 - 933 - 1);
    assertThat(bob.take()).isEmpty();
    phones.seconds(2);
    assertThat(bob.take()).containsExactly("ended TIMED_OUT here 408");
    phones.seconds(100);
    assertThat(phones.time.pendingTimers()).isZero();
  }

  @Test
  void anotherChangeCountsAsARefresh() {
    SipSession session = established();
    phones.seconds(800);
    session.offer(TwoPhones.OFFER);
    phones.seconds(0.02);
    bob.offer.orElseThrow().accept(TwoPhones.ANSWER);
    phones.seconds(0.1);
    phones.takeTranscript();
    phones.seconds(899);
    assertThat(phones.takeTranscript()).isEmpty();
    phones.seconds(1);
    assertThat(phones.takeTranscript()).containsExactly("alice UPDATE", "bob 200");
  }

  /** One end, with everything that the other does written by hand. */
  private static final class Lone implements UserAgentListener, SessionListener {
    final VirtualTime time = new VirtualTime();
    final Wire wire = new Wire(time);
    final List<SipSession> incoming = new ArrayList<>();
    final List<String> events = new ArrayList<>();
    private int invited;
    final SipUserAgent agent =
        SipUserAgent.builder(time, wire, peer -> SipUri.of("me", "192.0.2.99", 5060))
            .tokens(SipTokens.from(new Random(3)))
            .build(this);

    @Override
    public void onIncoming(SipSession session) {
      session.listener(this);
      incoming.add(session);
    }

    @Override
    public void onOfferAccepted(SipSession session) {
      events.add("offer accepted");
    }

    @Override
    public void onEnded(SipSession session, SessionEnd end) {
      events.add("ended " + end.status());
    }

    SipSession call() {
      return agent.call(
          CallRequest.to(Uri.of("sip:bob@192.0.2.2"), NameAddr.of(Uri.of("sip:me@192.0.2.99")))
              .sdp(TwoPhones.OFFER),
          BOB,
          this);
    }

    SipResponse invited(String... fields) {
      SipRequest.Builder invite = Wire.plain(SipMethod.INVITE, "z9hG4bK-in" + ++invited);
      for (String field : fields) {
        int colon = field.indexOf(':');
        invite.add(HeaderName.of(field.substring(0, colon)), field.substring(colon + 1).trim());
      }
      agent.receive(invite.build(), ALICE);
      if (!incoming.isEmpty()) {
        incoming.get(0).answer(TwoPhones.ANSWER);
      }
      return wire.oneResponse();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "timer | 600               | 600;refresher=uac",
        "timer | 600;refresher=uac | 600;refresher=uac",
        "timer | 600;refresher=UAS | 600;refresher=uas",
        "timer | 99999999          | 86400;refresher=uac",
        "timer | nonsense          | 1800;refresher=uac",
        "timer | ''                | 1800;refresher=uac",
        "none  | 600;refresher=uac | 600;refresher=uas",
        "none  | 60                | ''",
        "none  | ''                | ''",
      })
  void agreesWithTheCaller(String supported, String asked, String agreed) {
    Lone lone = new Lone();
    List<String> fields = new ArrayList<>(List.of("Supported: " + supported));
    if (!asked.isEmpty()) {
      fields.add("Session-Expires: " + asked);
    }
    SipResponse answer = lone.invited(fields.toArray(new String[0]));
    assertThat(answer.header(HeaderName.SESSION_EXPIRES).orElse("")).isEqualTo(agreed);
    assertThat(answer.tokens(HeaderName.REQUIRE).contains("timer"))
        .isEqualTo(agreed.endsWith("uac"));
  }

  @Test
  void refusesTooShortAnInterval() {
    Lone lone = new Lone();
    SipResponse refusal = lone.invited("Supported: timer", "Session-Expires: 89");
    assertThat(refusal.status()).isEqualTo(422);
    assertThat(refusal.header(HeaderName.MIN_SE)).contains("90");
    assertThat(lone.incoming).isEmpty();
    assertThat(lone.invited("k: timer", "x: 90").header(HeaderName.SESSION_EXPIRES))
        .contains("90;refresher=uac");
  }

  @Test
  void asksAgainForTheIntervalThatTheOtherWants() {
    Lone lone = new Lone();
    lone.call();
    SipRequest first = lone.wire.oneRequest();
    assertThat(first.header(HeaderName.SESSION_EXPIRES)).contains("1800");
    assertThat(first.tokens(HeaderName.SUPPORTED)).containsExactly("100rel", "timer", "replaces");
    refuse(lone, first, "3600");
    SipRequest second = lone.wire.oneRequest();
    assertThat(second.header(HeaderName.SESSION_EXPIRES)).contains("3600");
    assertThat(second.header(HeaderName.MIN_SE)).contains("3600");
    assertThat(second.callId()).isEqualTo(first.callId());
    assertThat(second.fromTag()).isEqualTo(first.fromTag());
    assertThat(second.cseq().number()).isEqualTo(2);
    // Nobody is followed in circles, nor to intervals that are none.
    refuse(lone, second, "3600");
    assertThat(lone.wire.take()).isEmpty();
    assertThat(lone.events).containsExactly("ended 422");
    lone.call();
    refuse(lone, lone.wire.oneRequest(), "86401");
    assertThat(lone.events).containsExactly("ended 422", "ended 422");
  }

  private static void refuse(Lone lone, SipRequest invite, String least) {
    lone.agent.receive(
        invite.respond(422).toTag("b" + least).add(HeaderName.MIN_SE, least).build(), BOB);
    assertThat(lone.wire.sent.remove(0).message().cseq().method()).isEqualTo(SipMethod.ACK);
  }

  private static SipSession answered(Lone lone, String expires, String allow) {
    SipSession session = lone.call();
    SipRequest invite = lone.wire.oneRequest();
    lone.agent.receive(
        Wire.answer(invite, 200, "b").toBuilder()
            .add(HeaderName.SESSION_EXPIRES, expires)
            .add(HeaderName.ALLOW, allow)
            .body(SipUserAgent.SDP, TwoPhones.ANSWER)
            .build(),
        BOB);
    assertThat(lone.wire.takeNames()).containsExactly("ACK");
    return session;
  }

  @Test
  void refreshesByReInviteWhereTheOtherKnowsNoUpdate() {
    Lone lone = new Lone();
    SipSession session = answered(lone, "100;refresher=uac", "INVITE, BYE");
    lone.time.advance(Duration.ofSeconds(50));
    SipRequest refresh = lone.wire.oneRequest();
    assertThat(refresh.method()).isEqualTo(SipMethod.INVITE);
    assertThat(refresh.sdp()).contains(TwoPhones.OFFER);
    assertThat(refresh.header(HeaderName.SESSION_EXPIRES)).contains("1800;refresher=uac");
    lone.agent.receive(
        Wire.answer(refresh, 200, "b").toBuilder()
            .add(HeaderName.SESSION_EXPIRES, "100;refresher=uac")
            .body(SipUserAgent.SDP, TwoPhones.ANSWER)
            .build(),
        BOB);
    assertThat(lone.wire.takeNames()).containsExactly("ACK");
    lone.time.advance(Duration.ofSeconds(49));
    assertThat(lone.wire.take()).isEmpty();
    assertThat(lone.events).isEmpty();
    assertThat(session.state()).isEqualTo(SessionState.ESTABLISHED);
  }

  @Test
  void goesOverToReInviteWhereAnUpdateIsRefused() {
    Lone lone = new Lone();
    answered(lone, "100;refresher=uac", "UPDATE");
    lone.time.advance(Duration.ofSeconds(50));
    SipRequest update = lone.wire.oneRequest();
    assertThat(update.method()).isEqualTo(SipMethod.UPDATE);
    lone.agent.receive(update.respond(405).build(), BOB);
    lone.time.advance(Duration.ofSeconds(10));
    assertThat(lone.wire.oneRequest().method()).isEqualTo(SipMethod.INVITE);
  }

  @Test
  void hangsUpWhereTheOtherDoesNotRefresh() {
    Lone lone = new Lone();
    answered(lone, "90;refresher=uas", "UPDATE");
    lone.time.advance(Duration.ofSeconds(59));
    assertThat(lone.wire.take()).isEmpty();
    lone.time.advance(Duration.ofSeconds(1));
    assertThat(lone.wire.takeNames()).containsExactly("BYE");
    assertThat(lone.events).containsExactly("ended 408");
  }

  @Test
  void endsWhatTheOtherHasForgotten() {
    Lone lone = new Lone();
    answered(lone, "90;refresher=uac", "UPDATE");
    lone.time.advance(Duration.ofSeconds(45));
    lone.agent.receive(lone.wire.oneRequest().respond(481).build(), BOB);
    assertThat(lone.events).containsExactly("ended 481");
  }

  @Test
  void keepsNoTimeWhereTheOtherNamesNone() {
    Lone lone = new Lone();
    lone.call();
    lone.agent.receive(Wire.answer(lone.wire.oneRequest(), 200, "b"), BOB);
    lone.wire.take();
    lone.time.advance(Duration.ofDays(1));
    assertThat(lone.wire.take()).isEmpty();
    assertThat(lone.events).isEmpty();
    assertThat(lone.time.pendingTimers()).isZero();
  }

  @Test
  void cannotBeToldNonsense() {
    VirtualTime time = new VirtualTime();
    SipUserAgent.Builder builder =
        SipUserAgent.builder(time, new Wire(time), peer -> SipUri.of("me", "192.0.2.99"));
    assertThatThrownBy(() -> builder.sessionInterval(Duration.ofSeconds(89)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.sessionInterval(Duration.ofDays(2)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
