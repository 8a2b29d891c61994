// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

/**
 * The sizes beyond which a message is refused, and the first of them beyond which none is sent.
 *
 * @param datagramBytes all messages of one datagram together
 * @param messages messages of one datagram
 * @param parameters parameter lines of one message
 * @param lineBytes one line
 * @param descriptionBytes one session description
 * @param transactions received commands that are remembered at once, each for 30 s
 */
public record MgcpLimits(
    int datagramBytes,
    int messages,
    int parameters,
    int lineBytes,
    int descriptionBytes,
    int transactions) {
  // 16 messages, 64 lines and 4 KiB a line: a loaded digit map is the longest line there is, and
  // nobody piggy-backs more than a line's commands after an outage.
  private static final MgcpLimits DEFAULTS = new MgcpLimits(65_535, 16, 64, 4_096, 8_192, 1_024);

  public MgcpLimits {
    if (datagramBytes < 64
        || messages < 1
        || parameters < 16
        || lineBytes < 64
        || descriptionBytes < 64
        || transactions < 1) {
      throw new IllegalArgumentException("limits too small for MGCP");
    }
  }

  /** The same, but so many transactions: a call agent has thousands of endpoints. */
  public MgcpLimits transactions(int most) {
    return new MgcpLimits(datagramBytes, messages, parameters, lineBytes, descriptionBytes, most);
  }

  /** The same, but so many octets a datagram: what carries it may take less than UDP does. */
  public MgcpLimits datagramBytes(int most) {
    return new MgcpLimits(most, messages, parameters, lineBytes, descriptionBytes, transactions);
  }

  /** 65,535 octets and 16 messages a datagram: more than a line's commands after an outage. */
  public static MgcpLimits defaults() {
    return DEFAULTS;
  }
}
