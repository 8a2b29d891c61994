// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.MediaDescription;
import io.phoneagent.sip.SdpCodec;
import io.phoneagent.sip.SdpDirection;
import io.phoneagent.sip.SdpMedia;
import io.phoneagent.sip.SessionDescription;
import io.phoneagent.spi.IpLiteral;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What the other side said of its audio.
 *
 * @param address where it wants it
 * @param codecs what it understands, best first
 * @param direction which way it flows, as the other side sees it
 * @param ice what it is proven to; empty if it asks for no proof
 */
record RemoteAudio(
    InetSocketAddress address,
    List<SdpCodec> codecs,
    SdpDirection direction,
    Optional<IceCredentials> ice) {

  /** Reads a description; empty if it has no audio that this phone could send. */
  static Optional<RemoteAudio> of(MediaDescription description) {
    Optional<SessionDescription> read =
        SessionDescription.parse(description.sdp().getBytes(StandardCharsets.UTF_8));
    Optional<SdpMedia> audio = read.flatMap(SessionDescription::audio);
    if (!read.isPresent() || !audio.isPresent()) {
      return Optional.empty();
    }
    Optional<InetAddress> address = read.get().address(audio.get()).flatMap(IpLiteral::parse);
    List<SdpCodec> codecs = audio.get().codecs();
    if (!address.isPresent() || codecs.stream().noneMatch(c -> G711.of(c).isPresent())) {
      return Optional.empty();
    }
    Optional<String> fragment = read.get().attribute(audio.get(), "ice-ufrag");
    Optional<String> password = read.get().attribute(audio.get(), "ice-pwd");
    return Optional.of(
        new RemoteAudio(
            new InetSocketAddress(address.get(), audio.get().port()),
            List.copyOf(codecs),
            read.get().direction(audio.get()),
            fragment.flatMap(f -> password.map(p -> new IceCredentials(f, p)))));
  }

  /** What is spoken to it. */
  SdpCodec codec() {
    return codecs.stream()
        .filter(c -> G711.of(c).isPresent())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("checked when it was read"));
  }

  /**
   * How keys are told to it, if it understands them: by the clock of what is spoken (RFC 4733,
   * section 2.1), as others may be named before it.
   */
  Optional<SdpCodec> events() {
    return codecs.stream()
        .filter(c -> c.isTelephoneEvent() && c.clockRate() == codec().clockRate())
        .findFirst();
  }

  /** What a payload number means, where both sides use the same. */
  Optional<SdpCodec> codecOf(int payload) {
    return codecs.stream().filter(c -> c.payload() == payload).findFirst();
  }
}
