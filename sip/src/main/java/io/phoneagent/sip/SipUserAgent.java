// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import io.phoneagent.runtime.Timers;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Makes and takes calls (RFC 3261 sections 8, 13, 14, 15): what a phone and a call leg of the
 * switch have in common. No I/O; one thread owns it, and callbacks come on that thread.
 */
public final class SipUserAgent {
  static final String SDP = "application/sdp";
  static final String ALLOWED = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE";

  private final Timers timers;
  private final SipTimings timings;
  private final SipTokens tokens;
  private final Function<SipPeer, SipUri> localContact;
  private final UserAgentListener listener;
  private final SipTransactions transactions;
  private final Map<Dialog.Id, SipSession> dialogs = new HashMap<>();
  private final Map<String, SipSession> sessions = new LinkedHashMap<>();

  private SipUserAgent(Builder builder, UserAgentListener listener) {
    this.timers = builder.timers;
    this.timings = builder.timings;
    this.tokens = builder.tokens;
    this.localContact = builder.localContact;
    this.listener = listener;
    this.transactions =
        new SipTransactions(timers, builder.transport, timings, tokens, new Dispatch());
  }

  /**
   * Begins a user agent.
   *
   * @param localContact what this end calls itself towards a peer: its Contact, and the host and
   *     port of its Via
   */
  public static Builder builder(
      Timers timers, SipTransport transport, Function<SipPeer, SipUri> localContact) {
    return new Builder(timers, transport, localContact);
  }

  /** Options with their defaults. */
  public static final class Builder {
    private final Timers timers;
    private final SipTransport transport;
    private final Function<SipPeer, SipUri> localContact;
    private SipTimings timings = SipTimings.defaults();
    private SipTokens tokens = SipTokens.secure();

    private Builder(Timers timers, SipTransport transport, Function<SipPeer, SipUri> localContact) {
      this.timers = timers;
      this.transport = transport;
      this.localContact = localContact;
    }

    public Builder timings(SipTimings given) {
      timings = given;
      return this;
    }

    public Builder tokens(SipTokens given) {
      tokens = given;
      return this;
    }

    public SipUserAgent build(UserAgentListener listener) {
      return new SipUserAgent(this, listener);
    }
  }

  Timers timers() {
    return timers;
  }

  SipTimings timings() {
    return timings;
  }

  SipTokens tokens() {
    return tokens;
  }

  /** The transactions underneath, for requests of the owner's own making. */
  public SipTransactions transactions() {
    return transactions;
  }

  /** All sessions that have not ended. */
  public Collection<SipSession> sessions() {
    return new ArrayList<>(sessions.values());
  }

  public Optional<SipSession> session(String id) {
    return Optional.ofNullable(sessions.get(id));
  }

  /** Whether a request belongs to one of the dialogs: whoever sends it knows both tags. */
  public boolean isInDialog(SipRequest request) {
    return dialogs.containsKey(Dialog.Id.ofIncoming(request));
  }

  /** One datagram, or one message of a stream. */
  public void receive(ByteBuffer datagram, SipPeer from) {
    transactions.receive(datagram, from);
  }

  public void receive(SipInput input, SipPeer from) {
    transactions.receive(input, from);
  }

  /** Tells that a peer can no longer be reached. */
  public void transportFailed(SipPeer peer) {
    transactions.transportFailed(peer);
  }

  /** Everything that is under way with a peer goes on with the new one, at once. */
  public void moved(SipPeer oldPeer, SipPeer newPeer) {
    for (SipSession session : sessions()) {
      if (session.peer().equals(oldPeer)) {
        session.moveTo(newPeer);
      }
    }
    transactions.redirect(oldPeer, newPeer);
  }

  /** Calls somebody. The listener hears of it from now on. */
  public SipSession call(CallRequest request, SipPeer peer, SessionListener sessionListener) {
    SipSession session = SipSession.outgoing(this, tokens.next(), request, peer, sessionListener);
    sessions.put(session.id(), session);
    session.startCalling(request);
    return session;
  }

  /** Who waits for the answer to a request outside of dialogs. */
  public interface AnswerListener {
    /** The final response, after any challenge was answered. */
    void onAnswer(SipResponse response);

    void onFailure(ClientTransaction.Failure failure);
  }

  /**
   * Sends a request outside of dialogs, such as REGISTER or OPTIONS.
   *
   * @param request the request with From, To and all else it needs except Via, Call-ID, CSeq and
   *     Max-Forwards, which are filled in where they are missing
   */
  public void request(
      SipRequest.Builder request,
      SipMethod method,
      SipPeer peer,
      RequestCredentials credentials,
      AnswerListener answer) {
    long[] sequence = {1};
    if (!request.has(HeaderName.MAX_FORWARDS)) {
      request.add(HeaderName.MAX_FORWARDS, "70");
    }
    if (!request.has(HeaderName.CALL_ID)) {
      request.add(HeaderName.CALL_ID, tokens.next());
    }
    if (!request.has(HeaderName.CSEQ)) {
      request.add(HeaderName.CSEQ, new CSeq(sequence[0], method).toString());
    }
    new Exchange(
            this,
            peer,
            credentials,
            () -> ++sequence[0],
            new Exchange.Listener() {
              @Override
              public void onResponse(SipRequest sent, SipResponse response) {
                if (!response.isProvisional()) {
                  answer.onAnswer(response);
                }
              }

              @Override
              public void onFailure(ClientTransaction.Failure failure) {
                answer.onFailure(failure);
              }
            })
        .start(request);
  }

