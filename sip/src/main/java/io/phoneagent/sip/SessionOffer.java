// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.Optional;

/** A change of a session that the other end proposes by re-INVITE, UPDATE or PRACK. */
public final class SessionOffer {
  private final SessionChanges changes;
  private final ServerTransaction transaction;

  SessionOffer(SessionChanges changes, ServerTransaction transaction) {
    this.changes = changes;
    this.transaction = transaction;
  }

  /** The proposed SDP; empty if the other end asks this one to make the offer. */
  public Optional<byte[]> sdp() {
    return transaction.request().sdp();
  }

  /** The re-INVITE, UPDATE or PRACK that brings it, with all its fields. */
  public SipRequest request() {
    return transaction.request();
  }

  ServerTransaction transaction() {
    return transaction;
  }

  /** Takes it, with the answer, or the offer that was asked for. Without effect if it is over. */
  public void accept(byte[] answer) {
    changes.accept(this, answer);
  }

  /**
   * Refuses it; all stays as it was. Without effect if it is over.
   *
   * @param status 300 to 699; 500 says that it may go a moment later (RFC 3311 section 5.2)
   */
  public void reject(int status) {
    changes.reject(this, status);
  }
}
