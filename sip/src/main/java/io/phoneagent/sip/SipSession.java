// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.Locale;
import java.util.Optional;

/**
 * One call between this end and another (RFC 3261 sections 13 to 15). Belongs to the thread of its
 * user agent.
 *
 * <pre>
 * outgoing: CALLING -> RINGING -> ESTABLISHED -> ENDED
 * incoming: CALLING -> RINGING -> ACCEPTED (200 sent) -> ESTABLISHED (ACK came) -> ENDED
 * </pre>
 */
public final class SipSession {
  private final SipUserAgent agent;
  private final String id;
  private final NameAddr from;
  private final NameAddr to;
  private final Optional<IncomingInvite> incoming;
  private SessionListener listener;
  private SipPeer peer;
  private SessionState state = SessionState.CALLING;
  private Optional<OutgoingInvite> outgoing = Optional.empty();
  private Optional<Dialog> dialog = Optional.empty();
  private final SessionAnswers answers;
  private final SessionChanges changes;
  private final SessionTimer timer;
  private final SessionReferrals referrals;
  private final SessionRequests requests;
  private Optional<byte[]> localSdp = Optional.empty();
  private Optional<byte[]> remoteSdp = Optional.empty();
  private boolean hangUpWanted;

  private SipSession(
      SipUserAgent agent,
      String id,
      NameAddr from,
      NameAddr to,
      SipPeer peer,
      RequestCredentials credentials,
      SessionListener listener,
      Optional<ServerTransaction> incoming) {
    this.agent = agent;
    this.id = id;
    this.from = from;
    this.to = to;
    this.peer = peer;
    this.listener = listener;
    this.incoming = incoming.map(invite -> new IncomingInvite(agent, this, invite));
    this.answers = new SessionAnswers(agent, this);
    this.changes = new SessionChanges(agent, this);
    this.timer = new SessionTimer(agent, this);
    this.referrals = new SessionReferrals(agent, this);
    this.requests = new SessionRequests(agent, this, credentials);
  }

  static SipSession outgoing(
      SipUserAgent agent, String id, CallRequest call, SipPeer peer, SessionListener listener) {
    SipSession session =
        new SipSession(
            agent,
            id,
            call.from(),
            call.to(),
            peer,
            call.credentials(),
            listener,
            Optional.empty());
    session.localSdp = Optional.of(call.sdp()).filter(sdp -> sdp.length > 0);
    return session;
  }

  static SipSession incoming(SipUserAgent agent, String id, ServerTransaction transaction) {
    SipRequest invite = transaction.request();
    SipSession session =
        new SipSession(
            agent,
            id,
            invite.from(),
            invite.to(),
            transaction.peer(),
            RequestCredentials.none(),
            new SessionListener() {},
            Optional.of(transaction));
    Dialog made = Dialog.ofAnswerer(invite, transaction.localTag());
    session.dialog = Optional.of(made);
    session.remoteSdp = invite.sdp();
    session.timer.allows(invite);
    agent.enter(made.id(), session);
    return session;
  }

  void startCalling(CallRequest call) {
    OutgoingInvite invite = new OutgoingInvite(agent, this, call);
    outgoing = Optional.of(invite);
    invite.start(agent.tokens().next(), agent.tokens().next());
  }

  /** A name for this session that no other one has. */
  public String id() {
    return id;
  }

  /** Who calls. */
  public NameAddr from() {
    return from;
  }

  /** Who is called. */
  public NameAddr to() {
    return to;
  }

  /** Whether the other end called. */
  public boolean isIncoming() {
    return incoming.isPresent();
  }

  /** The INVITE that began an incoming session, with all its fields. */
  public Optional<SipRequest> invite() {
    return incoming.map(IncomingInvite::request);
  }

  /** Where the other end is. */
  public SipPeer peer() {
    return peer;
  }

  /** Where it is. */
  public SessionState state() {
    return state;
  }

  /** What the other end said last: its offer, its early or final answer. */
  public Optional<byte[]> remoteSdp() {
    return remoteSdp.map(byte[]::clone);
  }

  /** What this end said last. */
  public Optional<byte[]> localSdp() {
    return localSdp.map(byte[]::clone);
  }

  /** The dialog, as soon as there is one. */
  public Optional<Dialog> dialog() {
    return dialog;
  }

  /** Who hears of this session from now on. */
  public void listener(SessionListener given) {
    listener = given;
  }

  SessionListener listener() {
    return listener;
  }

  SipUserAgent agent() {
    return agent;
  }

  SessionTimer timer() {
    return timer;
  }

  SessionRequests requests() {
    return requests;
  }

