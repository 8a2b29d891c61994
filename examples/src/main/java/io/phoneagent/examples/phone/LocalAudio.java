// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.MediaDescription;
import io.phoneagent.sip.OfferAnswer;
import io.phoneagent.sip.SdpCodec;
import io.phoneagent.sip.SdpDirection;
import io.phoneagent.sip.SdpMedia;
import io.phoneagent.sip.SessionDescription;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** What this phone says of its audio in one call: its offers and its answers. */
final class LocalAudio {
  private final IceCredentials ice;
  private final boolean proves;
  private final long id;
  private long version;
  private List<SdpCodec> codecs = List.of();

  LocalAudio(Random random, boolean proves) {
    this.proves = proves;
    ice = IceCredentials.next(random);
    id = random.nextInt(Integer.MAX_VALUE);
  }

  IceCredentials ice() {
    return ice;
  }

  MediaDescription offer(InetSocketAddress local, SdpDirection direction) {
    return proven(telephone(local).offer(id, ++version, direction));
  }

  /** The answer to an offer; empty if there is no codec in common. */
  Optional<MediaDescription> answer(
      MediaDescription offer, InetSocketAddress local, SdpDirection wanted) {
    return SessionDescription.parse(offer.sdp().getBytes(StandardCharsets.UTF_8))
        .flatMap(o -> telephone(local).answer(o, id, ++version, wanted))
        .map(this::proven);
  }

  /** What a payload number means by what this phone said last. */
  Optional<SdpCodec> codecOf(int payload) {
    return codecs.stream().filter(c -> c.payload() == payload).findFirst();
  }

  private static OfferAnswer telephone(InetSocketAddress local) {
    return OfferAnswer.telephone(local.getAddress().getHostAddress(), local.getPort());
  }

  private MediaDescription proven(SessionDescription description) {
    codecs = description.audio().map(SdpMedia::codecs).orElse(codecs);
    if (!proves) {
      return new MediaDescription(description.toString());
    }
    SessionDescription result = description;
    for (int i = 0; i < description.media().size(); i++) {
      SdpMedia stream = description.media().get(i);
      if (stream.port() != 0) {
        result =
            result.with(
                i, stream.with("ice-ufrag", ice.fragment()).with("ice-pwd", ice.password()));
      }
    }
    return new MediaDescription(result.toString());
  }
}
