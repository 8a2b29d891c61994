// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.Call;
import io.phoneagent.CallState;
import io.phoneagent.CallTarget;
import io.phoneagent.Line;
import io.phoneagent.MediaDescription;
import io.phoneagent.PhoneNumber;
import io.phoneagent.TransferPolicy;
import io.phoneagent.sip.CallRequest;
import io.phoneagent.sip.Dialog;
import io.phoneagent.sip.HeaderName;
import io.phoneagent.sip.IncomingRefer;
import io.phoneagent.sip.InfoDigit;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.Replaces;
import io.phoneagent.sip.SessionDescription;
import io.phoneagent.sip.SessionEnd;
import io.phoneagent.sip.SessionListener;
import io.phoneagent.sip.SessionOffer;
import io.phoneagent.sip.SessionState;
import io.phoneagent.sip.SipInput;
import io.phoneagent.sip.SipPeer;
import io.phoneagent.sip.SipRequest;
import io.phoneagent.sip.SipResponse;
import io.phoneagent.sip.SipSession;
import io.phoneagent.sip.SipTokens;
import io.phoneagent.sip.SipUserAgent;
import io.phoneagent.sip.Uri;
import io.phoneagent.sip.UserAgentListener;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Objects;
import java.util.Optional;

/** The calls of one line, in SIP over its flow. */
final class LineCalls {
  // While another offer is open, which nobody leaves so for long.
  private static final Duration ONCE_MORE = Duration.ofMillis(500);
  private static final int MOST_TRIES = 20;

  private final AgentParts parts;
  private final Line line;
  private final CallHandling handling;
  private final CallSide side;
  private final SipUserAgent userAgent;
  private final SipTokens tokens;
  private Optional<SipPeer> remote = Optional.empty();
  private int moves;

  LineCalls(AgentParts parts, Line line, CallHandling handling, CallSide side) {
    this.parts = parts;
    this.line = line;
    this.handling = handling;
    this.side = side;
    this.tokens = SipTokens.from(parts.random());
    this.userAgent =
        SipUserAgent.builder(parts.loop(), side, side::contact)
            .tokens(tokens)
            .build(new Incoming());
  }

  /** The line is registered there; calls that run elsewhere move there. */
  void assigned(SipPeer now) {
    if (remote.isPresent() && !remote.get().equals(now)) {
      userAgent.moved(remote.get(), now);
    }
    remote = Optional.of(now);
  }

  /** As the other end is to see it: newer than what it was told of moves. */
  private byte[] described(MediaDescription media) {
    byte[] sdp = side.described(AgentCall.bytes(media));
    Optional<SessionDescription> read =
        moves == 0 ? Optional.empty() : SessionDescription.parse(sdp);
    return read.isPresent() ? read.get().withVersion(read.get().version() + moves).bytes() : sdp;
  }

  /** A message from where the line is registered. */
  void received(ByteBuffer datagram) {
    remote.ifPresent(r -> userAgent.receive(datagram, r));
  }

  /** The same, read already, and by the way that it came. */
  void received(SipInput message, SipPeer from) {
    userAgent.receive(message, from);
  }

  /** That way leads nowhere any more. */
  void closed(SipPeer way) {
    userAgent.transportFailed(way);
  }

  /** The flow runs from another port now: what is under way is sent again there, at once. */
  void flowMoved() {
    remote.ifPresent(r -> userAgent.moved(r, r));
  }

  /** The other end of each call is told where this one is now: for whoever does not see it. */
  void readdress() {
    moves++;
    for (SipSession session : userAgent.sessions()) {
      readdress(session, moves, MOST_TRIES);
    }
  }

  private void readdress(SipSession session, int move, int tries) {
    Optional<SessionDescription> said = session.localSdp().flatMap(SessionDescription::parse);
    if (move != moves || session.state() != SessionState.ESTABLISHED || !said.isPresent()) {
      return;
    }
    byte[] again = said.get().withVersion(said.get().version() + 1).bytes();
    if (!session.offer(again) && tries > 1) {
      parts.loop().schedule(ONCE_MORE, () -> readdress(session, move, tries - 1));
    }
  }

