// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.protocol;

import java.util.Locale;

/** What carries a phone's flow. */
public enum SignallingTransport {
  /** Datagrams. */
  UDP,
  /** A plain stream. */
  TCP,
  /** A stream under TLS. */
  TLS;

  /** The word in messages: {@code udp}, {@code tcp} or {@code tls}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
