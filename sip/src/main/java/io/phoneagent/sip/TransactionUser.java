// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.Optional;

/**
 * Who gets what the transactions do not settle by themselves. Called on the thread that owns them.
 */
public interface TransactionUser {
  /**
   * Whether a new request, or an ACK, is taken note of at all: if not, nothing is answered or
   * remembered, so its sender may come again with the same request.
   */
  default boolean hears(SipRequest request, SipPeer from) {
    return true;
  }

  /**
   * How a new request other than ACK and CANCEL is refused before anything is remembered of it (RFC
   * 3261 section 8.2.7); empty to let it in.
   */
  default Optional<Rejection> vet(SipRequest request, SipPeer from) {
    return Optional.empty();
  }

  /** A new request, neither ACK nor a CANCEL; it is to be answered through its transaction. */
  void onRequest(ServerTransaction transaction, SipRequest request);

  /**
   * An INVITE that has no final response yet is to be cancelled. The CANCEL is already answered;
   * the INVITE is to be answered with 487.
   */
  void onCancel(ServerTransaction invite, SipRequest cancel);

  /** An ACK that ends no transaction: one for a 2xx, or a stray one. */
  void onAck(SipRequest ack, SipPeer from);

  /** A response without a transaction, such as a 2xx that comes after its transaction has ended. */
  default void onStrayResponse(SipResponse response, SipPeer from) {}

  /**
   * The final response of an INVITE was never acknowledged (timer H or L), or could not be sent.
   */
  default void onResponseLost(ServerTransaction transaction, String reason) {}

  /** What came was no message; where it could be answered, it was. */
  default void onMalformed(Malformed malformed, SipPeer from) {}
}
