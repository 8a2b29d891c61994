// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import io.phoneagent.runtime.Timer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * A request to be answered (RFC 3261 section 17.2, RFC 6026). It answers to where the request last
 * came from.
 *
 * <pre>
 *             2xx                L
 * PROCEEDING -----> ACCEPTED -------------------> TERMINATED
 *     |  300-699             ACK            I          ^
 *     +---------> COMPLETED -----> CONFIRMED ----------+
 *                 G: send, H: never acknowledged
 *
 *          1xx               200-699            J
 * TRYING ------> PROCEEDING ---------> COMPLETED -----> TERMINATED
 * </pre>
 */
public final class ServerTransaction {
  private static final Timer NONE = () -> {};
  // RFC 3261 section 17.2.1: 100 goes out if nothing else did for 200 ms.
  private static final Duration TRYING_AFTER = Duration.ofMillis(200);

  private final SipTransactions owner;
  private final SipRequest request;
  private final String key;
  private final boolean invite;
  private final String localTag;
  private SipPeer peer;
  private TransactionState state;
  private Optional<SipResponse> last = Optional.empty();
  private Duration pause;
  private Timer resend = NONE;
  private Timer end = NONE;

  ServerTransaction(
      SipTransactions owner, SipRequest request, String key, SipPeer peer, String localTag) {
    this.owner = owner;
    this.request = request;
    this.key = key;
    this.peer = peer;
    this.localTag = localTag;
    this.invite = request.method().equals(SipMethod.INVITE);
    this.state = invite ? TransactionState.PROCEEDING : TransactionState.TRYING;
    this.pause = owner.timings().t1();
    if (invite) {
      resend = owner.timers().schedule(TRYING_AFTER, () -> send(response(100).build()));
    }
  }

  /** What is to be answered. */
  public SipRequest request() {
    return request;
  }

  /** Where the request last came from. */
  public SipPeer peer() {
    return peer;
  }

  /** Where it is. */
  public TransactionState state() {
    return state;
  }

  /** The tag that responses of this transaction carry, if the request had none. */
  public String localTag() {
    return localTag;
  }

  String key() {
    return key;
  }

  /** Whether a final response was given. */
  public boolean isAnswered() {
    return state != TransactionState.TRYING && state != TransactionState.PROCEEDING;
  }

  /** Begins a response: with the source recorded in the topmost Via, and with a To tag. */
  public SipResponse.Builder response(int status) {
    SipResponse.Builder builder = request.respond(status);
    builder.topVia(request.via().stampedText(peer.host(), peer.port()));
    if (status > 100) {
      builder.toTag(localTag);
    }
    return builder;
  }

  /** Sends a response without anything special. */
  public void respond(int status) {
    send(response(status).build());
  }

  /**
   * Sends a response. After the final one nothing more goes out, except a 2xx of an INVITE: its
   * repetition until the ACK is the caller's (RFC 3261 section 13.3.1.4).
   */
  public void send(SipResponse response) {
    boolean again = state == TransactionState.ACCEPTED && response.isSuccess();
    if (isAnswered() && !again) {
      return;
    }
    last = Optional.of(response);
    if (!again) {
      resend.cancel();
      advance(response);
    }
    put(response);
  }

  /**
   * Sends a final response and forgets the request. For who gives the same answer to the same
   * request without a transaction (RFC 3261 section 8.2.7): of a REGISTER {@link #localTag} is the
   * same each time.
   */
  public void sendAndForget(SipResponse.Builder response) {
    if (!isAnswered()) {
      put(response.octets());
      terminate();
    }
  }

  private void advance(SipResponse response) {
    SipTimings timings = owner.timings();
    if (response.isProvisional()) {
      state = TransactionState.PROCEEDING;
    } else if (!invite) {
      state = TransactionState.COMPLETED;
      // Timer J, over connections too: the answer may have been lost with one, and the same
      // request come again over the next.
      terminateAfter(timings.giveUp());
    } else if (response.isSuccess()) {
      state = TransactionState.ACCEPTED;
      terminateAfter(timings.giveUp());
    } else {
      state = TransactionState.COMPLETED;
      end = owner.timers().schedule(timings.giveUp(), () -> lost("never acknowledged"));
      armResend();
    }
  }

  private void armResend() {
    resend.cancel();
    if (!peer.reliable()) {
      resend = owner.timers().schedule(pause, this::resendDue);
    }
  }

  /** Timer G. */
  private void resendDue() {
    if (state == TransactionState.COMPLETED && invite && resendLast()) {
      pause = pause.multipliedBy(2);
      if (pause.compareTo(owner.timings().t2()) > 0) {
        pause = owner.timings().t2();
      }
      armResend();
    }
  }

  private boolean resendLast() {
    return last.isPresent() && put(last.get());
  }

  private boolean put(SipResponse response) {
    return put(response.bytes());
  }

  private boolean put(ByteBuffer response) {
    try {
      owner.transport().send(response, peer);
      return true;
    } catch (IOException e) {
      // Over a flow that may come back, an INVITE's response is worth repeating; nothing else is.
      if (!invite || peer.reliable()) {
        lost("could not be sent");
      }
      return false;
    }
  }

  private void lost(String reason) {
    if (state != TransactionState.TERMINATED) {
      terminate();
      owner.user().onResponseLost(this, reason);
    }
  }

  private void terminateAfter(Duration delay) {
    end.cancel();
    if (delay.isZero()) {
      // Not before the response is out: the table must still know this transaction then.
      end = owner.timers().schedule(Duration.ZERO, this::terminate);
    } else {
      end = owner.timers().schedule(delay, this::terminate);
    }
  }

  private void terminate() {
    state = TransactionState.TERMINATED;
    resend.cancel();
    end.cancel();
    owner.forget(this);
  }

  /** The same request again. */
  void receiveAgain(SipPeer from) {
    peer = from;
    if (state == TransactionState.PROCEEDING && !last.isPresent()) {
      // Whoever repeats so soon waits for a sign.
      respond(100);
    } else if (state == TransactionState.PROCEEDING || state == TransactionState.COMPLETED) {
      resendLast();
    }
  }

  /** An ACK on this branch; false if it is not for a refusal and so the user's. */
  boolean receiveAck(SipPeer from) {
    if (state == TransactionState.COMPLETED && invite) {
      peer = from;
      state = TransactionState.CONFIRMED;
      resend.cancel();
      terminateAfter(peer.reliable() ? Duration.ZERO : owner.timings().t4());
      return true;
    }
    return state == TransactionState.CONFIRMED;
  }

  /** The asker has moved: the last response is sent there at once, and so are those that follow. */
  public void redirect(SipPeer newPeer) {
    peer = newPeer;
    if (state == TransactionState.PROCEEDING || state == TransactionState.ACCEPTED) {
      resendLast();
    } else if (state == TransactionState.COMPLETED && resendLast() && invite) {
      pause = owner.timings().t1();
      armResend();
    }
  }
}
