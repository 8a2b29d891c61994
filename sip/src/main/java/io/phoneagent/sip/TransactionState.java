// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

/** Where a transaction is (RFC 3261 section 17, RFC 6026 for ACCEPTED). */
public enum TransactionState {
  /** A client's INVITE without any response. */
  CALLING,
  /** Another request without any response. */
  TRYING,
  /** A provisional response went by; a server's INVITE starts here. */
  PROCEEDING,
  /** An INVITE was answered with a 2xx, of which more may follow. */
  ACCEPTED,
  /** The final response is there; repetitions are absorbed. */
  COMPLETED,
  /** A refused INVITE was acknowledged; repetitions of the ACK are absorbed. */
  CONFIRMED,
  /** It is forgotten. */
  TERMINATED
}
