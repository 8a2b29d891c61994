// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

/** What happens to a session. Called on the thread that owns the user agent. */
public interface SessionListener {
  /** 100: the other end has the INVITE, and no more than that. */
  default void onTrying(SipSession session) {}

  /**
   * A provisional response above 100; early media may be in it. If the INVITE made no offer and the
   * response is reliable, that is an offer, which {@link SipSession#acknowledge} answers, now or
   * later.
   */
  default void onProgress(SipSession session, SipResponse response) {}

  /** Outgoing: it was answered and acknowledged. Incoming: the answer was acknowledged. */
  default void onEstablished(SipSession session) {}

  /** The other end wants to change the session, such as to hold it. Left alone, the offer waits. */
  default void onOffer(SipSession session, SessionOffer offer) {
    offer.reject(488);
  }

  /**
   * The other end has taken what {@link SipSession#offer} proposed; its answer is the remote SDP
   * now.
   */
  default void onOfferAccepted(SipSession session) {}

  /** The other end has refused what {@link SipSession#offer} proposed; all stays as it was. */
  default void onOfferRejected(SipSession session, int status) {}

  /**
   * The answer to an offer that the other end had asked for has come, with its ACK or PRACK; it is
   * the remote SDP now.
   */
  default void onAnswer(SipSession session) {}

  /** An INFO, already answered with 200: digits, for instance. */
  default void onInfo(SipSession session, SipRequest info) {}

  /**
   * The other end asks this one to call somebody, to whom it transfers the call. Left alone, it
   * waits.
   */
  default void onRefer(SipSession session, IncomingRefer refer) {
    refer.reject(603);
  }

  /**
   * How the call goes that the other end was asked to make by {@link SipSession#refer}.
   *
   * @param status 100 to 199 as it goes; from 200 on it is over: 200 to 299 if the call was
   *     answered, otherwise the refusal of the call or of the transfer
   */
  default void onTransfer(SipSession session, int status) {}

  /**
   * Another request in the dialog, such as MESSAGE.
   *
   * @return true if the listener answers it; otherwise it is answered with 405
   */
  default boolean onRequest(SipSession session, ServerTransaction transaction) {
    return false;
  }

  /** It is over; nothing comes after this. */
  default void onEnded(SipSession session, SessionEnd end) {}
}
