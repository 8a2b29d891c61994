// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.sip.SdpCodec;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class KeyEventsTest {
  private static final String SESSION =
      """
      v=0
      o=- 1 1 IN IP4 192.0.2.1
      s=-
      c=IN IP4 192.0.2.1
      t=0 0
      """;

  /** As linphone offers them: one for each rate of its codecs. */
  private static final byte[] MANY_RATES =
      sdp(
          """
          m=audio 7078 RTP/AVP 96 0 101 99 100
          a=rtpmap:96 opus/48000/2
          a=rtpmap:101 telephone-event/48000
          a=rtpmap:99 telephone-event/16000
          a=rtpmap:100 telephone-event/8000
          """);

  private static byte[] sdp(String media) {
    return (SESSION + media).replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void ofSeveralRatesATelephonesCounts() {
    assertThat(KeyEvents.of(MANY_RATES).map(SdpCodec::payload)).contains(100);
    assertThat(KeyEvents.translatable(MANY_RATES).map(SdpCodec::payload)).contains(100);
  }

  @Test
  void whereTheyAreRemovedAllAre() {
    assertThat(KeyEvents.removed(MANY_RATES))
        .asString(StandardCharsets.UTF_8)
        .contains("m=audio 7078 RTP/AVP 96 0\r\n")
        .doesNotContain("telephone-event");
    byte[] eventsOnly = sdp("m=audio 7078 RTP/AVP 101\na=rtpmap:101 telephone-event/8000\n");
    assertThat(KeyEvents.removed(eventsOnly)).isEqualTo(eventsOnly);
    byte[] none = sdp("m=audio 7078 RTP/AVP 0\n");
    assertThat(KeyEvents.removed(none)).isSameAs(none);
  }

  @Test
  void whatIsEncryptedOrOfAnotherRateIsNotTranslated() {
    byte[] sealed = sdp("m=audio 7078 RTP/SAVP 0 101\na=rtpmap:101 telephone-event/8000\n");
    assertThat(KeyEvents.of(sealed)).isPresent();
    assertThat(KeyEvents.translatable(sealed)).isEmpty();
    byte[] wide =
        sdp(
            """
            m=audio 7078 RTP/AVP 96 101
            a=rtpmap:96 opus/48000/2
            a=rtpmap:101 telephone-event/48000
            """);
    assertThat(KeyEvents.of(wide)).isPresent();
    assertThat(KeyEvents.translatable(wide)).isEmpty();
    assertThat(KeyEvents.translatable(sdp(""))).isEmpty();
  }
}
