// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

/**
 * The INVITE that began a session at this end, until it is answered (RFC 3261 section 13.3): what
 * is said meanwhile, reliably where the caller wants that (RFC 3262).
 */
final class IncomingInvite {
  private final SipUserAgent agent;
  private final SipSession session;
  private final ServerTransaction transaction;
  private final ReliableProgress reliable;
  private boolean offered;

  IncomingInvite(SipUserAgent agent, SipSession session, ServerTransaction transaction) {
    this.agent = agent;
    this.session = session;
    this.transaction = transaction;
    this.reliable =
        new ReliableProgress(agent, transaction, () -> session.reject(Rejection.of(504)));
  }

  SipRequest request() {
    return transaction.request();
  }

  ServerTransaction transaction() {
    return transaction;
  }

  boolean isOf(ServerTransaction other) {
    return transaction == other;
  }

  /** Sends a provisional response, with early media where it may be described. */
  void progress(int status, byte[] sdp) {
    SipResponse.Builder response =
        transaction.response(status).add(HeaderName.CONTACT, agent.contact(session.peer()));
    boolean described = sdp.length > 0 && mayDescribe();
    SipResponse.Builder whole = described ? session.withSdp(response, sdp) : response;
    if (status > 100 && ReliableProgress.isWanted(request(), described)) {
      whole.add(HeaderName.ALLOW, SipUserAgent.ALLOWED);
      reliable.send(whole);
    } else {
      transaction.send(whole.build());
    }
    offered |= described;
  }

  /**
   * Whether media may be described before the answer: to a caller who left it to this end to offer,
   * reliably and once (RFC 3262 section 5); to nobody once both have changed what they said.
   */
  boolean mayDescribe() {
    boolean answers = request().sdp().isPresent();
    boolean offers = !offered && ReliableProgress.isWanted(request(), true);
    return (answers || offers) && !session.changes().haveBegun();
  }

  /** Does it when all that was sent reliably is acknowledged (RFC 3262 section 3). */
  void afterwards(Runnable action) {
    reliable.afterwards(action);
  }

  /** A PRACK in its dialog. */
  void receivePrack(ServerTransaction prack) {
    session.changes().receivePrack(prack, reliable);
  }

  void stop() {
    reliable.stop();
  }
}
