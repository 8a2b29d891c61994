// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

/** How long a signal lasts (RFC 3435, section 2.1.7). */
public enum SignalKind {
  /** Until it is turned off by (-). */
  ON_OFF,
  /** Until its time is over, an event is detected, or a request does not name it. */
  TIME_OUT,
  /** As long as it takes, once. */
  BRIEF
}
