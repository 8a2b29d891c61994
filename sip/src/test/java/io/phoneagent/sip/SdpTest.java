// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SdpTest {
  private static final String OFFER =
      String.join(
          "\r\n",
          "v=0",
          "o=alice 2890844526 3 IN IP4 10.0.0.1",
          "s=A call",
          "i=unknown to us",
          "c=IN IP4 10.0.0.1",
          "b=AS:64",
          "t=0 0",
          "z=later",
          "a=ice-ufrag:abcd",
          "a=ice-pwd:secretsecretsecretsecret",
          "m=audio 49170 RTP/AVP 96 8 0 97 18",
          "i=voice",
          "a=rtpmap:96 opus/48000/2",
          "a=rtpmap:97 telephone-event/8000",
          "a=fmtp:97 0-16",
          "a=ptime:30",
          "a=candidate:1 1 UDP 2130706431 10.0.0.1 49170 typ host",
          "a=candidate:2 1 UDP 1694498815 203.0.113.4 49170 typ srflx",
          "a=rtcp:49171",
          "a=sendonly",
          "m=video 51372/2 RTP/AVP 99",
          "c=IN IP6 2001:db8::1",
          "a=rtpmap:99 h263-1998/90000",
          "");

  private static SessionDescription read(String text) {
    return SessionDescription.parse(text.getBytes(StandardCharsets.UTF_8)).orElseThrow();
  }

  @Test
  void keepsEveryLine() {
    assertThat(read(OFFER)).hasToString(OFFER);
    assertThat(read(OFFER.replace("\r\n", "\n"))).hasToString(OFFER);
    assertThat(read(OFFER).bytes()).isEqualTo(OFFER.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void namesWhatTelephonesUse() {
    SessionDescription offer = read(OFFER);
    SdpMedia audio = offer.audio().orElseThrow();
    assertThat(offer.version()).isEqualTo(3);
    assertThat(offer.address(audio)).contains("10.0.0.1");
    assertThat(audio.port()).isEqualTo(49_170);
    assertThat(audio.packetMillis()).isEqualTo(30);
    assertThat(offer.direction(audio)).isEqualTo(SdpDirection.SENDONLY);
    assertThat(audio.codecs())
        .containsExactly(
            new SdpCodec(96, "opus", 48_000, 2, ""),
            SdpCodec.PCMA,
            SdpCodec.PCMU,
            new SdpCodec(97, "telephone-event", 8000, 1, "0-16"),
            new SdpCodec(18, "G729", 8000, 1, ""));
    assertThat(audio.attributes("candidate")).hasSize(2);
    assertThat(offer.attribute(audio, "ice-ufrag")).contains("abcd");
    assertThat(offer.attribute("ice-lite")).isEmpty();
    SdpMedia video = offer.media().get(1);
    assertThat(offer.address(video)).contains("2001:db8::1");
    assertThat(offer.direction(video)).isEqualTo(SdpDirection.SENDRECV);
  }

  @Test
  void answersWithWhatBothKnow() {
    OfferAnswer phone = OfferAnswer.telephone("192.0.2.9", 30_000);
    SessionDescription answer =
        phone.answer(read(OFFER), 7, 1, SdpDirection.SENDRECV).orElseThrow();
    assertThat(answer)
        .hasToString(
            String.join(
                "\r\n",
                "v=0",
                "o=- 7 1 IN IP4 192.0.2.9",
                "s=-",
                "c=IN IP4 192.0.2.9",
                "t=0 0",
                "m=audio 30000 RTP/AVP 8 0 97",
                "a=rtpmap:8 PCMA/8000",
                "a=rtpmap:0 PCMU/8000",
                "a=rtpmap:97 telephone-event/8000",
                "a=fmtp:97 0-15",
                "a=ptime:20",
                "a=recvonly",
                "m=video 0 RTP/AVP 99",
                ""));
  }

  @Test
  void hasNoAnswerWithoutACommonCodec() {
    OfferAnswer phone = OfferAnswer.telephone("192.0.2.9", 30_000);
    String onlyEvents = OFFER.replace("RTP/AVP 96 8 0 97 18", "RTP/AVP 96 97");
    assertThat(phone.answer(read(onlyEvents), 1, 1, SdpDirection.SENDRECV)).isEmpty();
    String refused = OFFER.replace("m=audio 49170", "m=audio 0");
    assertThat(phone.answer(read(refused), 1, 1, SdpDirection.SENDRECV)).isEmpty();
    String secure = OFFER.replace("49170 RTP/AVP", "49170 RTP/SAVP");
    assertThat(phone.answer(read(secure), 1, 1, SdpDirection.SENDRECV)).isEmpty();
    String twice = OFFER + "m=audio 4000 RTP/AVP 0\r\n";
    SessionDescription answer =
        phone.answer(read(twice), 1, 1, SdpDirection.SENDRECV).orElseThrow();
    assertThat(answer.media()).extracting(SdpMedia::port).containsExactly(30_000, 0, 0);
  }

  @ParameterizedTest
  @CsvSource({
    "SENDRECV,SENDRECV,SENDRECV", "SENDRECV,SENDONLY,SENDONLY", "SENDRECV,INACTIVE,INACTIVE",
    "SENDONLY,SENDRECV,RECVONLY", "SENDONLY,SENDONLY,INACTIVE", "SENDONLY,RECVONLY,RECVONLY",
    "RECVONLY,SENDRECV,SENDONLY", "RECVONLY,RECVONLY,INACTIVE", "INACTIVE,SENDRECV,INACTIVE",
  })
  void answersDirections(SdpDirection offered, SdpDirection wanted, SdpDirection answered) {
    assertThat(offered.answered(wanted)).isEqualTo(answered);
    OfferAnswer end = OfferAnswer.telephone("192.0.2.1", 4000);
    SessionDescription offer = read(end.offer(1, 1, offered).toString());
    SessionDescription answer = end.answer(offer, 2, 1, wanted).orElseThrow();
    assertThat(answer.direction(answer.media().get(0))).isEqualTo(answered);
  }

  @Test
  void knowsTheOldWayToHold() {
    SessionDescription held = read(OFFER.replace("c=IN IP4 10.0.0.1", "c=IN IP4 0.0.0.0"));
    assertThat(held.direction(held.media().get(0))).isEqualTo(SdpDirection.SENDONLY);
    SessionDescription plain = read("v=0\r\na=recvonly\r\nc=IN IP4 0.0.0.0\r\nm=audio 9 RTP/AVP 0");
    assertThat(plain.direction(plain.media().get(0))).isEqualTo(SdpDirection.INACTIVE);
  }

  @Test
  void leadsThroughARelay() {
    SessionDescription relayed =
        read(OFFER)
            .relocated(
                "198.51.100.1", i -> i == 0 ? 20_000 : 0, SessionDescription::leadsPastARelay);
    relayed = relayed.with(0, relayed.media().get(0).with("ice-ufrag", "r1")).with("ice-lite", "");
    assertThat(relayed)
        .hasToString(
            String.join(
                "\r\n",
                "v=0",
                "o=alice 2890844526 3 IN IP4 198.51.100.1",
                "s=A call",
                "i=unknown to us",
                "c=IN IP4 198.51.100.1",
                "b=AS:64",
                "t=0 0",
                "z=later",
                "a=ice-lite",
                "m=audio 20000 RTP/AVP 96 8 0 97 18",
                "i=voice",
                "c=IN IP4 198.51.100.1",
                "a=rtpmap:96 opus/48000/2",
                "a=rtpmap:97 telephone-event/8000",
                "a=fmtp:97 0-16",
                "a=ptime:30",
                "a=sendonly",
                "a=ice-ufrag:r1",
                "m=video 0 RTP/AVP 99",
                ""));
    assertThat(read(relayed.toString())).hasToString(relayed.toString());
    assertThat(relayed.relocated("2001:db8::5", i -> 4, name -> false).toString())
        .contains("c=IN IP6 2001:db8::5", "m=audio 4 ", "a=ice-ufrag:r1");
  }

  @Test
  void changesDirections() {
    SdpMedia audio = read(OFFER).audio().orElseThrow().withDirection(SdpDirection.INACTIVE);
    assertThat(audio.statedDirection()).contains(SdpDirection.INACTIVE);
    assertThat(audio.attribute("sendonly")).isEmpty();
    assertThat(SdpMedia.audio(1, List.of(SdpCodec.PCMU)).withConnection("192.0.2.1").connection())
        .contains("192.0.2.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "v=1\r\n",
        "o=first\r\nv=0\r\n",
        "v=0\r\nx\r\n",
        "v=0\r\n=x\r\n",
        "v=0\r\nM=audio 1 RTP/AVP 0\r\n",
        "v=0\r\nm=audio\r\n",
        "v=0\r\nm=\r\nm=audio 1 RTP/AVP 0\r\n",
        "v=0\r\nm=audio 70000 RTP/AVP 0\r\n",
        "v=0\r\nm=audio x RTP/AVP 0\r\n",
        "v=0\r\ns=a\rb\r\n",
      })
  void refusesWhatIsNone(String text) {
    assertThat(SessionDescription.parse(text.getBytes(StandardCharsets.UTF_8))).isEmpty();
  }

  @Test
  void keepsItsLimits() {
    assertThat(
            SessionDescription.parse(
                ("v=0\n" + "a=x\n".repeat(1000)).getBytes(StandardCharsets.UTF_8)))
        .isEmpty();
    assertThat(SessionDescription.parse(new byte[40_000])).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"96", "96 opus", "96 /8000", "128 a/8000", "x a/8000", "96 a/0", "96 a/8000/0"})
  void leavesOutCodecsItCannotRead(String rtpmap) {
    assertThat(SdpCodec.parse(rtpmap, "")).isEmpty();
  }

  @Test
  void aHoldByNoAddressOutlivesAnotherAddress() {
    String held =
        """
        v=0
        o=- 7 3 IN IP4 0.0.0.0
        s=-
        c=IN IP4 0.0.0.0
        t=0 0
        m=audio 4000 RTP/AVP 0
        """;
    SessionDescription moved =
        SessionDescription.parse(Octets.bytes(held)).orElseThrow().at("192.0.2.9");
    SdpMedia audio = moved.audio().orElseThrow();
    assertThat(moved.address(audio)).contains("192.0.2.9");
    assertThat(moved.direction(audio)).isEqualTo(SdpDirection.SENDONLY);
  }

  @Test
  void countsItsVersions() {
    SessionDescription first = SessionDescription.of(7, 3, "192.0.2.1");
    assertThat(first.newVersion().toString()).contains("o=- 7 4 IN IP4 192.0.2.1\r\n");
    assertThat(first.withOrigin(9, 1).toString()).contains("o=- 9 1 IN IP4 192.0.2.1\r\n");
    SessionDescription without =
        SessionDescription.parse(Octets.bytes("v=0\r\no=?\r\n")).orElseThrow();
    assertThat(without.newVersion().toString()).isEqualTo(without.toString());
    assertThat(without.withOrigin(9, 1).toString()).isEqualTo(without.toString());
  }
}
