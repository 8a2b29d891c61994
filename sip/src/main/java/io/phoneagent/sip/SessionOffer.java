// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.Optional;

/** A change of an established session that the other end proposes by re-INVITE or UPDATE. */
public final class SessionOffer {
  private final SipSession session;
  private final ServerTransaction transaction;

  SessionOffer(SipSession session, ServerTransaction transaction) {
    this.session = session;
    this.transaction = transaction;
  }

  /** The proposed SDP; empty if the other end asks this one to make the offer. */
  public Optional<byte[]> sdp() {
    return transaction.request().sdp();
  }

  public SipRequest request() {
    return transaction.request();
  }

  ServerTransaction transaction() {
    return transaction;
  }

  /** Takes it, with the answer, or the offer that was asked for. Without effect if it is over. */
  public void accept(byte[] answer) {
    session.acceptOffer(this, answer);
  }

  /** Refuses it; all stays as it was. */
  public void reject(int status) {
    session.rejectOffer(this, status);
  }
}
