// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.List;
import java.util.Optional;

/**
 * The changes of one session that its ends propose, by re-INVITE or UPDATE (RFC 3261 section 14,
 * RFC 3311): one at a time, and what is refused leaves all as it was. Before the call is answered
 * they may propose some as soon as the INVITE's offer has its answer, both reliably: by UPDATE, or
 * by PRACK (RFC 3262 section 5).
 */
final class SessionChanges {
  // Section 14.2: a moment later it may go.
  private static final Rejection LATER =
      new Rejection(500, List.of(new HeaderField(HeaderName.RETRY_AFTER, "1")));

  private final SipUserAgent agent;
  private final SipSession session;
  private Optional<SessionOffer> proposed = Optional.empty();
  private Optional<OutgoingOffer> proposing = Optional.empty();
  private Optional<Dialog.Id> agreed = Optional.empty();
  private boolean changed;
  private Runnable afterPrack = () -> {};

  SessionChanges(SipUserAgent agent, SipSession session) {
    this.agent = agent;
    this.session = session;
  }

  /** Whether a change of either end has neither been taken nor refused. */
  boolean isOpen() {
    return proposed.isPresent() || proposing.filter(OutgoingOffer::isOpen).isPresent();
  }

  /** Proposes one; false if another is open. */
  boolean offer(Dialog dialog, byte[] sdp, OutgoingOffer.Purpose purpose) {
    if (isOpen()) {
      return false;
    }
    OutgoingOffer made = new OutgoingOffer(agent, session, dialog, sdp, purpose);
    proposing = Optional.of(made);
    made.start();
    return true;
  }

  void redirect(SipPeer newPeer) {
    proposed.ifPresent(offer -> offer.transaction().redirect(newPeer));
  }

  /** The session is over. */
  void stop() {
    proposing.ifPresent(OutgoingOffer::stop);
    Optional<SessionOffer> open = proposed;
    proposed = Optional.empty();
    afterPrack = () -> {};
    open.ifPresent(offer -> offer.transaction().respond(487));
  }

  /** The INVITE's offer has its answer, before the call has. */
  void agreedEarly(Dialog dialog) {
    if (!agreed.isPresent()) {
      agreed = Optional.of(dialog.id());
    }
  }

  /** The same by an answer of this end, to the offer that it had asked for. */
  void answeredEarly(Dialog dialog) {
    agreedEarly(dialog);
    settledEarly();
  }

  private boolean isAgreed() {
    return session
        .dialog()
        .filter(dialog -> agreed.filter(dialog.id()::equals).isPresent())
        .isPresent();
  }

  /** Whether a change may be proposed before the call is answered. */
  boolean mayOfferEarly() {
    return isAgreed() && (session.timer().otherUpdates() || session.mayPrack());
  }

  /**
   * Whether something was changed before the call was answered: then what its answer says of media
   * is old, and not said.
   */
  boolean haveBegun() {
    return changed && isAgreed();
  }

  private void settledEarly() {
    changed |= session.isEarly();
  }

  /** A re-INVITE or UPDATE in the dialog. */
  void receive(ServerTransaction transaction, SipRequest request, SessionTimer timer) {
    boolean invite = request.method().equals(SipMethod.INVITE);
    boolean early = session.isEarly();
    boolean mine = session.isMine(request);
    boolean bare = !invite && !request.sdp().isPresent();
    Optional<Rejection> tooOften = SessionTimer.vet(request);
    if (tooOften.isPresent()) {
      SipUserAgent.refuse(transaction, tooOften.get());
    } else if (bare) {
      // Allowed at any time (RFC 3311 section 5.2): it refreshes target and timer, nothing else.
      session.refreshTarget(request);
      SipResponse.Builder response =
          transaction.response(200).add(HeaderName.CONTACT, agent.contact(session.peer()));
      if (!early) {
        timer.accept(request, response);
      }
      transaction.send(response.build());
    } else if (proposing.filter(OutgoingOffer::isPending).isPresent()
        || (early && !session.isIncoming() && (invite || !isAgreed()))) {
      transaction.respond(491); // an offer of this end has no answer yet
    } else if (proposed.isPresent() || (early && (invite || !isAgreed() || !mine))) {
      SipUserAgent.refuse(transaction, LATER);
    } else {
      propose(transaction);
    }
  }

  private void propose(ServerTransaction transaction) {
    SessionOffer offer = new SessionOffer(this, transaction);
    proposed = Optional.of(offer);
    session.listener().onOffer(session, offer);
  }

