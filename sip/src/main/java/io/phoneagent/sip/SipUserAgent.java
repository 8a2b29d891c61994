// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import io.phoneagent.runtime.Timers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Makes and takes calls (RFC 3261 sections 8, 13, 14, 15): what a phone and a call leg of the
 * switch have in common. No I/O; one thread owns it, and callbacks come on that thread.
 */
public final class SipUserAgent {
  static final String SDP = "application/sdp";
  static final String ALLOWED =
      "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK, REFER, NOTIFY";
  static final String REPLACES = "replaces";
  static final String SUPPORTED =
      ReliableProgress.OPTION + ", " + SessionTimer.OPTION + ", " + REPLACES;
  private static final List<String> EXTENSIONS =
      List.of(ReliableProgress.OPTION, SessionTimer.OPTION, REPLACES);

  private final Timers timers;
  private final SipTimings timings;
  private final SipTokens tokens;
  private final Function<SipPeer, SipUri> localContact;
  private final UserAgentListener listener;
  private final SipTransactions transactions;
  private final long sessionSeconds;
  private final Map<Dialog.Id, SipSession> dialogs = new HashMap<>();
  private final Map<String, SipSession> sessions = new LinkedHashMap<>();
  // By what an INVITE has in common with itself where it comes by two ways.
  private final Map<String, SipSession> invited = new HashMap<>();

  private SipUserAgent(Builder builder, UserAgentListener listener) {
    this.timers = builder.timers;
    this.timings = builder.timings;
    this.tokens = builder.tokens;
    this.localContact = builder.localContact;
    this.listener = listener;
    this.sessionSeconds = builder.sessionInterval.getSeconds();
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
    private Duration sessionInterval = Duration.ofMinutes(30);

    private Builder(Timers timers, SipTransport transport, Function<SipPeer, SipUri> localContact) {
      this.timers = timers;
      this.transport = transport;
      this.localContact = localContact;
    }

    /** T1 and what follows from it; those of RFC 3261 if nothing is said. */
    public Builder timings(SipTimings given) {
      timings = given;
      return this;
    }

    /** Makes tags, branches and Call-IDs; from the platform's secure source if nothing is said. */
    public Builder tokens(SipTokens given) {
      tokens = given;
      return this;
    }

    /**
     * How long a session lasts without a refresh (RFC 4028), 30 minutes if nothing is said; the
     * other end may settle for less, or know no such timers.
     *
     * @param interval 90 seconds to a day, or zero not to ask for it
     */
    public Builder sessionInterval(Duration interval) {
      long seconds = interval.getSeconds();
      if (seconds != 0 && (seconds < 90 || seconds > 86_400)) {
        throw new IllegalArgumentException("90 seconds to a day, or zero, not " + interval);
      }
      sessionInterval = interval;
      return this;
    }

    /**
     * A user agent without calls.
     *
     * @param listener hears of calls and requests that come in
     */
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

  long sessionSeconds() {
    return sessionSeconds;
  }

  /** The session that a dialog belongs to, such as one that is named by Replaces. */
  public Optional<SipSession> session(Dialog.Id id) {
    return Optional.ofNullable(dialogs.get(id));
  }

  /** The transactions underneath, for requests of the owner's own making. */
  public SipTransactions transactions() {
    return transactions;
  }

  /** All sessions that have not ended. */
  public Collection<SipSession> sessions() {
    return new ArrayList<>(sessions.values());
  }

  /** How many dialogs are remembered; a call that rings at several ends has several. */
  public int dialogs() {
    return dialogs.size();
  }

  /** The session of this name ({@link SipSession#id}), if it has not ended. */
  public Optional<SipSession> session(String id) {
    return Optional.ofNullable(sessions.get(id));
  }

  /** Whether a request belongs to one of the dialogs: whoever sends it knows both tags. */
  public boolean isInDialog(SipRequest request) {
    return request.to().hasTag() && dialogs.containsKey(Dialog.Id.ofIncoming(request));
  }

  /** One datagram, or one message of a stream. */
  public void receive(ByteBuffer datagram, SipPeer from) {
    transactions.receive(datagram, from);
  }

  /** What a reader has made of one already. */
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

    /** There will be no response. Called instead of the other. */
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
    request(request, method, peer, credentials, () -> ++sequence[0], answer);
  }

