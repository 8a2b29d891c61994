// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import static io.phoneagent.sip.TwoPhones.ANSWER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transfers within a session (RFC 3515) and dialogs that take another's place (RFC 3891). */
final class ReferTest {
  private static final ReferTo CAROL = new ReferTo(Uri.of("sip:carol@192.0.2.3"), Optional.empty());

  private final TwoPhones phones = new TwoPhones();
  private final TwoPhones.Phone alice = phones.alice;
  private final TwoPhones.Phone bob = phones.bob;

  private SipSession established() {
    SipSession session = alice.call();
    phones.seconds(0.02);
    bob.session().answer(ANSWER);
    phones.seconds(0.05);
    alice.take();
    bob.take();
    phones.takeTranscript();
    return session;
  }

  @Test
  void tellsHowTheOtherCallGoes() {
    SipSession session = established();
    assertThat(session.refer(CAROL)).isTrue();
    assertThat(session.refer(CAROL)).isFalse();
    phones.seconds(0.02);
    IncomingRefer refer = bob.refer.orElseThrow();
    assertThat(refer.referTo()).isEqualTo(CAROL);
    assertThat(refer.request().header(HeaderName.REFERRED_BY)).contains("<sip:alice@192.0.2.1>");
    refer.accept();
    refer.accept();
    refer.reject(603);
    phones.seconds(0.05);
    refer.progress(180);
    phones.seconds(0.05);
    refer.progress(200);
    refer.progress(486);
    phones.seconds(0.05);
    assertThat(alice.take()).containsExactly("transfer 100", "transfer 180", "transfer 200");
    assertThat(phones.takeTranscript())
        .containsExactly(
            "alice REFER",
            "bob 202",
            "bob NOTIFY",
            "alice 200",
            "bob NOTIFY",
            "alice 200",
            "bob NOTIFY",
            "alice 200");
    assertThat(session.refer(CAROL)).isTrue();
    end(session);
  }

  @Test
  void isRefused() {
    SipSession session = established();
    session.refer(CAROL);
    phones.seconds(0.02);
    bob.refer.orElseThrow().reject(603);
    phones.seconds(0.05);
    assertThat(alice.take()).containsExactly("transfer 603");
    bob.refer.orElseThrow().progress(200);
    phones.seconds(0.05);
    assertThat(alice.take()).isEmpty();
    end(session);
  }

  @ParameterizedTest
  @ValueSource(ints = {99, 200, 299, 700})
  void whatIsNoRefusalRefusesNothing(int status) {
    SipSession session = established();
    session.refer(CAROL);
    phones.seconds(0.02);
    IncomingRefer refer = bob.refer.orElseThrow();
    assertThatThrownBy(() -> refer.reject(status)).isInstanceOf(IllegalArgumentException.class);
    refer.accept();
    phones.seconds(0.05);
    assertThatThrownBy(() -> refer.progress(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> refer.progress(700)).isInstanceOf(IllegalArgumentException.class);
    assertThat(alice.take()).containsExactly("transfer 100");
    end(session);
  }

  @Test
  void isGivenUpWhereNothingIsHeardOfIt() {
    SipSession session = established();
    session.refer(CAROL);
    phones.seconds(0.02);
    bob.refer.orElseThrow().accept();
    phones.seconds(199);
    assertThat(alice.take()).containsExactly("transfer 100");
    phones.seconds(2);
    assertThat(alice.take()).containsExactly("transfer 408");
    // The late word of it belongs to nothing.
    bob.refer.orElseThrow().progress(200);
    phones.seconds(0.05);
    assertThat(phones.transcript).endsWith("bob NOTIFY", "alice 481");
    end(session);
  }

  @Test
  void endsWithTheSession() {
    SipSession session = established();
    session.refer(CAROL);
    phones.seconds(0.02);
    bob.session().hangUp();
    phones.seconds(0.05);
    assertThat(alice.take()).containsExactly("transfer 487", "ended HUNG_UP there 200");
    assertThat(phones.takeTranscript()).contains("bob 487");
    bob.refer.orElseThrow().accept();
    end(session);
  }

  @Test
  void oneAtATime() {
    SipSession session = established();
    session.refer(CAROL);
    phones.seconds(0.02);
    SipRequest.Builder second =
        session
            .requests()
            .begin(session.dialog().orElseThrow(), SipMethod.REFER)
            .add(HeaderName.REFER_TO, "<sip:dave@192.0.2.4>");
    session.requests().send(second, session.dialog().orElseThrow(), SessionReferrals.UNHEARD);
    phones.seconds(0.05);
    assertThat(phones.takeTranscript()).endsWith("bob 491");
    end(session);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sip:carol@192.0.2.3, sip:dave@192.0.2.4",
        "http://192.0.2.3/",
        "<sip:carol@192.0.2.3;method=BYE>",
        "<sip:carol@192.0.2.3?Replaces=x>",
        "<sip:carol@192.0.2.3?Replaces=x%3Bto-tag%3D1>",
        "<sip:carol@192.0.2.3?Replaces=x%3Bto-tag%3D%22a%0D%0AEvil:1%22%3Bfrom-tag%3D2>",
        "<sip:carol@192.0.2.3?Replaces=x%3Bto-tag%3D1%3Bfrom-tag%3D%22%0D%0AEvil:1%22>",
        "<sip:carol@192.0.2.3?Replaces=a%20b%3Bto-tag%3D1%3Bfrom-tag%3D2>",
        "nobody"
      })
  void refusesWhatIsNoCall(String referTo) {
    SipSession session = established();
    SipRequest.Builder request =
        session
            .requests()
            .begin(session.dialog().orElseThrow(), SipMethod.REFER)
            .add(HeaderName.REFER_TO, referTo);
    session.requests().send(request, session.dialog().orElseThrow(), SessionReferrals.UNHEARD);
    phones.seconds(0.05);
    assertThat(phones.takeTranscript()).containsExactly("alice REFER", "bob 400");
    end(session);
  }

