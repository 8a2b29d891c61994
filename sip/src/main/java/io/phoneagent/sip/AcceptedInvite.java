// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import io.phoneagent.runtime.Timer;
import java.time.Duration;

/**
 * A 2xx for an INVITE on its way to the ACK (RFC 3261 section 13.3.1.4): repeated with pauses from
 * T1 to T2, over every transport, given up after 64 T1.
 */
final class AcceptedInvite {
  private static final Timer NONE = () -> {};

  private final SipUserAgent agent;
  private final ServerTransaction transaction;
  private final SipResponse response;
  private final Runnable lost;
  private Duration pause;
  private Timer resend = NONE;
  private Timer end = NONE;
  private boolean over;

  AcceptedInvite(
      SipUserAgent agent, ServerTransaction transaction, SipResponse response, Runnable lost) {
    this.agent = agent;
    this.transaction = transaction;
    this.response = response;
    this.lost = lost;
    this.pause = agent.timings().t1();
  }

  void start() {
    transaction.send(response);
    end = agent.timers().schedule(agent.timings().giveUp(), this::giveUp);
    arm();
  }

  private void arm() {
    resend.cancel();
    resend = agent.timers().schedule(pause, this::resendDue);
  }

  private void resendDue() {
    if (over) {
      return;
    }
    transaction.send(response);
    pause = pause.multipliedBy(2);
    if (pause.compareTo(agent.timings().t2()) > 0) {
      pause = agent.timings().t2();
    }
    arm();
  }

  private void giveUp() {
    if (!over) {
      stop();
      lost.run();
    }
  }

  boolean isWaiting() {
    return !over;
  }

  boolean isAcknowledgedBy(SipRequest ack) {
    return ack.cseq().number() == transaction.request().cseq().number();
  }

  void stop() {
    over = true;
    resend.cancel();
    end.cancel();
  }

  void redirect(SipPeer newPeer) {
    transaction.redirect(newPeer);
    if (!over) {
      pause = agent.timings().t1();
      arm();
    }
  }
}
