// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

/** What happens to a gateway's relation to its call agent. */
enum RestartEvent {
  /** The gateway was switched on. */
  START,
  /** The pause is over. */
  TIMER,
  /** Somebody uses a telephone, or the call agent has sent a command. */
  ACTIVITY,
  /** The call agent has taken the RSIP. */
  ACCEPTED,
  /** It names another call agent to turn to. */
  REDIRECTED,
  /** It has not taken the RSIP. */
  REFUSED,
  /** Nobody answers a command, or the RSIP. */
  SILENCE,
  /** The gateway was switched off. */
  STOP
}
