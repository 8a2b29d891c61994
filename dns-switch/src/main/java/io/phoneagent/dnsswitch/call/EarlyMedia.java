// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.dnsswitch.relay.MediaRelay;
import java.util.Optional;

/**
 * Media before a call is answered: whose the caller hears, and what the two change meanwhile, by
 * UPDATE (RFC 3311) or PRACK (RFC 3262, section 5). On the loop.
 */
final class EarlyMedia {
  // No change that cannot be told now is taken, but one that the relay hides.
  private static final int NOT_HERE = 488;
  private static final int LATER = 500;

  private final MediaRelay relay;
  private Optional<Party> heard = Optional.empty();
  private boolean changed;

  /** The caller hears nobody yet. */
  EarlyMedia(MediaRelay relay) {
    this.relay = relay;
  }

  /**
   * A called end describes its audio: the caller hears it from now on.
   *
   * @return false if the caller cannot be told, as he has left it to the other side to offer
   */
  boolean begins(Party called, Party caller, byte[] sdp) {
    CallLeg leg = caller.leg();
    boolean takes = leg.takesEarlyMedia();
    if (!takes && !changed && !leg.isEstablished()) {
      return false;
    }
    called.media().heard(sdp);
    relay.join(caller.media().leg(), called.media().leg());
    heard = Optional.of(called);
    Optional<byte[]> relayed = caller.media().relayed(sdp);
    if (takes) {
      leg.progress(relayed.orElse(new byte[0]));
    } else if (!leg.isEstablished() && relayed.isPresent() && !caller.knows(called)) {
      leg.offer(relayed.get());
    }
    return true;
  }

  /**
   * An end proposes other media: the one that hears it is asked, and where that takes no offers
   * yet, only what the relay hides is taken.
   */
  void passOn(LegOffer made, Party own, Party caller, PendingOffer pending) {
    boolean calls = own.leg() == caller.leg();
    boolean isHeard = calls || heard.filter(h -> h.leg() == own.leg()).isPresent();
    Optional<Party> other = calls ? heard : Optional.of(caller);
    if (other.isEmpty()) {
      made.reject(NOT_HERE);
      return;
    }
    boolean asked = made.sdp().isEmpty() || other.get().leg().takesOffers();
    if (isHeard && asked) {
      changed = true;
      pending.passOnEarly(made, own, other.get());
    } else if (isHidden(made, own, other.get())) {
      changed |= calls;
      own.media().heard(made.sdp().orElseThrow());
      made.accept(answer(made, own, other.get()).orElseThrow());
    } else {
      // One that nobody hears, or that hears nobody any more, may come again when it is answered.
      made.reject(isHeard && !other.get().leg().isEnded() ? NOT_HERE : LATER);
    }
  }

  private static boolean isHidden(LegOffer made, Party own, Party other) {
    return own.leg()
        .remoteSdp()
        .filter(before -> made.sdp().filter(s -> other.media().hides(before, s)).isPresent())
        .filter(before -> answer(made, own, other).isPresent())
        .isPresent();
  }

  private static Optional<byte[]> answer(LegOffer made, Party own, Party other) {
    return made.sdp()
        .flatMap(offer -> other.leg().remoteSdp().flatMap(s -> own.media().answer(offer, s)));
  }

  /** The caller has answered what he was offered: who is heard is told what he can. */
  void answered(Party caller) {
    changed = true;
    heard.ifPresent(called -> PendingOffer.answered(caller, called));
  }

  /** Whether the caller has changed something, so that who has answered may not know of it. */
  boolean hasChanged() {
    return changed;
  }

  /** Both ends of the call are told of each other. */
  void settled() {
    changed = false;
  }
}