  /** Calls a number; on any thread. */
  Call call(CallTarget target, MediaDescription offer) {
    AgentCall call =
        AgentCall.outgoing(tokens.next(), line.name().text(), called(target), callLine());
    parts.loop().execute(() -> begin(call, target, offer));
    return call;
  }

  /** A number is one wherever it is called. */
  private static String called(CallTarget target) {
    return target.number().map(PhoneNumber::e164).orElseGet(target::toString);
  }

  private AgentCall.Line callLine() {
    return new AgentCall.Line(
        parts.loop(), this::described, this::notOffered, this::notTransferred, side, this);
  }

  private void begin(AgentCall call, CallTarget target, MediaDescription offer) {
    if (!remote.isPresent()) {
      call.ended();
      parts.tell(l -> l.callEnded(call, 480, "the line is not registered"));
      return;
    }
    SipPeer to = remote.get();
    CallRequest request =
        CallRequest.to(side.target(target, to), side.self(to))
            .sdp(described(offer))
            .credentials(side.credentials());
    call.begun(userAgent.call(request, to, new Events(call)));
  }

  /** The other side of a call wants this one to call somebody else. */
  private void referred(AgentCall call, SipSession session, IncomingRefer refer) {
    Uri target = refer.referTo().target();
    String called = side.party(NameAddr.of(target), session.peer());
    AgentCall next = AgentCall.outgoing(tokens.next(), line.name().text(), called, callLine());
    next.replaces(call.id());
    refer.accept();
    Referral referral = new Referral(parts, session, refer);
    parts.callBack(
        () -> {
          Optional<MediaDescription> offer =
              Objects.requireNonNull(
                  parts.listener().callReferred(call, next, "the other side transfers the call"),
                  "callReferred's offer");
          parts
              .loop()
              .execute(
                  () ->
                      follow(
                          next,
                          target,
                          referral,
                          offer.map(this::described).orElseGet(referral::described)));
        },
        why -> {
          parts.disrupted("callback", "callReferred: " + why, Optional.empty());
          parts.loop().execute(() -> giveUp(next, referral, 500, why));
        });
  }

  private void follow(AgentCall next, Uri target, Referral referral, byte[] offer) {
    if (!remote.isPresent()) {
      giveUp(next, referral, 480, "the line is not registered");
      return;
    }
    SipPeer to = remote.get();
    CallRequest request =
        referral.named(
            CallRequest.to(target, side.self(to)).sdp(offer).credentials(side.credentials()));
    Events events = new Events(next);
    events.referral = Optional.of(referral);
    next.begun(userAgent.call(request, to, events));
  }

  private void giveUp(AgentCall next, Referral referral, int status, String why) {
    next.ended();
    referral.refused(status);
    parts.tell(l -> l.callEnded(next, status, why));
  }

  private void notTransferred(AgentCall call) {
    parts.tell(l -> l.callTransferred(call, 491, "the call cannot be transferred now"));
  }

  private void notOffered(AgentCall call) {
    parts.tell(l -> l.offerRefused(call, 491, "the call cannot be changed now"));
  }

  /** The vendor's handler has thrown, and may never get to answering; on the vendor's thread. */
  private void failed(AgentCall call, String why) {
    parts.disrupted("callback", why, Optional.empty());
    parts.loop().execute(() -> call.refuse(why));
  }

  /** Whether a call is under way. */
  boolean inProgress() {
    return !userAgent.sessions().isEmpty();
  }

  /** Ends all calls. */
  void hangUp() {
    new ArrayList<>(userAgent.sessions()).forEach(SipSession::hangUp);
  }

  private final class Incoming implements UserAgentListener {
    @Override
    public void onIncoming(SipSession session) {
      AgentCall call = AgentCall.incoming(session, callLine());
      session.credentials(side.credentials());
      Optional<SipSession> replaced = replaced(session);
      replaced.ifPresent(other -> call.replaces(other.id()));
      Events events = new Events(call);
      events.replaced = replaced;
      session.listener(events);
      session.ring();
      call.heard(session, CallState.RINGING);
      parts.callBack(
          () -> handling.incoming().incoming(call), why -> failed(call, "onIncomingCall: " + why));
    }
  }

