// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import io.phoneagent.runtime.Timer;
import java.time.Duration;
import java.util.Optional;

/**
 * A re-INVITE of this end (RFC 3261 section 14.1), or before the call is answered UPDATE (RFC 3311
 * section 5.1) or the PRACK that is about to go out (RFC 3262 section 5), with the second try after
 * a collision.
 */
final class OutgoingOffer implements Exchange.Listener {
  /** Why it is made. */
  enum Purpose {
    /** This end wants it. */
    OWN,
    /** Somebody else does, who tries again himself after a collision. */
    PASSED_ON,
    /** It changes nothing, and nobody needs to hear of it. */
    REFRESH
  }

  private static final Timer NONE = () -> {};

  private final SipUserAgent agent;
  private final SipSession session;
  private final Dialog dialog;
  private final byte[] sdp;
  private final Purpose purpose;
  private Optional<Exchange> exchange = Optional.empty();
  private Optional<SipRequest> ack = Optional.empty();
  private Timer retry = NONE;
  private boolean retried;
  private boolean over;

  OutgoingOffer(
      SipUserAgent agent, SipSession session, Dialog dialog, byte[] sdp, Purpose purpose) {
    this.agent = agent;
    this.session = session;
    this.dialog = dialog;
    this.sdp = sdp.clone();
    this.purpose = purpose;
  }

  void start() {
    boolean early = session.isEarly();
    SipRequest.Builder request =
        session
            .takePrack(dialog)
            .orElseGet(
                () -> session.requests().begin(dialog, early ? SipMethod.UPDATE : SipMethod.INVITE))
            .add(HeaderName.ALLOW, SipUserAgent.ALLOWED)
            .add(HeaderName.SUPPORTED, SipUserAgent.SUPPORTED)
            .body(SipUserAgent.SDP, sdp);
    if (!early) {
      session.timer().ask(request);
    }
    exchange = Optional.of(session.requests().send(request, dialog, this));
  }

  /** Whether the other end must not make an offer of its own now. */
  boolean isPending() {
    return !over && retry.equals(NONE);
  }

  /** Whether it has neither been taken nor refused, be it that it waits for its second try. */
  boolean isOpen() {
    return !over;
  }

  boolean isIn(Dialog other) {
    return dialog == other;
  }

  void stop() {
    over = true;
    retry.cancel();
    // An answer that never comes is not waited for without end.
    exchange.filter(sent -> !sent.isDone()).ifPresent(Exchange::cancel);
  }

  @Override
  public void onResponse(SipRequest request, SipResponse response) {
    if (response.isProvisional()) {
      return;
    }
    boolean unread = request.method().equals(SipMethod.PRACK) && !response.sdp().isPresent();
    if (response.isSuccess() && !unread) {
      succeeded(request, response);
    } else if (!over && response.isSuccess()) {
      refused(488, response.reason()); // it has acknowledged, and nobody has looked into it
    } else if (!over && response.status() == 422 && session.timer().raise(response)) {
      start();
    } else if (!over && response.status() == 491 && !retried && purpose == Purpose.OWN) {
      retried = true;
      retry = agent.timers().schedule(collisionPause(), this::tryAgain);
    } else if (!over) {
      refused(response.status(), response.reason());
    }
  }

  private void refused(int status, String reason) {
    over = true;
    session.changes().refused(status, reason, purpose == Purpose.REFRESH);
  }

  private void succeeded(SipRequest request, SipResponse response) {
    if (request.method().equals(SipMethod.INVITE)) {
      if (!ack.isPresent()) {
        dialog.refreshTarget(response);
        ack = Optional.of(agent.makeAck(dialog, session.peer(), request, new byte[0]));
      }
      agent.transactions().sendAck(ack.get(), session.peer());
    } else {
      dialog.refreshTarget(response);
    }
    if (!over) {
      over = true;
      session.changes().taken(sdp, response, purpose == Purpose.REFRESH);
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
    if (over) {
      return;
    }
    retry = NONE;
    if (session.state() == SessionState.ACCEPTED) {
      retry = agent.timers().schedule(agent.timings().t1(), this::tryAgain);
    } else if (session.takesOffers()) {
      start();
    } else {
      refused(491, "the other end takes no UPDATE");
    }
  }

  @Override
  public void onFailure(ClientTransaction.Failure failure) {
    if (!over) {
      over = true;
      session.changes().unanswered(failure.status());
    }
  }
}
