// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.sip.SdpCodec;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class KeyEventsTest {
  private static byte[] sdp(String media) {
    return ("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n" + media)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] sdp) {
    return new String(sdp, StandardCharsets.UTF_8);
  }

  /** As linphone offers them: one for each rate of its codecs. */
  private static final byte[] MANY_RATES =
      sdp(
          "m=audio 7078 RTP/AVP 96 0 101 99 100\r\na=rtpmap:96 opus/48000/2\r\n"
              + "a=rtpmap:101 telephone-event/48000\r\na=rtpmap:99 telephone-event/16000\r\n"
              + "a=rtpmap:100 telephone-event/8000\r\n");

  @Test
  void ofSeveralRatesATelephonesCounts() {
    assertThat(KeyEvents.of(MANY_RATES).map(SdpCodec::payload)).contains(100);
    assertThat(KeyEvents.translatable(MANY_RATES).map(SdpCodec::payload)).contains(100);
  }

  @Test
  void whereTheyAreRemovedAllAre() {
    String left = text(KeyEvents.removed(MANY_RATES));
    assertThat(left).contains("m=audio 7078 RTP/AVP 96 0\r\n").doesNotContain("telephone-event");
    byte[] eventsOnly = sdp("m=audio 7078 RTP/AVP 101\r\na=rtpmap:101 telephone-event/8000\r\n");
    assertThat(KeyEvents.removed(eventsOnly)).isEqualTo(eventsOnly);
    byte[] none = sdp("m=audio 7078 RTP/AVP 0\r\n");
    assertThat(KeyEvents.removed(none)).isSameAs(none);
  }

  @Test
  void whatIsEncryptedOrOfAnotherRateIsNotTranslated() {
    byte[] sealed = sdp("m=audio 7078 RTP/SAVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n");
    assertThat(KeyEvents.of(sealed)).isPresent();
    assertThat(KeyEvents.translatable(sealed)).isEmpty();
    byte[] wide =
        sdp(
            "m=audio 7078 RTP/AVP 96 101\r\na=rtpmap:96 opus/48000/2\r\n"
                + "a=rtpmap:101 telephone-event/48000\r\n");
    assertThat(KeyEvents.of(wide)).isPresent();
    assertThat(KeyEvents.translatable(wide)).isEmpty();
    assertThat(KeyEvents.translatable(sdp(""))).isEmpty();
  }
}
