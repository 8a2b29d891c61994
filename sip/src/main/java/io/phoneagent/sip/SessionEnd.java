// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.Optional;

/**
 * Why a session is over.
 *
 * @param kind what happened
 * @param byRemote whether the other end wanted it
 * @param status the status that says it, 200 for a BYE
 * @param reason in words
 * @param message the refusal, BYE or CANCEL that said so, if there was one
 */
public record SessionEnd(
    Kind kind, boolean byRemote, int status, String reason, Optional<SipMessage> message) {
  /** What ends sessions. */
  public enum Kind {
    /** It was established, and one end said BYE. */
    HUNG_UP,
    /** The called one said no. */
    REFUSED,
    /** The caller gave it up before it was answered. */
    CANCELLED,
    /** The other end said nothing any more. */
    TIMED_OUT,
    /** There was no way to the other end, or it did not know of the call. */
    FAILED
  }

  static SessionEnd local(Kind kind, int status, String reason) {
    return new SessionEnd(kind, false, status, reason, Optional.empty());
  }
}
