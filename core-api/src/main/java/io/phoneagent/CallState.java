// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

/** How far a call has come. */
public enum CallState {
  /** Sent or received, nobody rings yet. */
  CALLING,
  /** The called side rings. */
  RINGING,
  /** Answered. */
  ESTABLISHED,
  /** Over. */
  ENDED
}
