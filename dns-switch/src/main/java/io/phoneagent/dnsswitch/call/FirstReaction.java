// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.runtime.Timer;
import io.phoneagent.sip.SipPeer;
import java.time.Duration;
import java.util.Optional;

/**
 * What is waited for when an end is called: any sign of it. Until then a phone of ours is called
 * again and again, and a plain phone's connection that brings nothing is closed. On the loop.
 */
final class FirstReaction {
  // Who has not even said 100 over a connection by then is gone (RFC 5626, section 4.4.1).
  private static final Duration FLOW_TIME = Duration.ofSeconds(10);
  private static final Timer NONE = () -> {};

  private final SipPeer peer;
  private Optional<Nudging> nudging = Optional.empty();
  private Timer flowTimer = NONE;
  private boolean came;

  FirstReaction(SipPeer peer) {
    this.peer = peer;
  }

  /**
   * The call has gone out.
   *
   * @param repeated whether it goes out again until there is a reaction
   */
  void await(CallLeg leg, boolean repeated, Switchboard board) {
    // A connection repeats what is lost by itself.
    if (peer instanceof Peers.Own && repeated && !peer.reliable()) {
      nudging = Optional.of(Nudging.begin(board.loop(), leg));
    }
    if (peer instanceof Peers.Plain plain && peer.reliable()) {
      flowTimer = board.loop().schedule(FLOW_TIME, () -> board.disconnect(plain));
    }
  }

  /** There it is. */
  void comes() {
    end();
    if (!came && peer instanceof Peers.Plain plain) {
      plain.silent(false);
    }
    came = true;
  }

  /** It was waited for long enough: the next time that is known. */
  void missed() {
    if (!came && peer instanceof Peers.Plain plain) {
      plain.silent(true);
    }
  }

  /** It is waited for no longer. */
  void end() {
    flowTimer.cancel();
    nudging.ifPresent(Nudging::end);
  }
}
