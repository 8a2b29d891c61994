// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one end can do, and its half of offer and answer for one audio stream (RFC 3264).
 *
 * @param address where media is wanted
 * @param port where media is wanted
 * @param codecs what is understood, best first
 * @param packetMillis milliseconds of audio a packet
 */
public record OfferAnswer(String address, int port, List<SdpCodec> codecs, int packetMillis) {
  /** An end that speaks G.711 and telephone events. */
  public static OfferAnswer telephone(String address, int port) {
    return new OfferAnswer(
        address, port, List.of(SdpCodec.PCMU, SdpCodec.PCMA, SdpCodec.TELEPHONE_EVENT), 20);
  }

  /**
   * Offers one audio stream.
   *
   * @param id of the session, not negative
   * @param version not negative; grows by one with each change
   */
  public SessionDescription offer(long id, long version, SdpDirection direction) {
    SdpMedia stream =
        SdpMedia.audio(port, codecs)
            .with("ptime", Integer.toString(packetMillis))
            .withDirection(direction);
    return SessionDescription.of(id, version, address).plus(stream);
  }

  /**
   * Answers an offer: its first usable audio stream is taken, all others are refused. The payload
   * numbers are the offer's.
   *
   * @param wanted what this end would like; the answer never exceeds what was offered
   * @return empty if there is no codec in common, which calls for 488
   */
  public Optional<SessionDescription> answer(
      SessionDescription offer, long id, long version, SdpDirection wanted) {
    SessionDescription answer = SessionDescription.of(id, version, address);
    boolean taken = false;
    for (SdpMedia stream : offer.media()) {
      List<SdpCodec> common = taken ? List.of() : common(stream);
      if (common.isEmpty()) {
        answer = answer.plus(stream.refused());
        continue;
      }
      taken = true;
      answer =
          answer.plus(
              SdpMedia.audio(port, common)
                  .with("ptime", Integer.toString(packetMillis))
                  .withDirection(offer.direction(stream).answered(wanted)));
    }
    return taken ? Optional.of(answer) : Optional.empty();
  }

  /**
   * The codecs of a stream that this end knows too, in the offer's order; empty without real audio.
   */
  List<SdpCodec> common(SdpMedia stream) {
    List<SdpCodec> found = new ArrayList<>();
    boolean speech = false;
    if (stream.isAudio() && stream.port() != 0 && stream.protocol().equals("RTP/AVP")) {
      for (SdpCodec offered : stream.codecs()) {
        for (SdpCodec known : codecs) {
          if (offered.isSameEncoding(known)) {
            String parameters =
                known.isTelephoneEvent() ? known.parameters() : offered.parameters();
            found.add(
                new SdpCodec(
                    offered.payload(),
                    offered.name(),
                    offered.clockRate(),
                    offered.channels(),
                    parameters));
            speech |= !known.isTelephoneEvent();
            break;
          }
        }
      }
    }
    return speech ? found : List.of();
  }
}