  SessionChanges changes() {
    return changes;
  }

  /**
   * What authenticates the requests of this end from now on; an outgoing call has its own from the
   * start.
   */
  public void credentials(RequestCredentials given) {
    requests.credentials(given);
  }

  /** Says that it rings: 180. Without effect unless it is incoming and unanswered. */
  public void ring() {
    progress(180, new byte[0]);
  }

  /**
   * Sends a provisional response, with early media if the SDP is not empty. To a caller who made no
   * offer that is this end's offer, if he takes it reliably (RFC 3262 section 5), and left out if
   * not; {@link SessionListener#onAnswer} has the answer. Without effect unless the session is
   * incoming and unanswered.
   *
   * @param status 100 to 199
   */
  public void progress(int status, byte[] sdp) {
    if (status < 100 || status > 199) {
      throw new IllegalArgumentException("a provisional status is 100 to 199, not " + status);
    }
    if (isUnanswered()) {
      state = status > 100 ? SessionState.RINGING : state;
      incoming.get().progress(status, sdp);
    }
  }

  /** Whether {@link #progress} would describe early media now. */
  public boolean takesEarlyMedia() {
    return isUnanswered() && incoming.get().mayDescribe();
  }

  SipResponse.Builder withSdp(SipResponse.Builder response, byte[] sdp) {
    localSdp = Optional.of(sdp.clone());
    return response.body(SipUserAgent.SDP, sdp);
  }

  private boolean isUnanswered() {
    return incoming.isPresent() && isEarly();
  }

  /** Whether the call is not answered yet. */
  boolean isEarly() {
    return state == SessionState.CALLING || state == SessionState.RINGING;
  }

  /**
   * Answers an incoming call; the 200 is repeated until its ACK. It waits until what was sent
   * reliably before it is acknowledged (RFC 3262 section 3). Where the ends have changed their
   * media meanwhile, it leaves that as it is.
   */
  public void answer(byte[] sdp) {
    if (isUnanswered()) {
      incoming.get().afterwards(() -> answerNow(sdp));
    }
  }

  private void answerNow(byte[] sdp) {
    if (!isUnanswered()) {
      return;
    }
    state = SessionState.ACCEPTED;
    accept(incoming.get().transaction(), sdp);
  }

  /** Accepts the INVITE that began the session, or one that changes it. */
  void accept(ServerTransaction transaction, byte[] sdp) {
    boolean first = incoming.filter(mine -> mine.isOf(transaction)).isPresent();
    answers.accept(transaction, !first || !changes.haveBegun(), sdp);
  }

  /**
   * Refuses an incoming call. Without effect once it is answered.
   *
   * @param status 300 to 699
   */
  public void reject(int status) {
    reject(Rejection.of(status));
  }

  /** The same with fields, such as the Contact of a 302 or a Retry-After. */
  public void reject(Rejection rejection) {
    if (isUnanswered()) {
      SipUserAgent.refuse(incoming.get().transaction(), rejection);
      end(SessionEnd.local(SessionEnd.Kind.REFUSED, rejection.status(), "refused here"));
    }
  }

  /** Ends the session whatever its state: CANCEL, a refusal with 480, or BYE. */
  public void hangUp() {
    switch (state) {
      case CALLING, RINGING -> {
        if (incoming.isPresent()) {
          reject(480);
        } else {
          outgoing.ifPresent(OutgoingInvite::giveUp);
          end(SessionEnd.local(SessionEnd.Kind.CANCELLED, 487, "given up here"));
        }
      }
      // Section 15: the answerer sends no BYE before the ACK has come or is given up.
      case ACCEPTED -> hangUpWanted = true;
      case ESTABLISHED -> {
        dialog.ifPresent(requests::bye);
        end(SessionEnd.local(SessionEnd.Kind.HUNG_UP, 200, "hung up here"));
      }
      default -> {}
    }
  }

  /**
   * Proposes to change a session: hold, resume, another address. Before the call is answered that
   * is possible once both ends have described their media reliably (RFC 3262), and the other one
   * takes UPDATE (RFC 3311). What is proposed within {@link SessionListener#onProgress}, of a
   * reliable response, goes out in its PRACK, which an end without UPDATE takes, too.
   *
   * @return false if that is not possible now: the session is not so far, or another offer is open
   */
  public boolean offer(byte[] sdp) {
    return offer(sdp, OutgoingOffer.Purpose.OWN);
  }

  /**
   * Proposes what somebody else proposes: like {@link #offer}, but where the other end proposes
   * something at the same moment the listener is told 491, and nothing is tried again here (RFC
   * 3261 section 14.1).
   */
  public boolean offerOnce(byte[] sdp) {
    return offer(sdp, OutgoingOffer.Purpose.PASSED_ON);
  }

