// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

/**
 * Who gets what the transactions do not settle by themselves. Called on the thread that owns them.
 */
public interface TransactionUser {
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
