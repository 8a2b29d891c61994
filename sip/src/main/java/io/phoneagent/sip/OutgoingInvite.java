// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

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
  private final Set<String> answeredEarly = new HashSet<>();
  private Optional<Unsent> prack = Optional.empty();

  /**
   * A PRACK on its way out.
   *
   * @param answers whether it waits for the answer to an offer
   */
  private record Unsent(Dialog dialog, SipRequest.Builder request, boolean answers) {}

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
            .add(HeaderName.SUPPORTED, SipUserAgent.SUPPORTED);
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
      progressed(request, response);
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

  private void progressed(SipRequest request, SipResponse response) {
    Dialog dialog = early.get(response.toTag());
    OptionalLong number = response.rseq();
    boolean asks = response.tokens(HeaderName.REQUIRE).contains(ReliableProgress.OPTION);
    if (asks && number.isPresent() && dialog != null) {
      acknowledge(request, dialog, response, number.getAsLong());
    } else {
      session.progress(response);
    }
  }

  /**
   * Acknowledges a reliable response (RFC 3262 section 4) when the listener has heard it, and has
   * answered the offer that it may bring. A repetition, one before which another is missing, and
   * one that comes while another waits for an answer is not heard: it comes again.
   */
  private void acknowledge(SipRequest request, Dialog dialog, SipResponse response, long number) {
    String tag = response.toTag();
    Long last = reliable.get(tag);
    if (prack.isPresent() || (last != null && number != last + 1)) {
      return;
    }
    reliable.put(tag, number);
    session.timer().allows(response);
    boolean described = response.sdp().isPresent();
    boolean offers = described && request.bodyLength() == 0 && !answeredEarly.contains(tag);
    if (described && !offers) {
      session.changes().agreedEarly(dialog);
    }
    SipRequest.Builder acknowledgement =
        session
            .requests()
            .begin(dialog, SipMethod.PRACK)
            .add(HeaderName.RACK, number + " " + request.cseq());
    prack = Optional.of(new Unsent(dialog, acknowledgement, offers));
    session.progress(response);
    if (givenUp) {
      prack = Optional.empty();
    } else if (!offers) {
      takePrack(dialog)
          .ifPresent(plain -> session.requests().send(plain, dialog, SessionReferrals.UNHEARD));
    }
  }

  /** Whether a PRACK is about to go out in this dialog that an offer may be put into. */
  boolean mayPrack(Dialog dialog) {
    return prack.filter(unsent -> unsent.dialog() == dialog && !unsent.answers()).isPresent();
  }

  /** That PRACK, which whoever takes it sends. */
  Optional<SipRequest.Builder> takePrack(Dialog dialog) {
    if (!mayPrack(dialog)) {
      return Optional.empty();
    }
    Optional<SipRequest.Builder> taken = prack.map(Unsent::request);
    prack = Optional.empty();
    return taken;
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
      session.requests().bye(dialog.get());
      return;
    }
    winner = Optional.of(tag);
    for (Dialog loser : early.values()) {
      agent.leave(loser.id());
    }
    agent.enter(dialog.get().id(), session);
    boolean offers =
        request.bodyLength() == 0 && response.sdp().isPresent() && !answeredEarly.contains(tag);
    if (offers) {
      waitingForAnswer = Optional.of(request);
      prack = Optional.empty(); // what it offered is old
    } else {
      acknowledge(request, dialog.get(), new byte[0]);
    }
    session.answered(dialog.get(), request, response);
  }

  /** The answer to an offer of the other end; false if none is awaited. */
  boolean acknowledge(byte[] answer) {
    Optional<SipRequest> invite = waitingForAnswer;
    Optional<Unsent> unsent = prack.filter(Unsent::answers);
    waitingForAnswer = Optional.empty();
    if (invite.isPresent()) {
      session.dialog().ifPresent(dialog -> acknowledge(invite.get(), dialog, answer));
    } else if (unsent.isPresent()) {
      acknowledge(unsent.get(), answer);
    }
    return invite.isPresent() || unsent.isPresent();
  }

  private void acknowledge(Unsent unsent, byte[] answer) {
    Dialog dialog = unsent.dialog();
    prack = Optional.empty();
    answeredEarly.add(dialog.id().remoteTag());
    session.changes().answeredEarly(dialog);
    session
        .requests()
        .send(unsent.request().body(SipUserAgent.SDP, answer), dialog, SessionReferrals.UNHEARD);
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
