// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.Locale;

/** Where a connection's media goes (RFC 3435, section 3.2.2.6). */
public enum ConnectionMode {
  /** Neither way. */
  INACTIVE("inactive", false, false),
  /** To the other end only. */
  SEND_ONLY("sendonly", true, false),
  /** From the other end only. */
  RECEIVE_ONLY("recvonly", false, true),
  /** Both ways: a call. */
  SEND_RECEIVE("sendrecv", true, true),
  /** Both ways, mixed with the endpoint's other connections. */
  CONFERENCE("confrnce", true, true),
  /** What comes is sent back, as it came. */
  NETWORK_LOOPBACK("netwloop", false, false),
  /** What comes is decoded, coded anew and sent back. */
  NETWORK_TEST("netwtest", false, false),
  /** What the line says is sent back to the line; of trunks. */
  LOOPBACK("loopback", false, false),
  /** The line is tested; of trunks. */
  CONTINUITY_TEST("conttest", false, false);

  private final String text;
  private final boolean sends;
  private final boolean receives;

  ConnectionMode(String text, boolean sends, boolean receives) {
    this.text = text;
    this.sends = sends;
    this.receives = receives;
  }

  /** The word in messages. */
  public String text() {
    return text;
  }

  /** Whether what the endpoint hears goes out. */
  public boolean sends() {
    return sends;
  }

  /** Whether what comes in is given to the endpoint. */
  public boolean receives() {
    return receives;
  }

  /**
   * Reads one.
   *
   * @throws Refusal 517 if it is none of these
   */
  public static ConnectionMode parse(String text) throws Refusal {
    String wanted = text.toLowerCase(Locale.ROOT);
    for (ConnectionMode mode : values()) {
      if (mode.text.equals(wanted)) {
        return mode;
      }
    }
    throw new Refusal(ReturnCode.UNSUPPORTED_MODE, "unknown mode " + Text.printable(text, 16));
  }
}
