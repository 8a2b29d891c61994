// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.MediaDescription;
import io.phoneagent.sip.SdpCodec;
import io.phoneagent.sip.SdpDirection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What payload numbers mean to a phone: what it has said itself, not what the other side says. */
class LocalAudioTest {
  private static final InetSocketAddress HERE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 4000);

  private final LocalAudio audio = new LocalAudio(new Random(1), true);

  @Test
  void keysComeUnderTheNumberThatThisPhoneHasTold() {
    assertThat(audio.codecOf(101)).isEmpty();
    MediaDescription offer = audio.offer(HERE, SdpDirection.SENDRECV);
    assertThat(audio.codecOf(101)).contains(SdpCodec.TELEPHONE_EVENT);
    MediaDescription others = new MediaDescription(offer.sdp().replace("101", "96"));
    audio.answer(others, HERE, SdpDirection.SENDRECV);
    assertThat(audio.codecOf(101)).isEmpty();
    assertThat(audio.codecOf(96).filter(SdpCodec::isTelephoneEvent)).isPresent();
    assertThat(audio.codecOf(0)).contains(SdpCodec.PCMU);
  }
}
