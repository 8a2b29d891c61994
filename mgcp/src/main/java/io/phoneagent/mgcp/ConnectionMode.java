// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.Locale;

/** Where a connection's media goes (RFC 3435, section 3.2.2.6). */
public enum ConnectionMode {
  INACTIVE("inactive", false, false),
  SEND_ONLY("sendonly", true, false),
  RECEIVE_ONLY("recvonly", false, true),
  SEND_RECEIVE("sendrecv", true, true),
  CONFERENCE("confrnce", true, true),
  NETWORK_LOOPBACK("netwloop", false, false),
  NETWORK_TEST("netwtest", false, false),
  LOOPBACK("loopback", false, false),
  CONTINUITY_TEST("conttest", false, false);

  private final String text;
  private final boolean sends;
  private final boolean receives;

  ConnectionMode(String text, boolean sends, boolean receives) {
    this.text = text;
    this.sends = sends;
    this.receives = receives;
  }

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