  /** The session that an INVITE names to take its place; the user agent has looked at it. */
  private Optional<SipSession> replaced(SipSession session) {
    return session
        .invite()
        .flatMap(invite -> invite.header(HeaderName.REPLACES))
        .flatMap(Replaces::parse)
        .flatMap(r -> userAgent.session(new Dialog.Id(r.callId(), r.toTag(), r.fromTag())));
  }

  private final class Events implements SessionListener {
    private final AgentCall call;
    private Optional<SipSession> replaced = Optional.empty();
    private Optional<Referral> referral = Optional.empty();
    private boolean established;

    Events(AgentCall call) {
      this.call = call;
    }

    @Override
    public void onProgress(SipSession session, SipResponse response) {
      call.heard(session, CallState.RINGING);
      String cause = response.status() + " " + response.reason();
      referral.ifPresent(r -> r.progress(response.status()));
      parts.tell(l -> l.callRinging(call, cause));
    }

    @Override
    public void onEstablished(SipSession session) {
      established = true;
      replaced.ifPresent(SipSession::hangUp);
      replaced = Optional.empty();
      referral.ifPresent(Referral::established);
      call.heard(session, CallState.ESTABLISHED);
      parts.tell(l -> l.callEstablished(call, "answered"));
    }

    @Override
    public void onOffer(SipSession session, SessionOffer offer) {
      MediaDescription media = offer.sdp().map(AgentCall::media).orElse(new MediaDescription(""));
      parts.callBack(
          () -> {
            Optional<MediaDescription> answer =
                Objects.requireNonNull(
                    parts.listener().callChanged(call, media, "the other side offers other media"),
                    "callChanged's answer");
            parts
                .loop()
                .execute(
                    () -> {
                      if (answer.isPresent()) {
                        offer.accept(described(answer.get()));
                        offer.sdp().flatMap(call::heldAnew).ifPresent(this::held);
                      } else {
                        offer.reject(488);
                      }
                    });
          },
          why -> {
            parts.disrupted("callback", "callChanged: " + why, Optional.empty());
            parts.loop().execute(() -> offer.reject(488));
          });
    }

    private void held(boolean now) {
      String cause = now ? "the other side holds the call" : "the other side goes on";
      parts.tell(l -> l.callHeld(call, now, cause));
    }

    @Override
    public void onInfo(SipSession session, SipRequest info) {
      InfoDigit.read(info).ifPresent(d -> parts.tell(l -> l.callDigit(call, d, "SIP INFO")));
    }

    @Override
    public void onRefer(SipSession session, IncomingRefer refer) {
      if (handling.transfers() == TransferPolicy.REFUSED) {
        refer.reject(603);
      } else {
        referred(call, session, refer);
      }
    }

    @Override
    public void onTransfer(SipSession session, int status) {
      String cause = status < 200 ? "under way" : status < 300 ? "connected" : "not connected";
      parts.tell(l -> l.callTransferred(call, status, cause));
    }

    @Override
    public void onOfferAccepted(SipSession session) {
      call.heard(session, established ? CallState.ESTABLISHED : CallState.RINGING);
      parts.tell(l -> l.offerAccepted(call, "the other side agreed"));
    }

    @Override
    public void onOfferRejected(SipSession session, int status) {
      parts.tell(l -> l.offerRefused(call, status, "the other side did not agree"));
    }

    @Override
    public void onEnded(SipSession session, SessionEnd end) {
      call.ended();
      int status = established ? 0 : end.status();
      referral.filter(r -> !established).ifPresent(r -> r.ended(end));
      boolean refusedHere = end.kind() == SessionEnd.Kind.REFUSED && !end.byRemote();
      String cause = refusedHere ? call.defect().orElse(end.reason()) : end.reason();
      parts.tell(l -> l.callEnded(call, status, cause));
    }
  }
}
