// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

/** Where a session is. */
public enum SessionState {
  /** Asked for; nobody rings yet. */
  CALLING,
  /** It rings. */
  RINGING,
  /** This end has answered and waits for the ACK. */
  ACCEPTED,
  /** Both ends are in the call. */
  ESTABLISHED,
  /** It is over; nothing comes after this. */
  ENDED
}
