// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The other end of a session asks this one to call somebody (RFC 3515): the session is to be
 * transferred. Whoever takes it tells the other end how the call goes, until it is answered or
 * refused. Belongs to the thread of its user agent.
 */
public final class IncomingRefer {
  private static final String SUBSCRIBED = "active;expires=180";
  private static final String OVER = "terminated;reason=noresource";

  private final SipSession session;
  private final ServerTransaction transaction;
  private final ReferTo referTo;
  private boolean taken;
  private boolean over;

  IncomingRefer(SipSession session, ServerTransaction transaction, ReferTo referTo) {
    this.session = session;
    this.transaction = transaction;
    this.referTo = referTo;
  }

  /** Whom to call, and in the place of which dialog. */
  public ReferTo referTo() {
    return referTo;
  }

  /** The REFER, with all its fields. */
  public SipRequest request() {
    return transaction.request();
  }

  /**
   * Refuses it. Without effect once it is taken or refused.
   *
   * @param status 300 to 699
   */
  public void reject(int status) {
    Rejection rejection = Rejection.of(status);
    if (!taken && !over) {
      over = true;
      SipUserAgent.refuse(transaction, rejection);
    }
  }

  /** Takes it: 202, and word that the call is tried. */
  public void accept() {
    if (taken || over) {
      return;
    }
    taken = true;
    transaction.send(
        transaction
            .response(202)
            .add(HeaderName.CONTACT, session.agent().contact(session.peer()))
            .build());
    tell(100, SUBSCRIBED);
  }

  /**
   * Tells how the call goes. Without effect before it is taken and after a final status.
   *
   * @param status of the call: 100 to 199 as it goes, 200 to 699 once, at its end
   */
  public void progress(int status) {
    if (status < 100 || status > 699) {
      throw new IllegalArgumentException("a status is 100 to 699, not " + status);
    }
    if (taken && !over) {
      over = status >= 200;
      tell(status, over ? OVER : SUBSCRIBED);
    }
  }

  /** Whether a final status was told, or it was refused. */
  public boolean isOver() {
    return over;
  }

  private void tell(int status, String subscription) {
    String line = "SIP/2.0 " + status + ' ' + ReasonPhrases.of(status) + "\r\n";
    Optional<Dialog> dialog = session.dialog();
    if (!dialog.isPresent() || session.state() == SessionState.ENDED) {
      return;
    }
    session
        .requests()
        .send(
            session
                .requests()
                .begin(dialog.get(), SipMethod.NOTIFY)
                .add(HeaderName.EVENT, SessionReferrals.EVENT + ";id=" + request().cseq().number())
                .add(HeaderName.of("Subscription-State"), subscription)
                .body(SessionReferrals.FRAGMENT, line.getBytes(StandardCharsets.US_ASCII)),
            dialog.get(),
            SessionReferrals.UNHEARD);
  }
}
