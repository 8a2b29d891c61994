// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import io.phoneagent.runtime.Timer;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * A request on its way (RFC 3261 section 17.1, RFC 6026).
 *
 * <pre>
 *            1xx              2xx              M
 * CALLING --------> PROCEEDING -----> ACCEPTED -----> TERMINATED
 *    | A: send         |                                  ^
 *    | B: timeout      | 300-699      D (ACK each 300+)   |
 *    +-----------------+-----------> COMPLETED -----------+
 *
 *           1xx               200-699           K
 * TRYING --------> PROCEEDING --------> COMPLETED ----> TERMINATED
 *    E: send, F: timeout in both
 * </pre>
 */
public final class ClientTransaction {
  private static final Timer NONE = () -> {};

  /** Who waits for the answer. */
  public interface Listener {
    /** A response; for an INVITE there may be several 2xx, told apart by their To tags. */
    void onResponse(ClientTransaction transaction, SipResponse response);

    /** No final response in time, or the transport gave up: the transaction is over. */
    void onFailure(ClientTransaction transaction, Failure failure);
  }

  /** Why there will be no response. */
  public enum Failure {
    /** Nobody answered in time (timers B and F). */
    TIMEOUT(408),
    /** The message could not go out, or the way to the peer is gone. */
    TRANSPORT(503);

    private final int status;

    Failure(int status) {
      this.status = status;
    }

    /** The status that stands for it (RFC 3261 section 8.1.3.1). */
    public int status() {
      return status;
    }
  }

  private final SipTransactions owner;
  private final SipRequest asked;
  private final Listener listener;
  private final boolean invite;
  private SipPeer to;
  // What goes out, and by which way: not as it was asked for where it is too large for a datagram.
  private SipRequest request;
  private SipPeer peer;
  // The connection by which it has gone out before, and which may still answer first.
  private Optional<SipPeer> beside = Optional.empty();
  private TransactionState state;
  private Duration pause;
  private Timer resend = NONE;
  private Timer end = NONE;
  private boolean cancelWanted;
  private boolean movedWhileProceeding;
  private Optional<ClientTransaction> cancel = Optional.empty();
  private Optional<SipRequest> ack = Optional.empty();

  ClientTransaction(SipTransactions owner, SipRequest request, SipPeer peer, Listener listener) {
    this.owner = owner;
    this.asked = request;
    this.request = request;
    this.to = peer;
    this.peer = peer;
    this.listener = listener;
    this.invite = request.method().equals(SipMethod.INVITE);
    this.state = invite ? TransactionState.CALLING : TransactionState.TRYING;
    this.pause = owner.timings().t1();
  }

  /** The request as it goes out: its topmost Via is that of the way it takes. */
  public SipRequest request() {
    return request;
  }

  /** By which way it goes. */
  public SipPeer peer() {
    return peer;
  }

  /** Whom it is for, whichever way it goes. */
  SipPeer to() {
    return to;
  }

  /** Where it is. */
  public TransactionState state() {
    return state;
  }

  private boolean isWaiting() {
    return state == TransactionState.CALLING
        || state == TransactionState.TRYING
        || state == TransactionState.PROCEEDING;
  }

  void start() {
    choose(owner.overConnection(asked, to));
    try {
      owner.transport().send(request.bytes(), peer);
    } catch (IOException e) {
      if (!peer.equals(to)) {
        end = owner.timers().schedule(Duration.ZERO, this::wayFailed);
        return;
      }
      // Told later: the caller does not hold this transaction yet.
      end = owner.timers().schedule(Duration.ZERO, () -> fail(Failure.TRANSPORT));
      return;
    }
    armResend();
    armTimeout();
  }

  private void choose(Optional<SipPeer> connection) {
    peer = connection.orElse(to);
    request = connection.isPresent() ? SipTransactions.over(connection.get(), asked) : asked;
  }

  private void armTimeout() {
    end.cancel();
    end = owner.timers().schedule(owner.timings().giveUp(), () -> fail(Failure.TIMEOUT));
  }

  private void armResend() {
    resend.cancel();
    if (!peer.reliable()) {
      resend = owner.timers().schedule(pause, this::resendDue);
    } else if (!peer.equals(to)) {
      resend = owner.timers().schedule(owner.timings().t1(), this::goBeside);
    }
  }

