// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.Locale;

/** How an endpoint comes or goes (RM:, RFC 3435, section 2.3.12). */
public enum RestartMethod {
  /** It goes when its connections have ended, or after the delay. */
  GRACEFUL("graceful"),
  /** It has gone, and its connections with it. */
  FORCED("forced"),
  /** It is there again, or will be after the delay; without any connections. */
  RESTART("restart"),
  /** It was out of touch, and is there again with what it had. */
  DISCONNECTED("disconnected"),
  /** It stays, after it has said {@link #GRACEFUL}. */
  CANCEL_GRACEFUL("cancel-graceful");

  private final String text;

  RestartMethod(String text) {
    this.text = text;
  }

  /** The word in messages. */
  public String text() {
    return text;
  }

  /**
   * Reads one.
   *
   * @throws Refusal 536 if it is none of these
   */
  public static RestartMethod parse(String text) throws Refusal {
    String wanted = text.toLowerCase(Locale.ROOT);
    for (RestartMethod method : values()) {
      if (method.text.equals(wanted)) {
        return method;
      }
    }
    throw new Refusal(
        ReturnCode.UNKNOWN_RESTART_METHOD, "unknown method " + Text.printable(text, 16));
  }
}
