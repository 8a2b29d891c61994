// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The INVITE that begins a session, with all the ends it may reach (RFC 3261 section 13.2): the
 * first to answer has the call; others, and one who answers what was given up, are acknowledged and
 * hung up on.
 */
final class OutgoingInvite implements Exchange.Listener {
  // More ends than a call forks to anywhere; what claims to be one more is not heard.
  private static final int MOST_ENDS = 16;

  private final SipUserAgent agent;
  private final SipSession session;
  private final CallRequest call;
  private Exchange exchange;
  private final Map<String, Dialog> early = new HashMap<>();
  private final Map<String, SipRequest> acks = new HashMap<>();
  private Optional<String> winner = Optional.empty();
  private Optional<SipRequest> waitingForAnswer = Optional.empty();
  private boolean givenUp;
  private long sequence = 1;
  private String callId = "";
  private String localTag = "";
  private final Map<String, Long> reliable = new HashMap<>();

  OutgoingInvite(SipUserAgent agent, SipSession session, CallRequest call) {
    this.agent = agent;
    this.session = session;
    this.call = call;
    this.exchange = exchange();
  }

  private Exchange exchange() {
    return new Exchange(agent, session.peer(), call.credentials(), () -> ++sequence, this);
  }

  void start(String newCallId, String newTag) {
    callId = newCallId;
    localTag = newTag;
    start();
  }

  private void start() {
    SipRequest.Builder invite =
        call.invite(callId, localTag, sequence)
            .add(HeaderName.CONTACT, agent.contact(session.peer()))
            .add(HeaderName.ALLOW, SipUserAgent.ALLOWED)
            .add(HeaderName.SUPPORTED, SipUserAgent.supported(call.sdp().length > 0));
    session.timer().ask(invite);
    exchange.start(invite);
  }

  /** The other end wants a longer session interval (RFC 4028 section 7.3). */
  private void startAgain() {
    sequence++;
    exchange = exchange();
    start();
  }

  void giveUp() {
    givenUp = true;
    exchange.cancel();
  }

  void redirect(SipPeer newPeer) {
    if (!exchange.isDone()) {
      exchange.redirect(newPeer);
    }
  }

  @Override
  public void onResponse(SipRequest request, SipResponse response) {
    if (response.isSuccess()) {
      answered(request, response);
    } else if (givenUp || winner.isPresent()) {
      return;
    } else if (response.status() == 422 && session.timer().raise(response)) {
      startAgain();
    } else if (!response.isProvisional()) {
      session.refused(response);
    } else if (response.status() > 100) {
      Optional<Dialog> dialog = Dialog.ofAsker(request, response);
      dialog.ifPresent(made -> rings(made, response));
      if (!dialog.isPresent() || isNew(request, response)) {
        session.progress(response);
      }
    } else {
      session.tried();
    }
  }

  private void rings(Dialog dialog, SipResponse response) {
    if (early.size() == MOST_ENDS && !early.containsKey(response.toTag())) {
      return;
    }
    Dialog known = early.putIfAbsent(response.toTag(), dialog);
    Dialog current = known == null ? dialog : known;
    agent.enter(current.id(), session);
    session.earlyDialog(current);
  }

  /**
   * Acknowledges a reliable response (RFC 3262 section 4); false if it is a repetition, or comes
   * before one that was sent earlier.
   */
  private boolean isNew(SipRequest request, SipResponse response) {
    Dialog dialog = early.get(response.toTag());
    OptionalLong number = response.rseq();
    boolean asks = response.tokens(HeaderName.REQUIRE).contains(ReliableProgress.OPTION);
    if (!asks || !number.isPresent() || dialog == null) {
      return true;
    }
    Long last = reliable.get(response.toTag());
    if (last != null && number.getAsLong() != last + 1) {
      return false;
    }
    reliable.put(response.toTag(), number.getAsLong());
    session.timer().allows(response);
    if (response.sdp().isPresent()) {
      session.changes().agreedEarly(dialog);
    }
    String acknowledged = number.getAsLong() + " " + request.cseq();
    session.send(
        session.newRequest(dialog, SipMethod.PRACK).add(HeaderName.RACK, acknowledged),
        dialog,
        SessionReferrals.UNHEARD);
    return true;
  }

  private void answered(SipRequest request, SipResponse response) {
    String tag = response.toTag();
    SipRequest ack = acks.get(tag);
    if (ack != null) {
      agent.transactions().sendAck(ack, session.peer());
      return;
    }
    if (acks.size() == MOST_ENDS) {
      return;
    }
    if (waitingForAnswer.isPresent() && winner.filter(tag::equals).isPresent()) {
      return;
    }
    Dialog known = early.remove(tag);
    Optional<Dialog> dialog =
        known == null ? Dialog.ofAsker(request, response) : Optional.of(known);
    if (!dialog.isPresent()) {
      // A 2xx without a tag makes no dialog: there is nothing to acknowledge it in.
      return;
    }
    dialog.get().confirm(response);
    if (givenUp || winner.isPresent()) {
      acknowledge(request, dialog.get(), new byte[0]);
      session.hangUpOn(dialog.get());
      return;
    }
    winner = Optional.of(tag);
    for (Dialog loser : early.values()) {
      agent.leave(loser.id());
    }
    agent.enter(dialog.get().id(), session);
    if (request.bodyLength() > 0 || !response.sdp().isPresent()) {
      acknowledge(request, dialog.get(), new byte[0]);
    } else {
      waitingForAnswer = Optional.of(request);
    }
    session.answered(dialog.get(), response);
  }

  /** The answer to an offer that came with the 2xx; false if none is awaited. */
  boolean acknowledge(Dialog dialog, byte[] answer) {
    Optional<SipRequest> request = waitingForAnswer;
    waitingForAnswer = Optional.empty();
    request.ifPresent(invite -> acknowledge(invite, dialog, answer));
    return request.isPresent();
  }

  private void acknowledge(SipRequest invite, Dialog dialog, byte[] body) {
    SipRequest ack = agent.makeAck(dialog, session.peer(), invite, body);
    acks.put(dialog.id().remoteTag(), ack);
    agent.transactions().sendAck(ack, session.peer());
  }

  @Override
  public void onFailure(ClientTransaction.Failure failure) {
    if (!givenUp && !winner.isPresent()) {
      session.failed(failure);
    }
  }
}