  @Test
  void hearsOfNoOtherEvent() {
    SipSession session = established();
    for (String event : new String[] {"presence", "refer"}) {
      SipRequest.Builder notify =
          session
              .requests()
              .begin(session.dialog().orElseThrow(), SipMethod.NOTIFY)
              .add(HeaderName.EVENT, event)
              .body(
                  SessionReferrals.FRAGMENT,
                  "SIP/2.0 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
      session.requests().send(notify, session.dialog().orElseThrow(), SessionReferrals.UNHEARD);
      phones.seconds(0.05);
    }
    assertThat(phones.takeTranscript())
        .containsExactly("alice NOTIFY", "bob 489", "alice NOTIFY", "bob 481");
    assertThat(bob.take()).isEmpty();
    end(session);
  }

  @Test
  void namesTheDialogToReplaceAndReadsItBack() {
    SipSession session = established();
    Replaces replaces = Replaces.of(session.dialog().orElseThrow());
    ReferTo referTo = new ReferTo(Uri.of("sip:bob@192.0.2.2"), Optional.of(replaces));
    assertThat(ReferTo.parse(referTo.toString())).contains(referTo);
    assertThat(referTo.toString()).doesNotContain(";").contains("?Replaces=");
    assertThat(bob.agent.session(replaces.asked())).contains(bob.session());
    assertThat(ReferTo.parse("<tel:+15551230001>").orElseThrow().target().number())
        .isEqualTo("+15551230001");
    end(session);
  }

  @Test
  void aCallMayTakeTheOthersPlace() {
    SipSession session = established();
    Replaces replaces = Replaces.of(session.dialog().orElseThrow());
    assertThat(replacing(replaces.toString())).containsExactly("alice INVITE");
    assertThat(bob.take()).containsExactly("incoming alice");
    assertThat(replacing(replaces + ";early-only")).contains("bob 486");
    assertThat(replacing("unknown;to-tag=1;from-tag=2")).contains("bob 481");
    assertThat(replacing("unknown;to-tag=1")).contains("bob 400");
    assertThat(bob.take()).isEmpty();
    alice.agent.sessions().forEach(SipSession::hangUp);
    end(session);
  }

  @Test
  void whatRingsHereIsNotTakenOver() {
    SipSession session = alice.call();
    phones.seconds(0.02);
    bob.session().ring();
    phones.seconds(0.05);
    phones.takeTranscript();
    Replaces replaces = Replaces.of(session.dialog().orElseThrow());
    assertThat(replacing(replaces.toString())).contains("bob 481");
    end(session);
  }

  private List<String> replacing(String value) {
    phones.takeTranscript();
    alice.call(
        CallRequest.to(Uri.of("sip:bob@192.0.2.2"), alice.me())
            .sdp(TwoPhones.OFFER)
            .add(HeaderName.REPLACES, value));
    phones.seconds(0.05);
    return phones.takeTranscript();
  }

  private void end(SipSession session) {
    session.hangUp();
    phones.seconds(1);
    bob.agent.sessions().forEach(SipSession::hangUp);
    phones.seconds(250);
    assertThat(alice.agent.sessions()).isEmpty();
    assertThat(bob.agent.sessions()).isEmpty();
    assertThat(phones.time.pendingTimers()).isZero();
  }
}
