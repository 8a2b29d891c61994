// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.runtime.Timers;
import java.time.Duration;
import java.util.Optional;

/**
 * Offers of the switch's own, by which it tells the ends of a joined call of each other (RFC 3725).
 * On the loop.
 */
final class SwitchOffers {
  // An end may be busy with a change of its own.
  private static final Duration AGAIN = Duration.ofMillis(500);
  private static final int MOST_TRIES = 20;

  private final SwitchCall call;
  private final Timers timers;

  SwitchOffers(SwitchCall call, Timers timers) {
    this.call = call;
    this.timers = timers;
  }

  /** The caller is told who he is joined with now. */
  void tellCaller() {
    tellCaller(MOST_TRIES);
  }

  private void tellCaller(int triesLeft) {
    call.whereTalking(
        (caller, other) -> {
          Optional<byte[]> sdp = other.leg().remoteSdp().flatMap(caller.media()::relayed);
          if (sdp.isPresent() && triesLeft > 0 && !caller.leg().offer(sdp.get())) {
            timers.schedule(AGAIN, () -> tellCaller(triesLeft - 1));
          }
        });
  }

  /**
   * Who has answered may be another one than the caller has changed his media with: he is offered
   * what the caller says now, and the caller what he answers.
   */
  void catchUp() {
    catchUp(MOST_TRIES);
  }

  private void catchUp(int triesLeft) {
    call.whereTalking(
        (caller, other) -> {
          if (triesLeft > 0 && !(caller.knows(other) && other.knows(caller))) {
            call.early().settled();
            call.pending().passOn(new Repeated(caller, triesLeft), caller, other);
          }
        });
  }

  /** The caller's media, as if he offered it once more. */
  private final class Repeated implements LegOffer {
    private final Party caller;
    private final int triesLeft;

    Repeated(Party caller, int triesLeft) {
      this.caller = caller;
      this.triesLeft = triesLeft;
    }

    @Override
    public Optional<byte[]> sdp() {
      return caller.leg().remoteSdp();
    }

    @Override
    public void accept(byte[] answer) {
      end();
    }

    @Override
    public void reject(int status) {
      if (status == 491 || status == 500) {
        timers.schedule(AGAIN, () -> catchUp(triesLeft - 1));
      } else {
        end();
      }
    }

    private void end() {
      call.whereTalking(
          (own, other) -> {
            if (!own.knows(other)) {
              tellCaller();
            }
          });
    }
  }
}
