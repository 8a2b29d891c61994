// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import io.phoneagent.runtime.Timer;
import java.time.Duration;
import java.util.Optional;

/** A re-INVITE of this end (RFC 3261 section 14.1), with the second try after a collision. */
final class OutgoingOffer implements Exchange.Listener {
  private static final Timer NONE = () -> {};

  private final SipUserAgent agent;
  private final SipSession session;
  private final Dialog dialog;
  private final byte[] sdp;
  private Optional<SipRequest> ack = Optional.empty();
  private Timer retry = NONE;
  private boolean retried;
  private boolean over;

  OutgoingOffer(SipUserAgent agent, SipSession session, Dialog dialog, byte[] sdp) {
    this.agent = agent;
    this.session = session;
    this.dialog = dialog;
    this.sdp = sdp.clone();
  }

  void start() {
    session.send(
        session.newRequest(dialog, SipMethod.INVITE).body(SipUserAgent.SDP, sdp), dialog, this);
  }

  /** Whether the other end must not make an offer of its own now. */
  boolean isPending() {
    return !over && retry.equals(NONE);
  }

  /** Whether it has neither been taken nor refused, be it that it waits for its second try. */
  boolean isOpen() {
    return !over;
  }

  void stop() {
    over = true;
    retry.cancel();
  }

  @Override
  public void onResponse(SipRequest request, SipResponse response) {
    if (response.isProvisional()) {
      return;
    }
    if (response.isSuccess()) {
      succeeded(request, response);
    } else if (!over && response.status() == 491 && !retried) {
      retried = true;
      retry = agent.timers().schedule(collisionPause(), this::tryAgain);
    } else if (!over) {
      over = true;
      session.offerRefused(response);
    }
  }

  private void succeeded(SipRequest request, SipResponse response) {
    if (!ack.isPresent()) {
      dialog.refreshTarget(response);
      ack = Optional.of(session.makeAck(dialog, request, new byte[0]));
    }
    agent.transactions().sendAck(ack.get(), session.peer());
    if (!over) {
      over = true;
      session.offerTaken(sdp, response);
    }
  }

  /**
   * Section 14.1: the owner of the Call-ID waits 2.1 to 4 s, the other end 0 to 2 s, in steps of 10
   * ms.
   */
  private Duration collisionPause() {
    return session.isIncoming()
        ? Duration.ofMillis(10L * agent.tokens().below(201))
        : Duration.ofMillis(2100 + 10L * agent.tokens().below(191));
  }

  private void tryAgain() {
    if (!over) {
      retry = NONE;
      start();
    }
  }

  @Override
  public void onFailure(ClientTransaction.Failure failure) {
    if (!over) {
      over = true;
      session.lost(failure.status(), "no answer to a change of the session");
    }
  }
}
