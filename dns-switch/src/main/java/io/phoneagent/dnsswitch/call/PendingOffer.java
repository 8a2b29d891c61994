// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import java.util.Optional;

/** A change that one leg of a call proposes and the other has not answered yet. */
final class PendingOffer {
  private Optional<LegOffer> offer = Optional.empty();

  /**
   * Passes an offer on to the other leg; its answer comes back by {@link #accepted} or {@link
   * #rejected}. Where the other leg proposes something at the same moment, the end that offers is
   * told so, and settles it as RFC 3261, section 14.1, says.
   */
  void passOn(LegOffer made, Party own, Party other) {
    Optional<byte[]> sdp = made.sdp();
    if (sdp.isEmpty()) {
      askedFor(made, own.media(), other.leg());
      return;
    }
    Optional<byte[]> relayed = other.media().relayed(sdp.get());
    if (relayed.isEmpty() || !other.leg().offerOnce(relayed.get())) {
      made.reject(relayed.isEmpty() ? 488 : 491);
      return;
    }
    offer = Optional.of(made);
  }

  /** An end that asks for an offer gets what the other one last said of itself. */
  private static void askedFor(LegOffer asked, CallMedia own, CallLeg other) {
    Optional<byte[]> relayed = other.remoteSdp().flatMap(own::relayed);
    if (relayed.isPresent()) {
      asked.accept(relayed.get());
    } else {
      asked.reject(488);
    }
  }

  /** What an end has answered to the offer that it had asked for: the other leg is told. */
  static void answered(Party own, Party other) {
    Optional<byte[]> answer = own.leg().remoteSdp();
    answer.ifPresent(own.media()::heard);
    answer.flatMap(other.media()::relayed).ifPresent(other.leg()::offerOnce);
  }

  /** The end that was asked has said yes. */
  void accepted(Party asked, Party asking) {
    Optional<LegOffer> open = offer;
    offer = Optional.empty();
    Optional<byte[]> answer = asked.leg().remoteSdp();
    if (open.isPresent() && answer.isPresent()) {
      open.get().sdp().ifPresent(asking.media()::heard);
      asked.media().heard(answer.get());
      Optional<byte[]> relayed = asking.media().relayed(answer.get());
      if (relayed.isPresent()) {
        open.get().accept(relayed.get());
      } else {
        open.get().reject(488);
      }
    }
  }

  void rejected(int status) {
    Optional<LegOffer> open = offer;
    offer = Optional.empty();
    open.ifPresent(o -> o.reject(status));
  }
}
