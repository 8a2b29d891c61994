// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.MediaDescription;
import io.phoneagent.sip.OfferAnswer;
import io.phoneagent.sip.SdpDirection;
import io.phoneagent.sip.SdpMedia;
import io.phoneagent.sip.SessionDescription;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;

/** What this phone says of its audio in one call: its offers and its answers. */
final class LocalAudio {
  private final IceCredentials ice;
  private final long id;
  private long version;

  LocalAudio(Random random) {
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

  private static OfferAnswer telephone(InetSocketAddress local) {
    return OfferAnswer.telephone(local.getAddress().getHostAddress(), local.getPort());
  }

  private MediaDescription proven(SessionDescription description) {
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
