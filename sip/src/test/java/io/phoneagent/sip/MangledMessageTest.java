// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.testkit.VirtualTime;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Whatever is done to a message: it is read or refused, and what is read can be used and written.
 */
final class MangledMessageTest {
  private static final byte[][] SEEDS = {
    Wire.bytes(
        "INVITE sip:bob@192.0.2.2;transport=udp SIP/2.0",
        "Via: SIP/2.0/UDP [2001:db8::1]:5060;branch=z9hG4bK1;rport, SIP/2.0/TCP a.example",
        "Max-Forwards: 70",
        "Record-Route: <sip:p;lr>,<sip:q;lr>",
        "From: \"A \\\" B\" <sip:alice@192.0.2.1>;tag=a",
        "To: <sip:bob@192.0.2.2>",
        "Call-ID: 1@192.0.2.1",
        "CSeq: 1 INVITE",
        "m: <sip:alice@192.0.2.1:5060;x=\"y\">;expires=3",
        "Authorization: Digest username=\"a\", nonce=\"n\", uri=\"u\", response=\"r\"",
        "Content-Type: application/sdp",
        "Subject: folded",
        " twice",
        "Content-Length: 54",
        "",
        "v=0",
        "o=- 1 1 IN IP4 1.2.3.4",
        "m=audio 4 RTP/AVP 0",
        "a=x",
        ""),
    Wire.bytes(
        "SIP/2.0 200 OK",
        "v: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;received=1.2.3.4;rport=9",
        "f: <sip:alice@192.0.2.1>;tag=a",
        "t: <sip:bob@192.0.2.2>;tag=b",
        "i: 1@192.0.2.1",
        "CSeq: 1 INVITE",
        "Contact: sip:bob@192.0.2.2;q=1",
        "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"",
        "l: 0",
        "",
        ""),
    Wire.bytes(
        "BYE tel:+1-555 SIP/2.0",
        "Via: SIP/2.0/UDP 192.0.2.1;branch=1",
        "From: sip:alice@192.0.2.1;tag=a",
        "To: sip:bob@192.0.2.2;tag=b",
        "Call-ID: 1",
        "CSeq: 2 BYE",
        "Route: <sip:x;lr>",
        "",
        ""),
  };
  private static final byte[] PIECES = Wire.bytes("\r\n :;,=<>\"\\@[]()/%?* \t\0\u00e4Z9-");

  static byte[] mangled(byte[] seed, Random random) {
    byte[] bytes = seed.clone();
    for (int n = random.nextInt(4); n >= 0; n--) {
      int at = random.nextInt(bytes.length);
      int length = Math.min(bytes.length - at, 1 + random.nextInt(12));
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] = PIECES[random.nextInt(PIECES.length)];
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes = joined(bytes, at, at + length);
        case 3 -> bytes = joined(bytes, at + length, at);
        default -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
      }
    }
    return bytes;
  }

  /**
   * The bytes before one place and those from another on: leaves out or doubles what is between.
   */
  private static byte[] joined(byte[] bytes, int end, int begin) {
    byte[] out = Arrays.copyOf(bytes, end + bytes.length - begin);
    System.arraycopy(bytes, begin, out, end, bytes.length - begin);
    return out.length == 0 ? new byte[1] : out;
  }

  /** Asks a message for all it has. */
  static void use(SipInput input) {
    if (input instanceof Malformed malformed) {
      assertThat(malformed.reason()).isNotEmpty();
      malformed.request().ifPresent(MangledMessageTest::use);
    }
    if (!(input instanceof SipMessage message)) {
      return;
    }
    message.fields();
    message.vias().forEach(via -> assertThat(via.stamped("2001:db8::1", 5)).isNotNull());
    message.defect();
    message.contacts().forEach(contact -> contact.with("a", "b").uri());
    message.expires();
    message.sdp().flatMap(SessionDescription::parse).ifPresent(MangledMessageTest::use);
    message.headers(HeaderName.AUTHORIZATION).forEach(DigestCredentials::parse);
    message.headers(HeaderName.WWW_AUTHENTICATE).forEach(DigestChallenge::parse);
    if (message instanceof SipRequest request) {
      Uri.of(request.uri().text());
      assertThat(request.uri().number()).isNotNull();
      SipResponse response = request.respond(200).toTag("t").build();
      assertThat(response.cseq()).isEqualTo(request.cseq());
    }
  }

  static void use(SessionDescription description) {
    OfferAnswer.telephone("192.0.2.1", 4).answer(description, 1, 1, SdpDirection.SENDRECV);
    String text =
        description
            .relocated("2001:db8::1", i -> 5, SessionDescription::leadsPastARelay)
            .toString();
    assertThat(SessionDescription.parse(Octets.bytes(text))).isPresent();
  }

  @Test
  void readsTheSeeds() {
    for (byte[] seed : SEEDS) {
      assertThat(new SipReader(SipLimits.defaults()).read(seed)).isInstanceOf(SipMessage.class);
    }
  }

  @Test
  void readsOrRefusesAndWritesWhatItRead() {
    SipReader reader = new SipReader(SipLimits.defaults());
    Random random = new Random(4475);
    int good = 0;
    for (int i = 0; i < 60_000; i++) {
      SipInput input = reader.read(mangled(SEEDS[i % SEEDS.length], random));
      use(input);
      if (input instanceof SipRequest request) {
        good++;
        assertThat(request.toBuilder().build().bytes().remaining())
            .isGreaterThanOrEqualTo(request.bytes().remaining() - 4);
      }
    }
    assertThat(good).isBetween(5_000, 39_000);
  }

  @Test
  void goesOnServingWhateverComes() {
    VirtualTime time = new VirtualTime();
    Wire wire = new Wire(time);
    SipUserAgent agent =
        SipUserAgent.builder(time, wire, peer -> SipUri.of("me", "192.0.2.9", 5060))
            .tokens(SipTokens.from(new Random(6)))
            .build(
                session -> {
                  session.ring();
                  session.answer(TwoPhones.ANSWER);
                });
    SipSession mine =
        agent.call(
            CallRequest.to(Uri.of("sip:bob@192.0.2.2"), NameAddr.of(Uri.of("sip:me@a"))),
            Wire.BOB,
            new SessionListener() {});
    SipRequest invite = wire.oneRequest();
    Random random = new Random(7);
    for (int i = 0; i < 30_000; i++) {
      byte[] seed = SEEDS[i % SEEDS.length];
      if (i % 4 == 0) {
        SipResponse answer = Wire.answer(invite, i % 8 == 0 ? 183 : 401, "b");
        seed = new byte[answer.bytes().remaining()];
        answer.bytes().get(seed);
      }
      agent.receive(ByteBuffer.wrap(mangled(seed, random)), Wire.ALICE);
      time.advance(Duration.ofMillis(20));
      wire.take();
    }
    time.advance(Duration.ofMinutes(5));
    assertThat(agent.transactions().size()).isLessThan(3);
    assertThat(mine.id()).isNotEmpty();
  }
}
