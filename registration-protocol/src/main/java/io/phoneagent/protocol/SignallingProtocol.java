// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.protocol;

import java.util.Locale;

/** What a phone speaks over its flow. */
public enum SignallingProtocol {
  /** Session Initiation Protocol, RFC 3261. */
  SIP,
  /** Media Gateway Control Protocol, RFC 3435. */
  MGCP;

  /** The word in messages: {@code sip} or {@code mgcp}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