  private boolean offer(byte[] sdp, OutgoingOffer.Purpose purpose) {
    return takesOffers() && changes.offer(dialog.get(), sdp, purpose);
  }

  /** Whether the session is so far that a change can be proposed, unless another one is open. */
  public boolean takesOffers() {
    boolean early = isEarly() && changes.mayOfferEarly();
    return dialog.isPresent() && (early || state == SessionState.ESTABLISHED);
  }

  /** Refreshes the session by a re-INVITE that changes nothing (RFC 4028 section 7.4). */
  void offerAgain() {
    localSdp.ifPresent(sdp -> offer(sdp, OutgoingOffer.Purpose.REFRESH));
  }

  /**
   * Asks the other end to call somebody: the session is to be transferred (RFC 3515). The listener
   * hears how that goes by {@link SessionListener#onTransfer}; the session goes on until one of its
   * ends hangs up.
   *
   * @return false if that is not possible now: the session is not established, or that was asked
   *     before and is not over
   */
  public boolean refer(ReferTo referTo) {
    return state == SessionState.ESTABLISHED
        && dialog.isPresent()
        && referrals.refer(dialog.get(), referTo);
  }

  /**
   * Answers the offer to an INVITE without one: in the ACK if it came with the 2xx, in the PRACK if
   * it came with a reliable provisional response (RFC 3262 section 5), which its sender repeats
   * until then. Without effect if none is open.
   */
  public void acknowledge(byte[] answer) {
    if (outgoing.isPresent() && outgoing.get().acknowledge(answer)) {
      localSdp = Optional.of(answer.clone());
    }
  }

  /** Sends an INFO, such as with digits. Without effect outside of an established session. */
  public void info(String contentType, byte[] body) {
    if (state == SessionState.ESTABLISHED && dialog.isPresent()) {
      Dialog current = dialog.get();
      requests.send(
          requests.begin(current, SipMethod.INFO).body(contentType, body),
          current,
          new InDialogAnswer(this));
    }
  }

  /**
   * Asks the other end whether it is there, by OPTIONS in the dialog: where it knows of none, or
   * says nothing for 64 T1, the session ends. Without effect outside of an established session.
   *
   * @param there run when it answers
   */
  public void ask(Runnable there) {
    if (state == SessionState.ESTABLISHED && dialog.isPresent()) {
      Dialog current = dialog.get();
      requests.send(
          requests.begin(current, SipMethod.OPTIONS), current, new InDialogAnswer(this, there));
    }
  }

  /** Goes on with another peer: what waits for an answer or an ACK is sent there again at once. */
  public void moveTo(SipPeer newPeer) {
    peer = newPeer;
    outgoing.ifPresent(invite -> invite.redirect(newPeer));
    requests.redirect(newPeer);
    changes.redirect(newPeer);
    if (answers.isWaiting()) {
      answers.redirect(newPeer);
    } else if (isUnanswered()) {
      incoming.get().transaction().redirect(newPeer);
    }
  }

  /** The PRACK that is about to go out in this dialog, where something may still be put into it. */
  Optional<SipRequest.Builder> takePrack(Dialog within) {
    return outgoing.flatMap(invite -> invite.takePrack(within));
  }

  /** Whether there is such a PRACK. */
  boolean mayPrack() {
    return outgoing.filter(invite -> dialog.filter(invite::mayPrack).isPresent()).isPresent();
  }

  private void end(SessionEnd end) {
    if (state == SessionState.ENDED) {
      return;
    }
    state = SessionState.ENDED;
    timer.stop();
    incoming.ifPresent(IncomingInvite::stop);
    answers.stop();
    changes.stop();
    referrals.stop();
    agent.forget(this);
    listener.onEnded(this, end);
  }

  void earlyDialog(Dialog early) {
    if (!dialog.isPresent()) {
      dialog = Optional.of(early);
    }
  }

  void tried() {
    listener.onTrying(this);
  }

  void progress(SipResponse response) {
    state = SessionState.RINGING;
    if (!changes.haveBegun()) {
      response.sdp().ifPresent(this::heard);
    }
    listener.onProgress(this, response);
  }

  void answered(Dialog with, SipRequest request, SipResponse response) {
    dialog = Optional.of(with);
    state = SessionState.ESTABLISHED;
    if (!changes.haveBegun()) {
      request.sdp().ifPresent(this::said); // whatever another end was told meanwhile
      response.sdp().ifPresent(this::heard);
    }
    changes.answered();
    timer.agreed(response);
    listener.onEstablished(this);
  }