  /**
   * The same, where the request belongs to a row of them: those to a registrar have one Call-ID
   * (RFC 3261 section 10.2).
   *
   * @param nextSequence the number for a second attempt, which answers a challenge
   */
  public void request(
      SipRequest.Builder request,
      SipMethod method,
      SipPeer peer,
      RequestCredentials credentials,
      LongSupplier nextSequence,
      AnswerListener answer) {
    if (!request.has(HeaderName.MAX_FORWARDS)) {
      request.add(HeaderName.MAX_FORWARDS, "70");
    }
    if (!request.has(HeaderName.CALL_ID)) {
      request.add(HeaderName.CALL_ID, tokens.next());
    }
    if (!request.has(HeaderName.CSEQ)) {
      request.add(HeaderName.CSEQ, new CSeq(1, method).toString());
    }
    new Exchange(
            this,
            peer,
            credentials,
            nextSequence,
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

  SipRequest makeAck(Dialog within, SipPeer peer, SipRequest invite, byte[] body) {
    SipRequest.Builder ack = within.ack(invite.cseq().number());
    ack.addFirst(HeaderName.VIA, newVia(peer).toString());
    // Section 22.1: the ACK carries the credentials of its INVITE, for it cannot be challenged.
    invite.copyLines(HeaderName.AUTHORIZATION, ack);
    invite.copyLines(HeaderName.PROXY_AUTHORIZATION, ack);
    return (body.length > 0 ? ack.body(SDP, body) : ack).build();
  }

  void enter(Dialog.Id id, SipSession session) {
    dialogs.put(id, session);
  }

  void leave(Dialog.Id id) {
    dialogs.remove(id);
  }

  void forget(SipSession session) {
    sessions.remove(session.id());
    session.invite().ifPresent(invite -> invited.remove(origin(invite), session));
    dialogs.values().removeIf(one -> one == session);
  }

  /** Call-ID, From tag and CSeq: a proxy on the way may change the branch alone. */
  private static String origin(SipRequest invite) {
    return invite.callId() + '\n' + invite.fromTag() + '\n' + invite.cseq();
  }

  static void refuse(ServerTransaction transaction, Rejection rejection) {
    SipResponse.Builder response = transaction.response(rejection.status());
    if (rejection.status() == 405) {
      response.add(HeaderName.ALLOW, ALLOWED);
    } else if (rejection.status() == 489) {
      response.add(HeaderName.ALLOW_EVENTS, SessionReferrals.EVENT);
    }
    transaction.send(response.add(rejection.fields()).build());
  }

  /** What the transactions hand up. */
  private final class Dispatch implements TransactionUser {
    /** Tags are no proof: a dialog's requests come from its own other end. */
    @Override
    public boolean hears(SipRequest request, SipPeer from) {
      SipSession session =
          request.to().hasTag() ? dialogs.get(Dialog.Id.ofIncoming(request)) : null;
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
      List<String> required = new ArrayList<>(request.tokens(HeaderName.REQUIRE));
      required.removeIf(
          option -> EXTENSIONS.contains(option) || listener.supports(option, request));
      if (!required.isEmpty()) {
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
          || method.equals(SipMethod.PRACK)
          || (method.equals(SipMethod.NOTIFY) && SessionReferrals.isReferEvent(request))) {
        transaction.respond(481);
      } else if (!listener.onRequest(transaction)) {
        refuse(transaction, Rejection.of(unheard(method)));
      }
    }

    /** What nobody here takes: transfers are asked for within calls, events are not told. */
    private int unheard(SipMethod method) {
      boolean event = method.equals(SipMethod.SUBSCRIBE) || method.equals(SipMethod.NOTIFY);
      return event ? 489 : method.equals(SipMethod.REFER) ? 403 : 405;
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
      if (invited.containsKey(origin(invite))) {
        // Section 8.2.2.2: the same request by two ways.
        transaction.respond(482);
        return;
      }
      Optional<Rejection> tooShort = SessionTimer.vet(invite);
      int unreplaced = refusalOfReplacing(invite);
      if (tooShort.isPresent() || unreplaced != 0) {
        refuse(transaction, tooShort.orElseGet(() -> Rejection.of(unreplaced)));
        return;
      }
      SipSession session = SipSession.incoming(SipUserAgent.this, tokens.next(), transaction);
      sessions.put(session.id(), session);
      invited.put(origin(invite), session);
      listener.onIncoming(session);
    }

    /** Why an INVITE may not take the place of the dialog it names (RFC 3891 section 3); or 0. */
    private int refusalOfReplacing(SipRequest invite) {
      List<String> fields = invite.headers(HeaderName.REPLACES);
      if (fields.isEmpty()) {
        return 0;
      }
      Optional<Replaces> replaces =
          fields.size() == 1 ? Replaces.parse(fields.get(0)) : Optional.empty();
      if (!replaces.isPresent()) {
        return 400;
      }
      SipSession named = dialogs.get(replaces.get().asked());
      if (named == null) {
        return 481;
      }
      boolean confirmed =
          named.state() == SessionState.ESTABLISHED || named.state() == SessionState.ACCEPTED;
      if (confirmed) {
        return replaces.get().earlyOnly() ? 486 : 0;
      }
      // One that rings here is not taken by another: only its caller could mean that.
      return named.isIncoming() ? 481 : 0;
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
            .add(HeaderName.SUPPORTED, SUPPORTED)
            .build());
  }
}
