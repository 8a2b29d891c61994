// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.Optional;

/**
 * The 2xx of this end for the INVITEs of the other one: for the first, and for those that change
 * the session. The last of them waits for its ACK.
 */
final class SessionAnswers {
  private final SipUserAgent agent;
  private final SipSession session;
  private Optional<AcceptedInvite> last = Optional.empty();

  SessionAnswers(SipUserAgent agent, SipSession session) {
    this.agent = agent;
    this.session = session;
  }

  /**
   * Accepts an INVITE.
   *
   * @param described whether the answer says of media what follows
   */
  void accept(ServerTransaction transaction, boolean described, byte[] sdp) {
    SipResponse.Builder builder = transaction.response(200);
    SipResponse.Builder whole = described ? session.withSdp(builder, sdp) : builder;
    whole
        .add(HeaderName.CONTACT, agent.contact(session.peer()))
        .add(HeaderName.ALLOW, SipUserAgent.ALLOWED)
        .add(HeaderName.SUPPORTED, SipUserAgent.SUPPORTED);
    session.timer().accept(transaction.request(), whole);
    stop();
    AcceptedInvite made =
        new AcceptedInvite(
            agent,
            transaction,
            whole.build(),
            () -> session.lost(408, "the answer was never acknowledged"));
    last = Optional.of(made);
    made.start();
  }

  /** Whether this is the ACK for the last one, and the first of its kind. */
  boolean isAcknowledgedBy(SipRequest ack) {
    boolean awaited = isWaiting() && last.filter(one -> one.isAcknowledgedBy(ack)).isPresent();
    if (awaited) {
      stop();
    }
    return awaited;
  }

  boolean isWaiting() {
    return last.filter(AcceptedInvite::isWaiting).isPresent();
  }

  void redirect(SipPeer newPeer) {
    last.ifPresent(one -> one.redirect(newPeer));
  }

  void stop() {
    last.ifPresent(AcceptedInvite::stop);
  }
}
