// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.sip.SdpCodec;
import io.phoneagent.sip.SdpMedia;
import io.phoneagent.sip.SessionDescription;
import java.util.List;
import java.util.Optional;

/** Telephone events (RFC 4733) in session descriptions. */
final class KeyEvents {
  private KeyEvents() {}

  private static final int TELEPHONES_RATE = 8_000;

  private static Optional<SdpMedia> audio(byte[] sdp) {
    return SessionDescription.parse(sdp).flatMap(SessionDescription::audio);
  }

  /**
   * The events that a description takes; empty if none. Some have them at several rates, one for
   * each of their codecs: then those that go with a telephone's.
   */
  static Optional<SdpCodec> of(byte[] sdp) {
    List<SdpCodec> events =
        audio(sdp).stream()
            .flatMap(audio -> audio.codecs().stream())
            .filter(SdpCodec::isTelephoneEvent)
            .toList();
    return events.stream()
        .filter(codec -> codec.clockRate() == TELEPHONES_RATE)
        .findFirst()
        .or(() -> events.stream().findFirst());
  }

  /** The same, if the relay can read and write them: not where the audio is encrypted. */
  static Optional<SdpCodec> translatable(byte[] sdp) {
    return audio(sdp)
        .filter(audio -> !CallMedia.isEncrypted(audio))
        .flatMap(audio -> of(sdp))
        .filter(codec -> codec.clockRate() == TELEPHONES_RATE);
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
    Optional<SessionDescription> read = SessionDescription.parse(sdp);
    Optional<SdpMedia> audio = read.flatMap(SessionDescription::audio);
    if (audio.isEmpty()) {
      return sdp;
    }
    SdpMedia left = audio.get();
    for (SdpCodec codec : audio.get().codecs()) {
      boolean others = left.formats().size() > 1; // one without any is no description
      left = codec.isTelephoneEvent() && others ? left.without(codec) : left;
    }
    return left == audio.get()
        ? sdp
        : read.get().with(read.get().media().indexOf(audio.get()), left).bytes();
  }
}
