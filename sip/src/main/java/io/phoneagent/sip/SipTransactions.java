// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import io.phoneagent.runtime.Timers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * All transactions of one owner (RFC 3261 section 17). No I/O: messages come in by {@link
 * #receive}, go out by the transport, and time is the timers'. One thread owns it all; callbacks
 * come on that thread.
 */
public final class SipTransactions {
  // A server that is asked more than this at once answers 503: memory stays bounded.
  private static final int MOST_TRANSACTIONS = 100_000;
  // What ends a call, or belongs to one, is heard for longer: to refuse it would keep the call up.
  private static final int MOST_WITH_DIALOGS = 150_000;

  /** RFC 3261 section 18.1.1, as nobody knows the path's MTU: what is larger is no datagram. */
  static final int LARGEST_DATAGRAM = 1_300;

  private final Timers timers;
  private final SipTransport transport;
  private final SipTimings timings;
  private final SipTokens tokens;
  private final TransactionUser user;
  private final SipReader reader = new SipReader(SipLimits.defaults());
  private final SteadyTags tags;
  private final Map<String, ClientTransaction> clients = new HashMap<>();
  private final Map<String, ServerTransaction> servers = new HashMap<>();
  // Of the requests of all servers.
  private long octets;

  /**
   * None yet.
   *
   * @param timers of the thread that owns them
   * @param transport the way out
   * @param user gets what they do not settle by themselves
   */
  public SipTransactions(
      Timers timers,
      SipTransport transport,
      SipTimings timings,
      SipTokens tokens,
      TransactionUser user) {
    this.timers = timers;
    this.transport = transport;
    this.timings = timings;
    this.tokens = tokens;
    this.tags = new SteadyTags(tokens.bits(), tokens.bits());
    this.user = user;
  }

  Timers timers() {
    return timers;
  }

  SipTransport transport() {
    return transport;
  }

  SipTimings timings() {
    return timings;
  }

  TransactionUser user() {
    return user;
  }

  /** Makes their branches and tags; for requests of the owner's own making, too. */
  public SipTokens tokens() {
    return tokens;
  }

  /** How many transactions are remembered. */
  public int size() {
    return clients.size() + servers.size();
  }

  /** One datagram, or one message of a stream. */
  public void receive(ByteBuffer datagram, SipPeer from) {
    receive(reader.read(datagram), from);
  }

  /** What a reader has made of one already. */
  public void receive(SipInput input, SipPeer from) {
    if (input instanceof SipRequest request) {
      receiveRequest(request, from);
    } else if (input instanceof SipResponse response) {
      receiveResponse(response, from);
    } else if (input instanceof Malformed malformed) {
      refuse(malformed, from);
    }
  }

  private void refuse(Malformed malformed, SipPeer from) {
    malformed
        .request()
        .filter(request -> malformed.statusCode() > 0)
        .ifPresent(
            request -> respondStateless(request, malformed.statusCode(), malformed.reason(), from));
    user.onMalformed(malformed, from);
  }

  private void receiveResponse(SipResponse response, SipPeer from) {
    ClientTransaction transaction = clients.get(clientKey(response));
    if (transaction == null) {
      user.onStrayResponse(response, from);
    } else if (transaction.hears(from)) {
      transaction.receive(response, from);
    }
  }

  private void receiveRequest(SipRequest request, SipPeer from) {
    String key = serverKey(request);
    ServerTransaction known = servers.get(key);
    boolean strange = known != null && !known.peer().isSameEnd(from);
    if (strange || !user.hears(request, from)) {
      return;
    }
    if (request.method().equals(SipMethod.ACK)) {
      if (known == null || !known.receiveAck(from)) {
        user.onAck(request, from);
      }
      return;
    }
    if (known != null) {
      known.receiveAgain(from);
      return;
    }
    Optional<String> defect = request.defect();
    if (defect.isPresent()) {
      refuse(new Malformed(defect.get(), 400, Optional.of(request)), from);
      return;
    }
    if (isFull(request)) {
      respondStateless(request, 503, "Overloaded", from);
      return;
    }
    boolean cancel = request.method().equals(SipMethod.CANCEL);
    Optional<ServerTransaction> cancelled =
        Optional.ofNullable(cancel ? servers.get(key(request, SipMethod.INVITE)) : null)
            .filter(invite -> invite.peer().isSameEnd(from));
    Optional<Rejection> rejection =
        !cancel
            ? user.vet(request, from)
            : cancelled.isPresent() ? Optional.empty() : Optional.of(Rejection.of(481));
    if (rejection.isPresent()) {
      refuse(request, rejection.get(), from);
      return;
    }
    String tag = request.method().equals(SipMethod.REGISTER) ? tags.of(request) : tokens.next();
    ServerTransaction transaction = new ServerTransaction(this, request, key, from, tag);
    servers.put(key, transaction);
    octets += request.length();
    if (cancelled.isPresent()) {
      receiveCancel(transaction, cancelled.get(), request, from);
    } else {
      ask(transaction, request);
    }
  }

  /** So many that are as large as a datagram may be; longer ones are fewer. */
  private boolean isFull(SipRequest request) {
    boolean begins = request.toTag().isEmpty() && !request.method().equals(SipMethod.CANCEL);
    int most = begins ? MOST_TRANSACTIONS : MOST_WITH_DIALOGS;
    return servers.size() >= most || octets >= (long) most * LARGEST_DATAGRAM;
  }

