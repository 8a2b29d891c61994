// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * One request until its final response, including the second attempt that answers a challenge (RFC
 * 3261 section 22).
 */
final class Exchange implements ClientTransaction.Listener {
  /** Who waits for it. */
  interface Listener {
    void onResponse(SipRequest request, SipResponse response);

    void onFailure(ClientTransaction.Failure failure);
  }

  private final SipUserAgent agent;
  private final RequestCredentials credentials;
  private final LongSupplier nextSequence;
  private final Listener listener;
  private SipPeer peer;
  private Optional<ClientTransaction> current = Optional.empty();
  private boolean challenged;
  private boolean stale;
  private boolean cancelled;
  private boolean done;

  Exchange(
      SipUserAgent agent,
      SipPeer peer,
      RequestCredentials credentials,
      LongSupplier nextSequence,
      Listener listener) {
    this.agent = agent;
    this.peer = peer;
    this.credentials = credentials;
    this.nextSequence = nextSequence;
    this.listener = listener;
  }

  /** Sends a request that has everything but a Via and credentials. */
  void start(SipRequest.Builder builder) {
    builder.addFirst(HeaderName.VIA, agent.newVia(peer).toString());
    SipRequest plain = builder.build();
    Optional<HeaderField> field = credentials.preemptive(plain.method(), plain.uriText());
    send(field.isPresent() ? withField(plain, field.get()) : plain);
  }

  private static SipRequest withField(SipRequest request, HeaderField field) {
    return request.toBuilder().set(field.name(), field.value()).build();
  }

  private void send(SipRequest request) {
    current = Optional.of(agent.transactions().send(request, peer, this));
  }

  boolean isDone() {
    return done;
  }

  void redirect(SipPeer newPeer) {
    peer = newPeer;
    current.ifPresent(transaction -> transaction.redirect(newPeer));
  }

  void cancel() {
    cancelled = true;
    current.ifPresent(ClientTransaction::cancel);
  }

  @Override
  public void onResponse(ClientTransaction transaction, SipResponse response) {
    boolean superseded = current.filter(latest -> latest != transaction).isPresent();
    if (superseded || (!cancelled && retried(transaction.request(), response))) {
      return;
    }
    done |= !response.isProvisional();
    listener.onResponse(transaction.request(), response);
  }

  @Override
  public void onFailure(ClientTransaction transaction, ClientTransaction.Failure failure) {
    if (!current.filter(latest -> latest != transaction).isPresent()) {
      done = true;
      listener.onFailure(failure);
    }
  }

  private boolean retried(SipRequest request, SipResponse response) {
    if (response.status() != 401 && response.status() != 407) {
      return false;
    }
    boolean nowStale = isStale(response);
    // Once for a challenge, once more if only the nonce had grown old: never in a circle.
    if (challenged && (stale || !nowStale)) {
      return false;
    }
    Optional<HeaderField> field = credentials.answer(response, request.method(), request.uriText());
    if (!field.isPresent()) {
      return false;
    }
    stale |= nowStale && challenged;
    challenged = true;
    CSeq next = new CSeq(nextSequence.getAsLong(), request.method());
    send(
        request.toBuilder()
            .topVia(agent.newVia(peer).toString())
            .set(HeaderName.CSEQ, next.toString())
            .set(field.get().name(), field.get().value())
            .build());
    return true;
  }

  private static boolean isStale(SipResponse response) {
    HeaderName name =
        response.status() == 407 ? HeaderName.PROXY_AUTHENTICATE : HeaderName.WWW_AUTHENTICATE;
    for (String value : response.headers(name)) {
      if (DigestChallenge.parse(value).filter(DigestChallenge::stale).isPresent()) {
        return true;
      }
    }
    return false;
  }
}