  /**
   * An end may take connections and speak no SIP over them. So what is unanswered when a datagram
   * would be repeated goes out as one, too, on the same branch, and the first answer counts.
   */
  private void goBeside() {
    if (state == TransactionState.CALLING || state == TransactionState.TRYING) {
      beside = Optional.of(peer);
      repeatAsDatagram();
    }
  }

  private void repeatAsDatagram() {
    choose(Optional.empty());
    pause = owner.timings().t1();
    if (put(request)) {
      armResend();
    }
  }

  /** Timers A and E. */
  private void resendDue() {
    boolean due =
        state == TransactionState.CALLING
            || state == TransactionState.TRYING
            || (state == TransactionState.PROCEEDING && (!invite || movedWhileProceeding));
    if (!due) {
      return;
    }
    if (!put(request)) {
      return;
    }
    Duration t2 = owner.timings().t2();
    pause = pause.multipliedBy(2);
    if (!invite && state == TransactionState.PROCEEDING) {
      pause = t2;
    } else if (state != TransactionState.CALLING && pause.compareTo(t2) > 0) {
      pause = t2;
    }
    armResend();
  }

  private boolean put(SipRequest message) {
    try {
      owner.transport().send(message.bytes(), peer);
      return true;
    } catch (IOException e) {
      wayFailed();
      return false;
    }
  }

  /** A peer is reached no longer; without effect if this transaction does not go there. */
  void transportFailed(SipPeer way) {
    if (peer.equals(way)) {
      wayFailed();
    } else {
      beside = beside.filter(connection -> !connection.equals(way));
    }
  }

  /**
   * Section 18.1.1: what could not go over a connection goes out as a datagram. The branch is the
   * same, so whoever has got it all the same takes it for a repetition.
   */
  private void wayFailed() {
    boolean unanswered = state == TransactionState.CALLING || state == TransactionState.TRYING;
    if (beside.isPresent()) {
      stayWithConnection();
    } else if (unanswered && !peer.equals(to)) {
      armTimeout();
      repeatAsDatagram();
    } else if (isWaiting()) {
      fail(Failure.TRANSPORT);
    }
  }

  private void stayWithConnection() {
    choose(beside);
    beside = Optional.empty();
    resend.cancel();
  }

  /** Whether an answer from there may be one to this request, whichever way it went. */
  boolean hears(SipPeer from) {
    return peer.isSameEnd(from) || beside.filter(way -> way.isSameEnd(from)).isPresent();
  }

  private void fail(Failure failure) {
    if (state == TransactionState.TERMINATED) {
      return;
    }
    terminate();
    listener.onFailure(this, failure);
  }

  private void terminate() {
    state = TransactionState.TERMINATED;
    resend.cancel();
    end.cancel();
    owner.forget(this);
  }

  private void terminateAfter(Duration delay) {
    resend.cancel();
    end.cancel();
    if (delay.isZero()) {
      terminate();
    } else {
      end = owner.timers().schedule(delay, this::terminate);
    }
  }

  void receive(SipResponse response, SipPeer from) {
    if (beside.isPresent() && isWaiting() && !settles(response, from)) {
      return;
    }
    if (invite) {
      receiveForInvite(response);
    } else {
      receiveForOther(response);
    }
  }

  /**
   * The first answer of two ways decides by which the transaction goes on.
   *
   * @return false if it only says that the other way has brought the same request (section 8.2.2.2)
   */
  private boolean settles(SipResponse response, SipPeer from) {
    SipPeer connection = beside.orElse(to);
    boolean byConnection =
        from.transport().equals(connection.transport()) && connection.isSameEnd(from);
    boolean merged = response.status() == 482;
    if (byConnection != merged) {
      stayWithConnection();
    } else {
      beside = Optional.empty();
    }
    if (!byConnection && !merged) {
      owner.transport().overtaken(connection);
    }
    return !merged;
  }

