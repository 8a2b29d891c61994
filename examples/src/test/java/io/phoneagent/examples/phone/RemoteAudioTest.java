// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.MediaDescription;
import io.phoneagent.sip.SdpCodec;
import org.junit.jupiter.api.Test;

class RemoteAudioTest {
  private static MediaDescription offering(String payloads, String... attributes) {
    return new MediaDescription(
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
            + "m=audio 7078 RTP/AVP "
            + payloads
            + "\r\n"
            + String.join("\r\n", attributes)
            + "\r\n");
  }

  /** A phone that knows several clocks names its own favourite first. */
  @Test
  void keysGoByTheClockOfWhatIsSpoken() {
    MediaDescription offer =
        offering(
            "96 0 99 101",
            "a=rtpmap:96 opus/48000/2",
            "a=rtpmap:99 telephone-event/48000",
            "a=rtpmap:101 telephone-event/8000");
    assertThat(RemoteAudio.of(offer).orElseThrow().events().map(SdpCodec::payload)).contains(101);
  }

  @Test
  void whoKnowsNoneOfThatClockIsToldNoKeys() {
    MediaDescription offer = offering("0 99", "a=rtpmap:99 telephone-event/48000");
    assertThat(RemoteAudio.of(offer).orElseThrow().events()).isEmpty();
  }
}
