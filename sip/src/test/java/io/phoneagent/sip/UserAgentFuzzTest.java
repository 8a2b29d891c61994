// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.phoneagent.testkit.Choices;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A user agent in the hands of the other end: any message, of its own making or built of what was
 * said before, in any order, with any losses. Nothing escapes, and nothing stays.
 */
final class UserAgentFuzzTest {
  private static final String[] METHODS = {
    "INVITE",
    "ACK",
    "CANCEL",
    "BYE",
    "OPTIONS",
    "INFO",
    "UPDATE",
    "PRACK",
    "REFER",
    "NOTIFY",
    "SUBSCRIBE",
    "MESSAGE"
  };
  private static final String[] FIELDS = {
    "Require: 100rel",
    "Supported: 100rel, timer, replaces",
    "Session-Expires: 90;refresher=uac",
    "Session-Expires: 1",
    "Min-SE: 100",
    "RSeq: 1",
    "RAck: 1 1 INVITE",
    "Refer-To: <sip:carol@192.0.2.3>",
    "Refer-To: <sip:carol@192.0.2.3?Replaces=x%3Bto-tag%3D1%3Bfrom-tag%3D2>",
    "Replaces: call-1@192.0.2.1;to-tag=b;from-tag=a1",
    "Event: refer",
    "Subscription-State: terminated",
    "Contact: <sip:alice@192.0.2.1>",
    "Record-Route: <sip:192.0.2.7;lr>",
    "Allow: INVITE",
    "Content-Type: application/sdp",
    "Content-Type: message/sipfrag",
    "Content-Type: application/dtmf-relay"
  };

  @FuzzTest(maxDuration = "60s")
  void outlivesWhatTheOtherEndDoes(byte[] data) {
    TwoPhones phones = new TwoPhones();
    Script script = new Script(phones, data);
    while (script.hasMore() && script.steps < 60) {
      script.step();
    }
    phones.lost = message -> false;
    phones.alice.agent.sessions().forEach(SipSession::hangUp);
    phones.bob.agent.sessions().forEach(SipSession::hangUp);
    phones.seconds(400);
    phones.bob.agent.sessions().forEach(SipSession::hangUp);
    phones.seconds(400);
    assertThat(phones.alice.agent.sessions()).isEmpty();
    assertThat(phones.bob.agent.sessions()).isEmpty();
    assertThat(phones.alice.agent.transactions().size()).isZero();
    assertThat(phones.bob.agent.transactions().size()).isZero();
    assertThat(phones.time.pendingTimers()).isZero();
  }

  private static final class Script {
    private final TwoPhones phones;
    private final Choices choices;
    private final List<SipSession> calls = new ArrayList<>();
    int steps;

    Script(TwoPhones phones, byte[] data) {
      this.phones = phones;
      this.choices = new Choices(data);
    }

    boolean hasMore() {
      return choices.hasMore();
    }

    private int next(int bound) {
      return choices.next(bound);
    }

    void step() {
      steps++;
      TwoPhones.Phone bob = phones.bob;
      switch (next(16)) {
        case 0 -> calls.add(phones.alice.call());
        case 1 -> bob.incoming.forEach(SipSession::ring);
        case 2 -> bob.incoming.forEach(s -> s.progress(183, TwoPhones.ANSWER));
        case 3 -> bob.incoming.forEach(s -> s.answer(TwoPhones.ANSWER));
        case 4 -> bob.incoming.forEach(s -> s.offer(TwoPhones.OFFER));
        case 5 -> calls.forEach(s -> s.offer(TwoPhones.OFFER));
        case 6 -> bob.offer.ifPresent(o -> o.accept(TwoPhones.ANSWER));
        case 7 -> bob.refer.ifPresent(IncomingRefer::accept);
        case 8 -> bob.refer.ifPresent(r -> r.progress(100 + 50 * next(8)));
        case 9 -> calls.forEach(SipSession::hangUp);
        case 10 -> phones.doubled = !phones.doubled;
        case 11 -> {
          int often = 1 + next(4);
          int[] count = {0};
          phones.lost = message -> ++count[0] % often == 0;
        }
        case 12 -> phones.seconds(next(256) * (next(2) == 0 ? 0.1 : 10));
        case 13 -> request();
        case 14 -> response();
        default -> give(choices.raw());
      }
      phones.seconds(0.005);
    }

    /** A request of the other end, within a dialog of this one or without. */
    private void request() {
      String method = METHODS[next(METHODS.length)];
      StringBuilder text = new StringBuilder(method + " sip:bob@192.0.2.2 SIP/2.0\r\n");
      text.append("Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK").append(next(6)).append("\r\n");
      List<SipSession> all = phones.bob.incoming;
      if (all.isEmpty() || next(3) == 0) {
        text.append("From: <sip:alice@192.0.2.1>;tag=a1\r\nTo: <sip:bob@192.0.2.2>\r\n");
        text.append("Call-ID: call-1@192.0.2.1\r\n");
      } else {
        Dialog dialog = all.get(next(all.size())).dialog().orElseThrow();
        text.append("From: ").append(dialog.remote()).append("\r\nTo: ").append(dialog.local());
        text.append("\r\nCall-ID: ").append(dialog.id().callId()).append("\r\n");
      }
      text.append("CSeq: ").append(1 + next(12)).append(' ').append(method).append("\r\n");
      rest(text);
    }

    /** A response to whatever this end may have asked. */
    private void response() {
      SipRequest.Builder like = Wire.plain(SipMethod.of(METHODS[next(METHODS.length)]), "z9hG4bK1");
      StringBuilder text = new StringBuilder("SIP/2.0 " + (100 + next(250) * 2) + " x\r\n");
      for (HeaderField field : like.build().fields()) {
        if (!field.name().equals(HeaderName.CONTENT_LENGTH)) {
          text.append(field.name()).append(": ").append(field.value()).append("\r\n");
        }
      }
      rest(text);
    }

    private void rest(StringBuilder text) {
      for (int fields = next(4); fields > 0; fields--) {
        text.append(FIELDS[next(FIELDS.length)]).append("\r\n");
      }
      String body = next(2) == 0 ? "" : "SIP/2.0 200 OK\r\nSignal=5\r\n";
      text.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body);
      give(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void give(byte[] message) {
      phones.bob.agent.receive(ByteBuffer.wrap(message), phones.alice.address);
    }
  }
}
