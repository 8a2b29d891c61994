// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.sip.CallRequest;
import io.phoneagent.sip.IncomingRefer;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.Rejection;
import io.phoneagent.sip.SessionEnd;
import io.phoneagent.sip.SessionListener;
import io.phoneagent.sip.SessionOffer;
import io.phoneagent.sip.SessionState;
import io.phoneagent.sip.SipPeer;
import io.phoneagent.sip.SipRequest;
import io.phoneagent.sip.SipResponse;
import io.phoneagent.sip.SipSession;
import io.phoneagent.sip.SipUri;
import io.phoneagent.sip.SipUserAgent;
import java.util.Optional;

/** A leg whose end speaks SIP: a session. */
final class SipLeg implements CallLeg {
  private Optional<SipSession> session;
  private LegListener listener;

  private SipLeg(Optional<SipSession> session, LegListener listener) {
    this.session = session;
    this.listener = listener;
  }

  /** One whose end calls. */
  static SipLeg incoming(SipSession session) {
    SipLeg leg = new SipLeg(Optional.of(session), new LegListener() {});
    session.listener(leg.new Events());
    return leg;
  }

  /** Calls an end. */
  static SipLeg call(SipUserAgent agent, CallRequest request, SipPeer peer, LegListener listener) {
    SipLeg leg = new SipLeg(Optional.empty(), listener);
    SipSession made = agent.call(request, peer, leg.new Events());
    leg.session = Optional.of(made);
    return leg;
  }

  SipSession session() {
    return session.orElseThrow(() -> new IllegalStateException("the call has just begun"));
  }

  boolean isOf(SipSession other) {
    return session.filter(s -> s == other).isPresent();
  }

  @Override
  public String id() {
    return session().id();
  }

  @Override
  public SipPeer peer() {
    return session().peer();
  }

  @Override
  public LegName name() {
    NameAddr other = session().isIncoming() ? session().from() : session().to();
    return new LegName(number(other), other.displayName());
  }

  /** The number of an address, as it is written; empty if it has none. */
  static String number(NameAddr somebody) {
    return somebody.uri() instanceof SipUri sip ? sip.number() : "";
  }

  @Override
  public boolean isEstablished() {
    return session().state() == SessionState.ESTABLISHED;
  }

  @Override
  public boolean isEnded() {
    return session().state() == SessionState.ENDED;
  }

  @Override
  public boolean takesOffers() {
    return session().takesOffers();
  }

  @Override
  public Optional<byte[]> localSdp() {
    return session().localSdp();
  }

  @Override
  public Optional<byte[]> remoteSdp() {
    return session().remoteSdp();
  }

  @Override
  public void listener(LegListener given) {
    listener = given;
  }

  @Override
  public void ring() {
    session().ring();
  }

  @Override
  public boolean takesEarlyMedia() {
    return session().takesEarlyMedia();
  }

  @Override
  public void progress(byte[] sdp) {
    session().progress(183, sdp);
  }

  @Override
  public void answer(byte[] sdp) {
    session().answer(sdp);
  }

  @Override
  public void reject(Rejection rejection) {
    session().reject(rejection);
  }

  @Override
  public void hangUp() {
    session().hangUp();
  }

  @Override
  public boolean offer(byte[] sdp) {
    return session().offer(sdp);
  }

  @Override
  public boolean offerOnce(byte[] sdp) {
    return session().offerOnce(sdp);
  }

  @Override
  public void info(String contentType, byte[] body) {
    session().info(contentType, body);
  }

  @Override
  public void ask(Runnable there) {
    session().ask(there);
  }

  @Override
  public void repeat() {
    session().moveTo(peer());
  }

  @Override
  public String toString() {
    return session.map(SipSession::toString).orElse("a call that has just begun");
  }

  /** A session may speak before it is known here: when its first message cannot be sent. */
  private final class Events implements SessionListener {
    private SipLeg of(SipSession speaking) {
      session = Optional.of(speaking);
      return SipLeg.this;
    }

    @Override
    public void onTrying(SipSession from) {
      listener.onTrying(of(from));
    }

    @Override
    public void onProgress(SipSession from, SipResponse response) {
      listener.onProgress(of(from), response.status(), response.sdp());
    }

    @Override
    public void onEstablished(SipSession from) {
      listener.onEstablished(of(from));
    }

    @Override
    public void onOffer(SipSession from, SessionOffer offer) {
      listener.onOffer(
          of(from),
          new LegOffer() {
            @Override
            public Optional<byte[]> sdp() {
              return offer.sdp();
            }

            @Override
            public void accept(byte[] answer) {
              offer.accept(answer);
            }

            @Override
            public void reject(int status) {
              offer.reject(status);
            }
          });
    }

    @Override
    public void onOfferAccepted(SipSession from) {
      listener.onOfferAccepted(of(from));
    }

    @Override
    public void onOfferRejected(SipSession from, int status) {
      listener.onOfferRejected(of(from), status);
    }

    @Override
    public void onAnswer(SipSession from) {
      listener.onAnswer(of(from));
    }

    @Override
    public void onInfo(SipSession from, SipRequest info) {
      listener.onInfo(of(from), info.contentType(), info.body());
    }

    @Override
    public void onRefer(SipSession from, IncomingRefer refer) {
      listener.onRefer(of(from), refer);
    }

    @Override
    public void onEnded(SipSession from, SessionEnd end) {
      listener.onEnded(
          of(from), new LegEnd(end.status(), end.byRemote(), Refusals.retryAfter(end)));
    }
  }
}
