// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.runtime.Timer;
import io.phoneagent.runtime.Timers;
import java.time.Duration;
import java.util.Optional;

/** A change that one leg of a call proposes and the other has not answered yet. */
final class PendingOffer {
  // For the end that asks, the other one's dialog is not its own, and may come back.
  private static final int LATER = 500;

  // Who asks by UPDATE or PRACK waits for 32 s, and takes the dialog for lost then (RFC 3261,
  // sections 17.1.2.2 and 12.2.1.2): he is told before that. By then the request has been sent to
  // the other end seven times, which is to answer at once (RFC 3311, section 5.2).
  private static final Duration EARLY_PATIENCE = Duration.ofSeconds(16);

  private record Open(LegOffer offer, Party asking, Party asked) {}

  private final Timers timers;
  private Timer patience = () -> {};
  private Optional<Open> open = Optional.empty();

  PendingOffer(Timers timers) {
    this.timers = timers;
  }

  /**
   * The same before the call is answered, when it goes on though the other leg's end says nothing.
   */
  void passOnEarly(LegOffer made, Party own, Party other) {
    passOn(made, own, other);
    if (open.filter(o -> o.offer() == made).isPresent()) {
      patience = timers.schedule(EARLY_PATIENCE, () -> rejected(other.leg(), LATER));
    }
  }

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
    open = Optional.of(new Open(made, own, other));
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

  /** An end has said yes to what it was offered last. */
  void accepted(Party asked) {
    Optional<byte[]> answer = asked.leg().remoteSdp();
    Optional<Open> current = take(asked.leg());
    current.flatMap(o -> o.offer().sdp()).ifPresent(s -> current.get().asking().media().heard(s));
    answer.ifPresent(asked.media()::heard);
    if (current.isPresent() && answer.isPresent()) {
      Optional<byte[]> relayed = current.get().asking().media().relayed(answer.get());
      if (relayed.isPresent()) {
        current.get().offer().accept(relayed.get());
      } else {
        current.get().offer().reject(488);
      }
    }
  }

  /** An end has said no. */
  void rejected(CallLeg asked, int status) {
    // What a dialog's end is told by these is that it is gone (RFC 3261, section 12.2.1.2).
    boolean gone = status == 408 || status == 481;
    take(asked).ifPresent(o -> o.offer().reject(gone ? LATER : status));
  }

  private Optional<Open> take(CallLeg asked) {
    Optional<Open> current = open.filter(o -> o.asked().leg() == asked);
    if (current.isPresent()) {
      patience.cancel();
      open = Optional.empty();
    }
    return current;
  }

  /** A leg is gone, and answers nothing any more. */
  void gone(CallLeg leg) {
    rejected(leg, LATER);
    if (open.filter(o -> o.asking().leg() == leg).isPresent()) {
      patience.cancel();
      open = Optional.empty();
    }
  }
}
