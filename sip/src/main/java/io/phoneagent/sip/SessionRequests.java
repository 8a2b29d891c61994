// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.ArrayList;
import java.util.List;

/** What this end asks within the dialogs of a session, until each request is answered. */
final class SessionRequests {
  private final SipUserAgent agent;
  private final SipSession session;
  private final List<Exchange> exchanges = new ArrayList<>();
  private RequestCredentials credentials;

  SessionRequests(SipUserAgent agent, SipSession session, RequestCredentials credentials) {
    this.agent = agent;
    this.session = session;
    this.credentials = credentials;
  }

  /** What authenticates them from now on. */
  void credentials(RequestCredentials given) {
    credentials = given;
  }

  /** Begins a request, with this end's Contact. */
  SipRequest.Builder begin(Dialog within, SipMethod method) {
    return within.request(method).add(HeaderName.CONTACT, agent.contact(session.peer()));
  }

  /** Sends a request that has been begun in that dialog. */
  Exchange send(SipRequest.Builder request, Dialog within, Exchange.Listener answer) {
    exchanges.removeIf(Exchange::isDone);
    Exchange exchange =
        new Exchange(agent, session.peer(), credentials, within::nextSequence, answer);
    exchanges.add(exchange);
    exchange.start(request);
    return exchange;
  }

  /** Ends a dialog. */
  void bye(Dialog within) {
    send(begin(within, SipMethod.BYE), within, new InDialogAnswer(session));
  }

  /** Sends what is not answered to another peer, at once. */
  void redirect(SipPeer newPeer) {
    exchanges.removeIf(Exchange::isDone);
    List.copyOf(exchanges).forEach(exchange -> exchange.redirect(newPeer));
  }
}
