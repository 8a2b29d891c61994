// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import io.phoneagent.InvalidSettingException;

/**
 * The UDP ports the switch may relay media on.
 *
 * @param from the first
 * @param to the last, not below the first
 */
public record PortRange(int from, int to) {
  /** The range that most SIP servers are known for. */
  public static final PortRange DEFAULT = new PortRange(10_000, 20_000);

  /** Checks the range. */
  public PortRange {
    if (from < 1 || to > 65_535 || to < from) {
      throw new InvalidSettingException(
          "media-ports", from + "-" + to + " is not a range of ports from 1 to 65535");
    }
  }

  /**
   * Reads {@code FROM-TO}.
   *
   * @throws InvalidSettingException if it is not that
   */
  public static PortRange of(String text) {
    if (!text.matches("[0-9]{1,5}-[0-9]{1,5}")) {
      throw new InvalidSettingException(
          "media-ports", "'" + text + "' is not FROM-TO, such as 10000-20000");
    }
    int dash = text.indexOf('-');
    return new PortRange(
        Integer.parseInt(text.substring(0, dash)), Integer.parseInt(text.substring(dash + 1)));
  }
}
