// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

/**
 * The sizes beyond which a message is refused.
 *
 * @param messageBytes the whole message
 * @param headerLines header fields of one message
 * @param lineBytes one start line or header field, folds included
 * @param bodyBytes the body
 */
public record SipLimits(int messageBytes, int headerLines, int lineBytes, int bodyBytes) {
  // 65,535: what a datagram can carry. 128 fields and 8 KiB a field: several times what the most
  // talkative carriers send.
  private static final SipLimits DEFAULTS = new SipLimits(65_535, 128, 8_192, 65_535);
  private static final SipLimits NONE =
      new SipLimits(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);

  public SipLimits {
    if (messageBytes < 1 || headerLines < 6 || lineBytes < 64 || bodyBytes < 0) {
      throw new IllegalArgumentException("limits too small for any SIP message");
    }
  }

  /** 65,535 octets, 128 fields of at most 8 KiB: more than any phone sends. */
  public static SipLimits defaults() {
    return DEFAULTS;
  }

  /** For what this end has made itself, which what it has received bounds. */
  static SipLimits none() {
    return NONE;
  }
}
