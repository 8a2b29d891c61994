// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.Call;
import io.phoneagent.CallHandler;
import io.phoneagent.CallState;
import io.phoneagent.CallTarget;
import io.phoneagent.Endpoint;
import io.phoneagent.Line;
import io.phoneagent.MediaDescription;
import io.phoneagent.sip.CallRequest;
import io.phoneagent.sip.DigestAccount;
import io.phoneagent.sip.DigestAlgorithm;
import io.phoneagent.sip.DigestChallenge;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.SessionDescription;
import io.phoneagent.sip.SessionEnd;
import io.phoneagent.sip.SessionListener;
import io.phoneagent.sip.SessionOffer;
import io.phoneagent.sip.SipPeer;
import io.phoneagent.sip.SipResponse;
import io.phoneagent.sip.SipSession;
import io.phoneagent.sip.SipTokens;
import io.phoneagent.sip.SipUri;
import io.phoneagent.sip.SipUserAgent;
import io.phoneagent.sip.UserAgentListener;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Objects;
import java.util.Optional;

/** The calls of one line, in SIP over its flow. */
final class LineCalls {
  private static final String REALM = "phoneagent";

  private final AgentParts parts;
  private final Line line;
  private final CallHandler handler;
  private final LineFlow flow;
  private final SipUserAgent userAgent;
  private final SipTokens tokens;
  private final DigestAccount account;
  private Optional<SipPeer> remote = Optional.empty();
  private Optional<InetAddress> unique = Optional.empty();

  LineCalls(AgentParts parts, Line line, CallHandler handler, LineFlow flow) {
    this.parts = parts;
    this.line = line;
    this.handler = handler;
    this.flow = flow;
    this.tokens = SipTokens.from(parts.random());
    this.account = new DigestAccount(line.number().e164(), line.secret(), tokens);
    this.userAgent =
        SipUserAgent.builder(parts.loop(), (message, to) -> flow.send(message), p -> contact())
            .tokens(tokens)
            .build(new Incoming());
  }

  private SipUri contact() {
    Endpoint local = flow.local().orElseThrow(() -> new IllegalStateException("no flow is open"));
    InetAddress address = unique.orElse(local.address());
    return SipUri.of(line.number().e164(), address.getHostAddress(), local.port());
  }

  /** The switch has assigned an endpoint; calls that run elsewhere move there. */
  void assigned(Grant grant) {
    account.learn(DigestChallenge.of(REALM, grant.flowKey().nonce(), DigestAlgorithm.SHA_256));
    SipPeer now =
        SipPeer.of(
            grant.assignment().endpoint().socketAddress(), grant.assignment().transport().name());
    if (remote.isPresent() && !remote.get().equals(now)) {
      userAgent.moved(remote.get(), now);
    }
    remote = Optional.of(now);
    unique = grant.assignment().uniqueAddress();
  }

  /** As the switch is to see it: under the phone's unique address, where it has one. */
  private byte[] described(MediaDescription media) {
    byte[] sdp = AgentCall.bytes(media);
    if (!unique.isPresent()) {
      return sdp;
    }
    Optional<SessionDescription> read = SessionDescription.parse(sdp);
    return read.isPresent() ? read.get().at(unique.get().getHostAddress()).bytes() : sdp;
  }

  /** A message from the assigned endpoint. */
  void received(ByteBuffer datagram) {
    remote.ifPresent(r -> userAgent.receive(datagram, r));
  }

  /** The flow runs from another port now: what is under way is sent again there, at once. */
  void flowMoved() {
    remote.ifPresent(r -> userAgent.moved(r, r));
  }

  /** Calls a number; on any thread. */
  Call call(CallTarget target, MediaDescription offer) {
    AgentCall call =
        AgentCall.outgoing(
            tokens.next(),
            line.number().e164(),
            target.number().e164(),
            new AgentCall.Line(parts.loop(), this::described, this::notOffered));
    parts.loop().execute(() -> begin(call, target, offer));
    return call;
  }

  private void begin(AgentCall call, CallTarget target, MediaDescription offer) {
    if (!remote.isPresent()) {
      call.ended();
      parts.tell(l -> l.callEnded(call, 480, "the line is not registered"));
      return;
    }
    SipPeer to = remote.get();
    String host = to.host();
    CallRequest request =
        CallRequest.to(
                target
                    .uniqueAddress()
                    .map(address -> SipUri.of(call.to(), address.getHostAddress()))
                    .orElseGet(() -> SipUri.of(call.to(), host, to.port())),
                NameAddr.of(SipUri.of(line.number().e164(), host)))
            .sdp(described(offer))
            .credentials(account);
    call.begun(userAgent.call(request, to, new Events(call)));
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
      AgentCall call =
          AgentCall.incoming(
              session,
              new AgentCall.Line(
                  parts.loop(), LineCalls.this::described, LineCalls.this::notOffered));
      session.listener(new Events(call));
      session.ring();
      call.heard(session, CallState.RINGING);
      parts.callBack(() -> handler.incoming(call), why -> failed(call, "onIncomingCall: " + why));
    }
  }

  private final class Events implements SessionListener {
    private final AgentCall call;
    private boolean established;

    Events(AgentCall call) {
      this.call = call;
    }

    @Override
    public void onProgress(SipSession session, SipResponse response) {
      call.heard(session, CallState.RINGING);
      String cause = response.status() + " " + response.reason();
      parts.tell(l -> l.callRinging(call, cause));
    }

    @Override
    public void onEstablished(SipSession session) {
      established = true;
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

    @Override
    public void onOfferAccepted(SipSession session) {
      call.heard(session, CallState.ESTABLISHED);
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
      boolean refusedHere = end.kind() == SessionEnd.Kind.REFUSED && !end.byRemote();
      String cause = refusedHere ? call.defect().orElse(end.reason()) : end.reason();
      parts.tell(l -> l.callEnded(call, status, cause));
    }
  }
}