  Via newVia(SipPeer peer) {
    SipUri self = localContact.apply(peer);
    int usual = peer.transport().equals("TLS") ? 5061 : 5060;
    return Via.of(peer.transport(), self.host(), self.port().orElse(usual), tokens.branch());
  }

  String contact(SipPeer peer) {
    return NameAddr.of(localContact.apply(peer)).toString();
  }

  void enter(Dialog.Id id, SipSession session) {
    dialogs.put(id, session);
  }

  void leave(Dialog.Id id) {
    dialogs.remove(id);
  }

  void forget(SipSession session) {
    sessions.remove(session.id());
    dialogs.values().removeIf(one -> one == session);
  }

  static void refuse(ServerTransaction transaction, Rejection rejection) {
    SipResponse.Builder response = transaction.response(rejection.status());
    if (rejection.status() == 405) {
      response.add(HeaderName.ALLOW, ALLOWED);
    }
    transaction.send(response.add(rejection.fields()).build());
  }

  /** What the transactions hand up. */
  private final class Dispatch implements TransactionUser {
    /** Tags are no proof: a dialog's requests come from its own other end. */
    @Override
    public boolean hears(SipRequest request, SipPeer from) {
      SipSession session = dialogs.get(Dialog.Id.ofIncoming(request));
      return (session == null || session.peer().isSameEnd(from)) && listener.hears(request, from);
    }

    @Override
    public Optional<Rejection> vet(SipRequest request, SipPeer from) {
      Optional<Rejection> rejection = listener.vet(request, from);
      boolean stray = !request.toTag().isEmpty() && !isInDialog(request);
      return !rejection.isPresent() && stray ? Optional.of(Rejection.of(481)) : rejection;
    }

    @Override
    public void onRequest(ServerTransaction transaction, SipRequest request) {
      List<String> required = request.tokens(HeaderName.REQUIRE);
      if (!required.isEmpty()) {
        // None of the extensions that a peer may require is spoken yet.
        refuse(
            transaction,
            new Rejection(
                420,
                List.of(new HeaderField(HeaderName.UNSUPPORTED, String.join(", ", required)))));
        return;
      }
      if (!request.toTag().isEmpty()) {
        SipSession session = dialogs.get(Dialog.Id.ofIncoming(request));
        if (session == null) {
          transaction.respond(481);
        } else {
          session.receive(transaction, request);
        }
        return;
      }
      outsideOfDialogs(transaction, request);
    }

    private void outsideOfDialogs(ServerTransaction transaction, SipRequest request) {
      SipMethod method = request.method();
      if (method.equals(SipMethod.INVITE)) {
        invited(transaction, request);
      } else if (method.equals(SipMethod.OPTIONS)) {
        answerOptions(transaction);
      } else if (method.equals(SipMethod.BYE)
          || method.equals(SipMethod.UPDATE)
          || method.equals(SipMethod.INFO)
          || method.equals(SipMethod.PRACK)) {
        transaction.respond(481);
      } else if (!listener.onRequest(transaction)) {
        refuse(transaction, Rejection.of(405));
      }
    }

    private void invited(ServerTransaction transaction, SipRequest invite) {
      if (invite.uri() instanceof OtherUri other && !other.text().startsWith("sip")) {
        transaction.respond(416);
        return;
      }
      if (invite.bodyLength() > 0 && !invite.contentType().equals(SDP)) {
        refuse(transaction, new Rejection(415, List.of(new HeaderField(HeaderName.ACCEPT, SDP))));
        return;
      }
      for (SipSession other : sessions.values()) {
        if (other.isMergedWith(invite)) {
          // Section 8.2.2.2: the same request by two ways.
          transaction.respond(482);
          return;
        }
      }
      SipSession session = SipSession.incoming(SipUserAgent.this, tokens.next(), transaction);
      sessions.put(session.id(), session);
      listener.onIncoming(session);
    }

    @Override
    public void onCancel(ServerTransaction invite, SipRequest cancel) {
      for (SipSession session : sessions()) {
        if (session.cancelled(invite, cancel)) {
          return;
        }
      }
      invite.respond(487);
    }

    @Override
    public void onAck(SipRequest ack, SipPeer from) {
      SipSession session = dialogs.get(Dialog.Id.ofIncoming(ack));
      if (session != null) {
        session.acknowledged(ack);
      }
    }

    @Override
    public void onMalformed(Malformed malformed, SipPeer from) {
      listener.onMalformed(malformed, from);
    }
  }

  static void answerOptions(ServerTransaction transaction) {
    transaction.send(
        transaction
            .response(200)
            .add(HeaderName.ALLOW, ALLOWED)
            .add(HeaderName.ACCEPT, SDP)
            .build());
  }
}
