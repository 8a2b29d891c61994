// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.testkit.VirtualTime;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are just not too long, whose answers are longer than they are. */
final class LongestMessagesTest {
  private static final int LINE = SipLimits.defaults().lineBytes();
  private static final int LINES = SipLimits.defaults().headerLines();

  private final VirtualTime time = new VirtualTime();
  private final List<String> sent = new ArrayList<>();
  private final List<SipSession> incoming = new ArrayList<>();
  private final SipUserAgent agent =
      SipUserAgent.builder(
              time,
              (message, to) -> sent.add(StandardCharsets.UTF_8.decode(message).toString()),
              peer -> SipUri.of("me", "192.0.2.9", 5060))
          .tokens(SipTokens.from(new Random(6)))
          .build(incoming::add);

  private static String filled(String start, String filler, String end) {
    int left = LINE - start.length() - end.length();
    return start + filler.repeat(left / filler.length()) + end;
  }

  private static List<String> request(String method) {
    return new ArrayList<>(
        List.of(
            method + " sip:me@192.0.2.9 SIP/2.0",
            "Via: SIP/2.0/UDP 198.51.100.1;branch=z9hG4bK1;rport",
            "From: <sip:alice@192.0.2.1>;tag=a",
            "To: <sip:me@192.0.2.9>",
            "Call-ID: 1",
            "CSeq: 1 " + method,
            "Contact: <sip:alice@192.0.2.1>"));
  }

  private void receive(List<String> lines) {
    agent.receive(
        ByteBuffer.wrap((String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.UTF_8)),
        Wire.ALICE);
  }

  private void isAnsweredAndForgotten() {
    incoming.forEach(SipSession::hangUp);
    assertThat(sent).isNotEmpty();
    time.advance(Duration.ofMinutes(3));
    assertThat(agent.transactions().size()).isZero();
    assertThat(agent.sessions()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"INVITE", "OPTIONS", "BYE", "INFO", "REFER"})
  void aTopmostViaOfFullLength(String method) {
    List<String> lines = request(method);
    lines.set(1, filled("Via: SIP/2.0/UDP 198.51.100.1;branch=z9hG4bK1;rport;x=", "y", ""));
    receive(lines);
    isAnsweredAndForgotten();
  }

  @ParameterizedTest
  @ValueSource(strings = {"INVITE", "OPTIONS", "BYE", "INFO", "REFER"})
  void aToOfFullLength(String method) {
    List<String> lines = request(method);
    lines.set(3, filled("To: <sip:me@192.0.2.9;x=", "y", ">"));
    receive(lines);
    isAnsweredAndForgotten();
  }

  @ParameterizedTest
  @ValueSource(strings = {"INVITE", "OPTIONS", "BYE", "INFO", "REFER"})
  void asManyViasAsThereMayBeFields(String method) {
    List<String> lines = request(method);
    lines.remove(6);
    lines.addAll(2, Collections.nCopies(LINES - lines.size() + 1, "Via: SIP/2.0/UDP a;branch=b"));
    receive(lines);
    isAnsweredAndForgotten();
  }

  @ParameterizedTest
  @ValueSource(strings = {"INVITE", "OPTIONS", "BYE", "INFO", "REFER"})
  void extensionsWithoutEndThatItIsToSupport(String method) {
    List<String> lines = request(method);
    lines.addAll(Collections.nCopies(4, filled("Require: x", ",x", "")));
    receive(lines);
    isAnsweredAndForgotten();
  }

  @Test
  void aContactOfFullLengthIsHungUpOn() {
    List<String> lines = request("INVITE");
    lines.set(6, filled("Contact: <sip:alice@192.0.2.1;x=", "y", ">"));
    receive(lines);
    incoming.get(0).answer(TwoPhones.ANSWER);
    List<String> ack = request("ACK");
    ack.set(3, sent.get(0).lines().filter(l -> l.startsWith("To: ")).findFirst().orElseThrow());
    receive(ack);
    assertThat(incoming.get(0).state()).isEqualTo(SessionState.ESTABLISHED);
    isAnsweredAndForgotten();
  }

  @Test
  @Timeout(5)
  void aFoldBehindManySpacesIsUndoneInOnePass() {
    byte[] value = ("a" + " ".repeat(60_000) + "b\r\n c").getBytes(StandardCharsets.UTF_8);
    assertThat(Octets.unfolded(value, 0, value.length)).hasSize(60_004).endsWith(" b c");
  }

  @Test
  void foldsAreUndoneAsTheGrammarHasIt() {
    Random random = new Random(3);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = random.nextInt(12); j >= 0; j--) {
        text.append(List.of("a", " ", "\t", "\r\n ", "\r\n\t", "\u00e9").get(random.nextInt(6)));
      }
      byte[] value = Octets.bytes(text.toString());
      assertThat(Octets.unfolded(value, 0, value.length))
          .isEqualTo(text.toString().replaceAll("[ \t]*\r\n[ \t]+", " "));
    }
  }
}