  void refused(SipResponse response) {
    end(
        new SessionEnd(
            SessionEnd.Kind.REFUSED,
            true,
            response.status(),
            response.reason(),
            Optional.of(response)));
  }

  void failed(ClientTransaction.Failure failure) {
    boolean late = failure == ClientTransaction.Failure.TIMEOUT;
    end(
        SessionEnd.local(
            late ? SessionEnd.Kind.TIMED_OUT : SessionEnd.Kind.FAILED,
            failure.status(),
            failure.name().toLowerCase(Locale.ROOT)));
  }

  /** The other end is gone without a word: a BYE is sent all the same. */
  void lost(int status, String reason) {
    if (state != SessionState.ENDED) {
      dialog.ifPresent(requests::bye);
      end(SessionEnd.local(SessionEnd.Kind.TIMED_OUT, status, reason));
    }
  }

  void said(byte[] sdp) {
    localSdp = Optional.of(sdp.clone());
  }

  /** A request in this dialog. */
  void receive(ServerTransaction transaction, SipRequest request) {
    boolean mine = isMine(request);
    SipMethod method = request.method();
    if (mine && !dialog.get().accept(request)) {
      transaction.respond(500);
    } else if (method.equals(SipMethod.BYE)) {
      transaction.respond(200);
      if (mine) {
        hungUp(request);
      }
    } else if (method.equals(SipMethod.INVITE) || method.equals(SipMethod.UPDATE)) {
      changes.receive(transaction, request, timer);
    } else if (method.equals(SipMethod.PRACK)) {
      if (incoming.isPresent()) {
        incoming.get().receivePrack(transaction);
      } else {
        transaction.respond(481);
      }
    } else if (method.equals(SipMethod.REFER)) {
      referrals.receiveRefer(transaction, request);
    } else if (method.equals(SipMethod.NOTIFY)) {
      referrals.receiveNotify(transaction, request);
    } else if (method.equals(SipMethod.INFO)) {
      transaction.respond(200);
      listener.onInfo(this, request);
    } else if (method.equals(SipMethod.OPTIONS)) {
      SipUserAgent.answerOptions(transaction);
    } else if (!listener.onRequest(this, transaction)) {
      SipUserAgent.refuse(transaction, Rejection.of(405));
    }
  }

  private void hungUp(SipRequest bye) {
    if (isUnanswered()) {
      incoming.get().transaction().respond(487);
    }
    if (state == SessionState.CALLING || state == SessionState.RINGING) {
      outgoing.ifPresent(OutgoingInvite::giveUp);
    }
    end(new SessionEnd(SessionEnd.Kind.HUNG_UP, true, 200, "hung up there", Optional.of(bye)));
  }

  /** Whether a request belongs to the dialog that this session is. */
  boolean isMine(SipRequest request) {
    Dialog.Id called = Dialog.Id.ofIncoming(request);
    return dialog.filter(current -> current.id().equals(called)).isPresent();
  }

  /** The other end describes its media. */
  void heard(byte[] sdp) {
    remoteSdp = Optional.of(sdp.clone());
  }

  /** The answer to an offer that the other end had asked for. */
  void answered(byte[] sdp) {
    heard(sdp);
    listener.onAnswer(this);
  }

  void refreshTarget(SipRequest request) {
    dialog.ifPresent(current -> current.refreshTarget(request));
  }

  /** A CANCEL; false if it is for another session. */
  boolean cancelled(ServerTransaction invite, SipRequest cancel) {
    if (changes.cancelled(invite)) {
      return true;
    }
    if (!incoming.filter(mine -> mine.isOf(invite)).isPresent()) {
      return false;
    }
    if (isUnanswered()) {
      invite.respond(487);
      end(
          new SessionEnd(
              SessionEnd.Kind.CANCELLED, true, 487, "given up there", Optional.of(cancel)));
    }
    return true;
  }

  /** An ACK for a 2xx of this end. */
  void acknowledged(SipRequest ack) {
    if (!answers.isAcknowledgedBy(ack)) {
      return;
    }
    Optional<byte[]> answer = ack.sdp();
    if (answer.isPresent()) {
      remoteSdp = answer;
    }
    if (state == SessionState.ACCEPTED) {
      state = SessionState.ESTABLISHED;
      if (hangUpWanted) {
        hangUp();
      } else {
        listener.onEstablished(this);
      }
    } else if (answer.isPresent()) {
      listener.onAnswer(this);
    }
  }

  @Override
  public String toString() {
    return id + ' ' + from.uri().number() + " -> " + to.uri().number() + ' ' + state;
  }
}
