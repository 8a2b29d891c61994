// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.ArrayList;
import java.util.List;
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
  private RequestCredentials credentials;
  private final Optional<ServerTransaction> incoming;
  private SessionListener listener;
  private SipPeer peer;
  private SessionState state = SessionState.CALLING;
  private Optional<OutgoingInvite> outgoing = Optional.empty();
  private Optional<Dialog> dialog = Optional.empty();
  private Optional<AcceptedInvite> accepted = Optional.empty();
  private Optional<SessionOffer> proposed = Optional.empty();
  private Optional<OutgoingOffer> proposing = Optional.empty();
  private Optional<byte[]> localSdp = Optional.empty();
  private Optional<byte[]> remoteSdp = Optional.empty();
  private final List<Exchange> exchanges = new ArrayList<>();
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
    this.credentials = credentials;
    this.listener = listener;
    this.incoming = incoming;
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

  public boolean isIncoming() {
    return incoming.isPresent();
  }

  /** The INVITE that began an incoming session, with all its fields. */
  public Optional<SipRequest> invite() {
    return incoming.map(ServerTransaction::request);
  }

  public SipPeer peer() {
    return peer;
  }

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

  /**
   * What authenticates the requests of this end from now on; an outgoing call has its own from the
   * start.
   */
  public void credentials(RequestCredentials given) {
    credentials = given;
  }

  boolean isMergedWith(SipRequest invite) {
    return incoming
        .map(ServerTransaction::request)
        .filter(
            mine ->
                mine.callId().equals(invite.callId())
                    && mine.fromTag().equals(invite.fromTag())
                    && mine.cseq().equals(invite.cseq()))
        .isPresent();
  }

  /** Says that it rings: 180. Without effect unless it is incoming and unanswered. */
  public void ring() {
    progress(180, new byte[0]);
  }

  /** Sends a provisional response, with early media if the SDP is not empty. */
  public void progress(int status, byte[] sdp) {
    if (!isUnanswered()) {
      return;
    }
    ServerTransaction transaction = incoming.get();
    state = status > 100 ? SessionState.RINGING : state;
    SipResponse.Builder response =
        transaction.response(status).add(HeaderName.CONTACT, agent.contact(peer));
    transaction.send((sdp.length > 0 ? withSdp(response, sdp) : response).build());
  }

  private SipResponse.Builder withSdp(SipResponse.Builder response, byte[] sdp) {
    localSdp = Optional.of(sdp.clone());
    return response.body(SipUserAgent.SDP, sdp);
  }

  private boolean isUnanswered() {
    return incoming.isPresent() && (state == SessionState.CALLING || state == SessionState.RINGING);
  }

  /** Answers an incoming call; the 200 is repeated until its ACK. */
  public void answer(byte[] sdp) {
    if (!isUnanswered()) {
      return;
    }
    state = SessionState.ACCEPTED;
    dialog.ifPresent(Dialog::confirm);
    accept(incoming.get(), sdp);
  }

  private void accept(ServerTransaction transaction, byte[] sdp) {
    SipResponse response =
        withSdp(transaction.response(200), sdp)
            .add(HeaderName.CONTACT, agent.contact(peer))
            .add(HeaderName.ALLOW, SipUserAgent.ALLOWED)
            .build();
    accepted.ifPresent(AcceptedInvite::stop);
    AcceptedInvite made =
        new AcceptedInvite(
            agent, transaction, response, () -> lost(408, "the answer was never acknowledged"));
    accepted = Optional.of(made);
    made.start();
  }

  /** Refuses an incoming call. */
  public void reject(int status) {
    reject(Rejection.of(status));
  }

  public void reject(Rejection rejection) {
    if (isUnanswered()) {
      SipUserAgent.refuse(incoming.get(), rejection);
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
        dialog.ifPresent(this::hangUpOn);
        end(SessionEnd.local(SessionEnd.Kind.HUNG_UP, 200, "hung up here"));
      }
      default -> {}
    }
  }

  /**
   * Proposes to change an established session: hold, resume, another address.
   *
   * @return false if that is not possible now: the session is not established or another offer is
   *     open
   */
  public boolean offer(byte[] sdp) {
    boolean busy = proposed.isPresent() || proposing.filter(OutgoingOffer::isOpen).isPresent();
    if (state != SessionState.ESTABLISHED || busy || !dialog.isPresent()) {
      return false;
    }
    OutgoingOffer made = new OutgoingOffer(agent, this, dialog.get(), sdp);
    proposing = Optional.of(made);
    made.start();
    return true;
  }

  /** Answers an offer that came with the 2xx to an INVITE without one. */
  public void acknowledge(byte[] answer) {
    if (outgoing.isPresent()
        && dialog.isPresent()
        && outgoing.get().acknowledge(dialog.get(), answer)) {
      localSdp = Optional.of(answer.clone());
    }
  }

  /** Sends an INFO, such as with digits. Without effect outside of an established session. */
  public void info(String contentType, byte[] body) {
    if (state == SessionState.ESTABLISHED && dialog.isPresent()) {
      Dialog current = dialog.get();
      send(
          newRequest(current, SipMethod.INFO).body(contentType, body),
          current,
          new InDialogAnswer());
    }
  }

  /** Goes on with another peer: what waits for an answer or an ACK is sent there again at once. */
  public void moveTo(SipPeer newPeer) {
    peer = newPeer;
    outgoing.ifPresent(invite -> invite.redirect(newPeer));
    exchanges.removeIf(Exchange::isDone);
    for (Exchange exchange : new ArrayList<>(exchanges)) {
      exchange.redirect(newPeer);
    }
    proposed.ifPresent(offer -> offer.transaction().redirect(newPeer));
    if (accepted.filter(AcceptedInvite::isWaiting).isPresent()) {
      accepted.get().redirect(newPeer);
    } else if (isUnanswered()) {
      incoming.get().redirect(newPeer);
    }
  }

  SipRequest.Builder newRequest(Dialog within, SipMethod method) {
    return within.request(method).add(HeaderName.CONTACT, agent.contact(peer));
  }

  void send(SipRequest.Builder request, Dialog within, Exchange.Listener answer) {
    exchanges.removeIf(Exchange::isDone);
    Exchange exchange = new Exchange(agent, peer, credentials, within::nextSequence, answer);
    exchanges.add(exchange);
    exchange.start(request);
  }

  SipRequest makeAck(Dialog within, SipRequest invite, byte[] body) {
    SipRequest.Builder ack = within.ack(invite.cseq().number());
    ack.addFirst(HeaderName.VIA, agent.newVia(peer).toString());
    // Section 22.1: the ACK carries the credentials of its INVITE, for it cannot be challenged.
    invite.copyLines(HeaderName.AUTHORIZATION, ack);
    invite.copyLines(HeaderName.PROXY_AUTHORIZATION, ack);
    return (body.length > 0 ? ack.body(SipUserAgent.SDP, body) : ack).build();
  }

  void hangUpOn(Dialog within) {
    send(newRequest(within, SipMethod.BYE), within, new InDialogAnswer());
  }

  private void end(SessionEnd end) {
    if (state == SessionState.ENDED) {
      return;
    }
    state = SessionState.ENDED;
    proposing.ifPresent(OutgoingOffer::stop);
    accepted.ifPresent(AcceptedInvite::stop);
    Optional<SessionOffer> open = proposed;
    proposed = Optional.empty();
    open.ifPresent(offer -> offer.transaction().respond(487));
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
    Optional<byte[]> early = response.sdp();
    if (early.isPresent()) {
      remoteSdp = early;
    }
    listener.onProgress(this, response);
  }

  void answered(Dialog with, SipResponse response) {
    dialog = Optional.of(with);
    state = SessionState.ESTABLISHED;
    Optional<byte[]> answer = response.sdp();
    if (answer.isPresent()) {
      remoteSdp = answer;
    }
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
      dialog.ifPresent(this::hangUpOn);
      end(SessionEnd.local(SessionEnd.Kind.TIMED_OUT, status, reason));
    }
  }

  void offerTaken(byte[] offer, SipResponse response) {
    localSdp = Optional.of(offer.clone());
    Optional<byte[]> answer = response.sdp();
    if (answer.isPresent()) {
      remoteSdp = answer;
    }
    listener.onOfferAccepted(this);
  }

  void offerRefused(SipResponse response) {
    if (response.status() == 481 || response.status() == 408) {
      lost(response.status(), response.reason());
    } else {
      listener.onOfferRejected(this, response.status());
    }
  }

  /** A request in this dialog. */
  void receive(ServerTransaction transaction, SipRequest request) {
    Dialog.Id called = Dialog.Id.ofIncoming(request);
    boolean mine = dialog.filter(current -> current.id().equals(called)).isPresent();
    SipMethod method = request.method();
    if (mine && !dialog.get().accept(request)) {
      transaction.respond(500);
    } else if (method.equals(SipMethod.BYE)) {
      transaction.respond(200);
      if (mine) {
        hungUp(request);
      }
    } else if (method.equals(SipMethod.INVITE) || method.equals(SipMethod.UPDATE)) {
      changeProposed(transaction, request);
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
      incoming.get().respond(487);
    }
    if (state == SessionState.CALLING || state == SessionState.RINGING) {
      outgoing.ifPresent(OutgoingInvite::giveUp);
    }
    end(new SessionEnd(SessionEnd.Kind.HUNG_UP, true, 200, "hung up there", Optional.of(bye)));
  }

  private void changeProposed(ServerTransaction transaction, SipRequest request) {
    boolean invite = request.method().equals(SipMethod.INVITE);
    if (proposing.filter(OutgoingOffer::isPending).isPresent()) {
      transaction.respond(491);
    } else if (proposed.isPresent()
        || state == SessionState.CALLING
        || state == SessionState.RINGING) {
      // Section 14.2: a moment later it may go.
      SipUserAgent.refuse(
          transaction, new Rejection(500, List.of(new HeaderField(HeaderName.RETRY_AFTER, "1"))));
    } else if (!invite && !request.sdp().isPresent()) {
      dialog.ifPresent(current -> current.refreshTarget(request));
      transaction.send(
          transaction.response(200).add(HeaderName.CONTACT, agent.contact(peer)).build());
    } else {
      SessionOffer offer = new SessionOffer(this, transaction);
      proposed = Optional.of(offer);
      listener.onOffer(this, offer);
    }
  }

  void acceptOffer(SessionOffer offer, byte[] answer) {
    if (!proposed.filter(open -> open == offer).isPresent()) {
      return;
    }
    proposed = Optional.empty();
    ServerTransaction transaction = offer.transaction();
    dialog.ifPresent(current -> current.refreshTarget(offer.request()));
    Optional<byte[]> sdp = offer.sdp();
    if (sdp.isPresent()) {
      remoteSdp = sdp;
    }
    if (offer.request().method().equals(SipMethod.INVITE)) {
      accept(transaction, answer);
    } else {
      transaction.send(
          withSdp(transaction.response(200), answer)
              .add(HeaderName.CONTACT, agent.contact(peer))
              .build());
    }
  }

  void rejectOffer(SessionOffer offer, int status) {
    if (proposed.filter(open -> open == offer).isPresent()) {
      proposed = Optional.empty();
      SipUserAgent.refuse(offer.transaction(), Rejection.of(status));
    }
  }

  /** A CANCEL; false if it is for another session. */
  boolean cancelled(ServerTransaction invite, SipRequest cancel) {
    if (proposed.filter(offer -> offer.transaction() == invite).isPresent()) {
      proposed = Optional.empty();
      invite.respond(487);
      return true;
    }
    if (!incoming.filter(mine -> mine == invite).isPresent()) {
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
    if (!accepted.filter(one -> one.isWaiting() && one.isAcknowledgedBy(ack)).isPresent()) {
      return;
    }
    accepted.get().stop();
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
    }
  }

  /** The answer to a BYE or INFO: only that the dialog is gone matters (section 12.2.1.2). */
  private final class InDialogAnswer implements Exchange.Listener {
    @Override
    public void onResponse(SipRequest request, SipResponse response) {
      if (response.status() == 481 || response.status() == 408) {
        lostUnlessEnded(response.status(), response.reason());
      }
    }

    @Override
    public void onFailure(ClientTransaction.Failure failure) {
      lostUnlessEnded(failure.status(), "no answer in the dialog");
    }

    private void lostUnlessEnded(int status, String reason) {
      if (state == SessionState.ESTABLISHED) {
        lost(status, reason);
      }
    }
  }

  @Override
  public String toString() {
    return id + ' ' + from.uri().number() + " -> " + to.uri().number() + ' ' + state;
  }
}