  /** A defect of the user costs its request, and no place among the transactions. */
  private void ask(ServerTransaction transaction, SipRequest request) {
    boolean done = false;
    try {
      user.onRequest(transaction, request);
      done = true;
    } finally {
      if (!done) {
        transaction.respond(500);
      }
    }
  }

  private void receiveCancel(
      ServerTransaction transaction, ServerTransaction invite, SipRequest cancel, SipPeer from) {
    // Section 9.2: the To tag of the response to CANCEL is the one of the INVITE's responses.
    transaction.send(
        cancel
            .respond(200)
            .topVia(cancel.via().stampedText(from.host(), from.port()))
            .toTag(invite.localTag())
            .build());
    if (!invite.isAnswered()) {
      user.onCancel(invite, cancel);
    }
  }

  private void refuse(SipRequest request, Rejection rejection, SipPeer to) {
    respondStateless(request, request.respond(rejection.status()).add(rejection.fields()), to);
  }

  private void respondStateless(SipRequest request, int status, String reason, SipPeer to) {
    respondStateless(request, request.respond(status).reason(reason), to);
  }

  /** Answers without remembering anything; nothing is answered to an ACK. */
  private void respondStateless(SipRequest request, SipResponse.Builder response, SipPeer to) {
    if (request.method().equals(SipMethod.ACK)) {
      return;
    }
    response.topVia(request.via().stampedText(to.host(), to.port()));
    if (request.toTag().isEmpty()) {
      response.toTag(tags.of(request));
    }
    try {
      transport.send(response.octets(), to);
    } catch (IOException e) {
      user.onMalformed(Malformed.silent("its refusal could not be sent"), to);
    }
  }

  /**
   * Sends a request, whose topmost Via has a branch of its own, other than ACK.
   *
   * @throws InvalidMessageException if the branch is missing or in use
   */
  public ClientTransaction send(
      SipRequest request, SipPeer to, ClientTransaction.Listener listener) {
    String key = clientKey(request);
    if (!request.via().branch().startsWith(Via.MAGIC_COOKIE) || clients.containsKey(key)) {
      throw new InvalidMessageException("the topmost Via needs a new branch");
    }
    ClientTransaction transaction = new ClientTransaction(this, request, to, listener);
    clients.put(key, transaction);
    transaction.start();
    return transaction;
  }

  /** The connection that a request is to go by; empty if it is no larger than a datagram may be. */
  Optional<SipPeer> overConnection(SipRequest request, SipPeer to) {
    return to.reliable() || request.bytes().remaining() <= LARGEST_DATAGRAM
        ? Optional.empty()
        : transport.overConnection(to);
  }

  /** The request as it says that it goes by this connection. */
  static SipRequest over(SipPeer connection, SipRequest request) {
    return request.toBuilder()
        .topVia(request.via().over(connection.transport()).toString())
        .build();
  }

  /** Sends an ACK for a 2xx: it belongs to no transaction and is never answered. */
  public void sendAck(SipRequest ack, SipPeer to) {
    try {
      Optional<SipPeer> connection = overConnection(ack, to);
      transport.send(
          (connection.isPresent() ? over(connection.get(), ack) : ack).bytes(),
          connection.orElse(to));
    } catch (IOException e) {
      // The 2xx will come again and ask for another one.
      return;
    }
  }

  /** Tells that a peer can no longer be reached, such as after its connection broke. */
  public void transportFailed(SipPeer peer) {
    for (ClientTransaction transaction : new ArrayList<>(clients.values())) {
      transaction.transportFailed(peer);
    }
  }

  /**
   * The client transactions that wait for an answer of this peer follow it to a new place at once.
   */
  public void redirect(SipPeer oldPeer, SipPeer newPeer) {
    for (ClientTransaction transaction : new ArrayList<>(clients.values())) {
      if (transaction.to().equals(oldPeer)) {
        transaction.redirect(newPeer);
      }
    }
  }

  void forget(ClientTransaction transaction) {
    clients.remove(clientKey(transaction.request()), transaction);
  }

  void forget(ServerTransaction transaction) {
    if (servers.remove(transaction.key(), transaction)) {
      octets -= transaction.request().length();
    }
  }

  private static String clientKey(SipMessage message) {
    return message.via().branch() + ' ' + message.cseq().method();
  }

  private static String serverKey(SipRequest request) {
    SipMethod method = request.method();
    return key(request, method.equals(SipMethod.ACK) ? SipMethod.INVITE : method);
  }

  private static String key(SipRequest request, SipMethod method) {
    Via via = request.via();
    String branch = via.branch();
    if (branch.startsWith(Via.MAGIC_COOKIE)) {
      // Section 17.2.3: the branch, the sender's own name for itself, the method.
      return branch
          + ' '
          + via.host().toLowerCase(Locale.ROOT)
          + ':'
          + via.port().orElse(0)
          + ' '
          + method;
    }
    // An RFC 2543 sender: what stays the same in its retransmissions, its ACK and its CANCEL.
    return request.uriText()
        + ' '
        + request.fromTag()
        + ' '
        + request.callId()
        + ' '
        + request.cseq().number()
        + ' '
        + via
        + ' '
        + method;
  }
}
