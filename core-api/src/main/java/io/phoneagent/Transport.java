// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import java.util.Locale;

/** How a flow to the assigned endpoint is carried. */
public enum Transport {
  /** Datagrams (RFC 768). */
  UDP,
  /** A TCP connection (RFC 9293). */
  TCP,
  /** TLS over TCP (RFC 8446). */
  TLS;

  /** Whether it is a connection, which delivers what it took and cannot move. */
  public boolean isStream() {
    return this != UDP;
  }

  /** The name in messages: {@code udp}, {@code tcp} or {@code tls}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
