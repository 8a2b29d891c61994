// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import static io.phoneagent.sip.TwoPhones.ANSWER;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every state of a session with everything that may change its media: what the other end proposes
 * by UPDATE and by re-INVITE, an UPDATE that proposes nothing, and what this end proposes.
 */
final class ChangesTableTest {
  private static final byte[] CHANGE = TwoPhones.sdp("change");

  private final TwoPhones phones = new TwoPhones();
  private final List<String> heard = new ArrayList<>();
  private SipSession caller = phones.alice.call();
  private SipSession called = caller;

  /** States in the order that a call may go through them. */
  enum State {
    RINGING,
    /** Early media is described, and what acknowledges it is lost. */
    DESCRIBED,
    AGREED,
    ACCEPTED,
    ESTABLISHED
  }

  private void bring(State state) {
    phones.seconds(0.02);
    called = phones.bob.session();
    called.ring();
    phones.seconds(0.1);
    if (state == State.DESCRIBED) {
      phones.lost = m -> m.cseq().method().equals(SipMethod.PRACK);
    }
    if (state == State.DESCRIBED || state == State.AGREED) {
      called.progress(183, ANSWER);
    } else if (state != State.RINGING) {
      phones.lost = m -> state == State.ACCEPTED && m.cseq().method().equals(SipMethod.ACK);
      called.answer(ANSWER);
    }
    phones.seconds(0.1);
  }

  private SipSession of(String who) {
    return who.equals("caller") ? caller : called;
  }

  private SipSession other(String who) {
    return who.equals("caller") ? called : caller;
  }

  private TwoPhones.Phone phone(String who) {
    return who.equals("caller") ? phones.alice : phones.bob;
  }

  /** What comes of a request of the other end: its status, or that the listener is asked. */
  private String comes(String who, SipMethod method, boolean described) {
    SipSession from = other(who);
    SipRequest.Builder request = from.requests().begin(from.dialog().orElseThrow(), method);
    heard.clear();
    phone(who).take();
    from.requests()
        .send(
            described ? request.body(SipUserAgent.SDP, CHANGE) : request,
            from.dialog().orElseThrow(),
            new Exchange.Listener() {
              @Override
              public void onResponse(SipRequest sent, SipResponse response) {
                if (!response.isProvisional()) {
                  heard.add(Integer.toString(response.status()));
                }
              }

              @Override
              public void onFailure(ClientTransaction.Failure failure) {
                heard.add(failure.name());
              }
            });
    phones.seconds(0.05);
    phone(who).take().stream().filter("offer"::equals).forEach(heard::add);
    return heard.isEmpty() ? "nothing" : String.join(" ", heard);
  }

  /** What comes of a proposal of this end: the method that it goes out by. */
  private String proposes(String who) {
    phones.takeTranscript();
    boolean sent = of(who).offer(CHANGE);
    String name = phone(who).name;
    return sent ? phones.takeTranscript().get(0).substring(name.length() + 1) : "no";
  }

  private void open(String who, String offer) {
    if (offer.equals("own")) {
      // The other end's listener does not answer it.
      assertThat(of(who).offer(TwoPhones.sdp("own"))).isTrue();
    } else if (offer.equals("other's")) {
      assertThat(other(who).offer(TwoPhones.sdp("other"))).isTrue();
    }
    phones.seconds(0.05);
  }

  @ParameterizedTest
  @CsvSource({
    "caller, RINGING,     none,    491,   200, 491,   no",
    "called, RINGING,     none,    500,   200, 500,   no",
    "caller, DESCRIBED,   none,    offer, 200, 491,   UPDATE",
    "called, DESCRIBED,   none,    500,   200, 500,   no",
    "caller, AGREED,      none,    offer, 200, 491,   UPDATE",
    "called, AGREED,      none,    offer, 200, 500,   UPDATE",
    "caller, AGREED,      own,     491,   200, 491,   no",
    "called, AGREED,      own,     491,   200, 491,   no",
    "caller, AGREED,      other's, 500,   200, 491,   no",
    "called, AGREED,      other's, 500,   200, 500,   no",
    "called, ACCEPTED,    none,    offer, 200, offer, no",
    "caller, ESTABLISHED, none,    offer, 200, offer, INVITE",
    "called, ESTABLISHED, none,    offer, 200, offer, INVITE",
    "caller, ESTABLISHED, own,     491,   200, 491,   no",
    "called, ESTABLISHED, own,     491,   200, 491,   no",
    "caller, ESTABLISHED, other's, 500,   200, 500,   no",
    "called, ESTABLISHED, other's, 500,   200, 500,   no",
  })
  void table(
      String who,
      State state,
      String offer,
      String update,
      String bareUpdate,
      String invite,
      String own) {
    // Each event meets a session of its own, as it may open an offer.
    assertThat(in(who, state, offer).comes(who, SipMethod.UPDATE, true)).isEqualTo(update);
    assertThat(in(who, state, offer).comes(who, SipMethod.UPDATE, false)).isEqualTo(bareUpdate);
    assertThat(in(who, state, offer).comes(who, SipMethod.INVITE, true)).isEqualTo(invite);
    assertThat(in(who, state, offer).proposes(who)).isEqualTo(own);
  }

  private static ChangesTableTest in(String who, State state, String offer) {
    ChangesTableTest fresh = new ChangesTableTest();
    fresh.bring(state);
    fresh.open(who, offer);
    return fresh;
  }

  @Test
  void nothingIsChangedWhenItIsOver() {
    bring(State.ESTABLISHED);
    called.hangUp();
    phones.seconds(0.1);
    assertThat(caller.offer(CHANGE)).isFalse();
    assertThat(called.offer(CHANGE)).isFalse();
    assertThat(comes("called", SipMethod.UPDATE, true)).isEqualTo("481");
    assertThat(comes("called", SipMethod.INVITE, true)).isEqualTo("481");
  }
}