  /** A PRACK, with an answer or an offer in it or with neither. */
  void receivePrack(ServerTransaction transaction, ReliableProgress reliable) {
    SipRequest prack = transaction.request();
    Optional<SipResponse> acknowledged = reliable.acknowledged(prack);
    Optional<Dialog> dialog = session.dialog();
    if (!acknowledged.isPresent() || !dialog.isPresent()) {
      transaction.respond(481);
      return;
    }
    Optional<byte[]> sdp = prack.sdp();
    boolean described = acknowledged.get().bodyLength() > 0;
    boolean wasOffer = described && !session.invite().flatMap(SipRequest::sdp).isPresent();
    if (wasOffer && !isAgreed() && sdp.isPresent()) {
      answeredEarly(dialog.get());
      transaction.respond(200);
      session.answered(sdp.get());
    } else if (described && !wasOffer) {
      agreedEarly(dialog.get());
    }
    if (transaction.isAnswered()) {
      reliable.goOn();
    } else if (!sdp.isPresent()) {
      transaction.respond(200);
      reliable.goOn();
    } else if (isOpen() || !isAgreed()) {
      transaction.respond(491);
      reliable.goOn();
    } else {
      afterPrack = reliable::goOn;
      propose(transaction);
    }
  }

  /** Takes an offer of the other end. Without effect if it is not the open one. */
  void accept(SessionOffer offer, byte[] answer) {
    if (!settle(offer)) {
      return;
    }
    SipMethod method = offer.request().method();
    boolean prack = method.equals(SipMethod.PRACK);
    if (!prack) {
      session.refreshTarget(offer.request());
    }
    offer.sdp().ifPresent(session::heard);
    if (method.equals(SipMethod.INVITE)) {
      session.accept(offer.transaction(), answer);
      return;
    }
    SipResponse.Builder response =
        session
            .withSdp(offer.transaction().response(200), answer)
            .add(HeaderName.CONTACT, agent.contact(session.peer()));
    if (!prack && !session.isEarly()) {
      session.timer().accept(offer.request(), response);
    }
    settledEarly();
    offer.transaction().send(response.build());
    goOn();
  }

  /** Refuses an offer of the other end. Without effect if it is not the open one. */
  void reject(SessionOffer offer, int status) {
    if (settle(offer)) {
      SipUserAgent.refuse(
          offer.transaction(), status == LATER.status() ? LATER : Rejection.of(status));
      goOn();
    }
  }

  private void goOn() {
    Runnable next = afterPrack;
    afterPrack = () -> {};
    next.run();
  }

  /** The other end has taken an offer of this one. */
  void taken(byte[] offer, SipResponse response, boolean refresh) {
    session.said(offer);
    response.sdp().ifPresent(session::heard);
    settledEarly();
    boolean invite = response.cseq().method().equals(SipMethod.INVITE);
    // An UPDATE that was sent before the answer asked for no interval.
    if (!session.isEarly() && (invite || response.has(HeaderName.SESSION_EXPIRES))) {
      session.timer().agreed(response);
    }
    if (!refresh) {
      session.listener().onOfferAccepted(session);
    }
  }

  /**
   * The call is answered. What was proposed to another end than the one that has it, or by another,
   * is over: the session goes on without.
   */
  void answered() {
    Optional<OutgoingOffer> lost =
        proposing.filter(o -> o.isOpen() && !session.dialog().filter(o::isIn).isPresent());
    Optional<SessionOffer> stray = proposed.filter(o -> !session.isMine(o.request()));
    if (stray.isPresent()) {
      proposed = Optional.empty();
      stray.get().transaction().respond(481);
    }
    if (lost.isPresent()) {
      lost.get().stop();
      session.listener().onOfferRejected(session, LATER.status());
    }
  }

  /** The other end has refused one; a call that is not answered yet is not lost with it. */
  void refused(int status, String reason, boolean refresh) {
    if (!session.isEarly() && (status == 481 || status == 408)) {
      session.lost(status, reason);
    } else if (!refresh) {
      session.listener().onOfferRejected(session, status);
    }
  }

  /** The other end has not answered one. */
  void unanswered(int status) {
    if (session.isEarly()) {
      session.listener().onOfferRejected(session, status);
    } else {
      session.lost(status, "no answer to a change of the session");
    }
  }

  /** Closes an offer of the other end; false if it is not the open one. */
  private boolean settle(SessionOffer offer) {
    if (!proposed.filter(open -> open == offer).isPresent()) {
      return false;
    }
    proposed = Optional.empty();
    return true;
  }

  /** A CANCEL of a re-INVITE; false if it is for something else. */
  boolean cancelled(ServerTransaction invite) {
    if (!proposed.filter(offer -> offer.transaction() == invite).isPresent()) {
      return false;
    }
    proposed = Optional.empty();
    invite.respond(487);
    return true;
  }
}
