// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import java.util.Locale;

/** The protocol a phone takes its communication requests in. */
public enum Protocol {
  /** Session Initiation Protocol (RFC 3261). */
  SIP,
  /** Media Gateway Control Protocol (RFC 3435). */
  MGCP;

  /** The name in messages: {@code sip} or {@code mgcp}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