  private void receiveForInvite(SipResponse response) {
    switch (state) {
      case CALLING, PROCEEDING -> {
        resend.cancel();
        movedWhileProceeding = false;
        if (response.isProvisional()) {
          if (state == TransactionState.CALLING) {
            end.cancel();
            state = TransactionState.PROCEEDING;
          }
          sendWantedCancel();
        } else if (response.isSuccess()) {
          state = TransactionState.ACCEPTED;
          terminateAfter(owner.timings().giveUp());
        } else {
          state = TransactionState.COMPLETED;
          acknowledge(response);
          terminateAfter(peer.reliable() ? Duration.ZERO : owner.timings().linger());
        }
        listener.onResponse(this, response);
      }
      case ACCEPTED -> {
        if (response.isSuccess()) {
          listener.onResponse(this, response);
        }
      }
      case COMPLETED -> {
        if (response.status() >= 300) {
          ack.ifPresent(this::put);
        }
      }
      default -> {}
    }
  }

  private void receiveForOther(SipResponse response) {
    if (!isWaiting()) {
      return;
    }
    if (response.isProvisional()) {
      state = TransactionState.PROCEEDING;
    } else {
      state = TransactionState.COMPLETED;
      terminateAfter(peer.reliable() ? Duration.ZERO : owner.timings().t4());
    }
    listener.onResponse(this, response);
  }

  /** The ACK for a refusal belongs to the transaction (RFC 3261 section 17.1.1.3). */
  private void acknowledge(SipResponse response) {
    SipRequest.Builder builder = sibling(SipMethod.ACK);
    builder.set(HeaderName.TO, response.to().toString());
    SipRequest made = builder.build();
    ack = Optional.of(made);
    put(made);
  }

  /** A request on the same branch: ACK or CANCEL. */
  private SipRequest.Builder sibling(SipMethod method) {
    SipRequest.Builder builder = SipRequest.builder(method, request.uri());
    builder.add(HeaderName.VIA, request.via().toString());
    builder.add(HeaderName.MAX_FORWARDS, "70");
    request.copyLines(HeaderName.FROM, builder);
    request.copyLines(HeaderName.TO, builder);
    request.copyLines(HeaderName.CALL_ID, builder);
    builder.add(HeaderName.CSEQ, new CSeq(request.cseq().number(), method).toString());
    request.copyLines(HeaderName.ROUTE, builder);
    return builder;
  }

  /**
   * Gives an INVITE up (RFC 3261 section 9.1). The CANCEL goes out as soon as a provisional
   * response has come; the final response, usually 487, still reaches the listener, or a timeout
   * after 64 T1.
   */
  public void cancel() {
    if (!invite || cancelWanted || !isWaiting()) {
      return;
    }
    cancelWanted = true;
    if (state == TransactionState.PROCEEDING) {
      sendWantedCancel();
    }
  }

  private void sendWantedCancel() {
    if (cancelWanted && !cancel.isPresent()) {
      armTimeout();
      cancel =
          Optional.of(owner.send(sibling(SipMethod.CANCEL).build(), peer, IgnoredAnswer.LISTENER));
    }
  }

  /**
   * Sends the same bytes on another path at once, with the timers from their beginning; so does a
   * CANCEL that is on its way. For when the other end has moved while it was being asked.
   */
  public void redirect(SipPeer newPeer) {
    if (beside.isPresent() && newPeer.equals(to) && isWaiting()) {
      put(request); // and a connection repeats by itself
      return;
    }
    SipPeer before = peer;
    beside = Optional.empty();
    to = newPeer;
    choose(isWaiting() ? owner.overConnection(asked, newPeer) : Optional.empty());
    if (peer.equals(before) && !peer.equals(to)) {
      return; // a connection repeats by itself
    }
    cancel.ifPresent(transaction -> transaction.redirect(newPeer));
    if (state == TransactionState.COMPLETED) {
      ack.ifPresent(this::put);
    }
    if (!isWaiting()) {
      return;
    }
    pause = owner.timings().t1();
    // An INVITE that rings already is repeated only until the new path answers, and does not time
    // out.
    movedWhileProceeding = invite && state == TransactionState.PROCEEDING;
    if (!movedWhileProceeding) {
      armTimeout();
    }
    if (put(request)) {
      armResend();
    }
  }
}
