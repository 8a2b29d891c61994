// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.sip.SdpCodec;
import io.phoneagent.sip.SdpMedia;
import io.phoneagent.sip.SessionDescription;
import java.util.Optional;

/** Telephone events (RFC 4733) in session descriptions. */
final class KeyEvents {
  private KeyEvents() {}

  /** The events that a description takes; empty if none. */
  static Optional<SdpCodec> of(byte[] sdp) {
    return SessionDescription.parse(sdp)
        .flatMap(SessionDescription::audio)
        .flatMap(audio -> audio.codecs().stream().filter(SdpCodec::isTelephoneEvent).findFirst());
  }

  /** A description that takes these, too; as it is where their payload type stands for another. */
  static byte[] added(byte[] sdp, SdpCodec events) {
    Optional<SessionDescription> read = SessionDescription.parse(sdp);
    Optional<SdpMedia> audio = read.flatMap(SessionDescription::audio);
    if (audio.isEmpty() || audio.get().formats().contains(Integer.toString(events.payload()))) {
      return sdp;
    }
    int index = read.get().media().indexOf(audio.get());
    return read.get().with(index, audio.get().with(events)).bytes();
  }

  /** A description that takes none. */
  static byte[] removed(byte[] sdp) {
    Optional<SdpCodec> events = of(sdp);
    if (events.isEmpty()) {
      return sdp;
    }
    SessionDescription read = SessionDescription.parse(sdp).orElseThrow();
    SdpMedia audio = read.audio().orElseThrow();
    return audio.formats().size() == 1
        ? sdp
        : read.with(read.media().indexOf(audio), audio.without(events.get())).bytes();
  }
}
