// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a connection has carried (P:, RFC 3435, section 3.2.2.7).
 *
 * @param lost packets that should have come and did not
 * @param jitterMillis the mean of RFC 3550, as milliseconds
 * @param latencyMillis 0 where it is not known
 */
public record ConnectionStatistics(
    long packetsSent,
    long octetsSent,
    long packetsReceived,
    long octetsReceived,
    long lost,
    long jitterMillis,
    long latencyMillis) {
  private static final ConnectionStatistics NOTHING = new ConnectionStatistics(0, 0, 0, 0, 0, 0, 0);

  /** Of a stream that has carried nothing. */
  public static ConnectionStatistics nothing() {
    return NOTHING;
  }

  /** Reads what a call agent is told; what is not there is 0, what is not known is passed over. */
  public static ConnectionStatistics parse(String text) throws Refusal {
    long[] values = new long[7];
    List<String> names = List.of("PS", "OS", "PR", "OR", "PL", "JI", "LA");
    for (String part : Text.list(text)) {
      int equals = part.indexOf('=');
      int index =
          equals < 0
              ? -1
              : names.indexOf(part.substring(0, equals).trim().toUpperCase(Locale.ROOT));
      if (index >= 0) {
        values[index] = number(part.substring(equals + 1).trim());
      }
    }
    return new ConnectionStatistics(
        values[0], values[1], values[2], values[3], values[4], values[5], values[6]);
  }

  private static long number(String text) throws Refusal {
    if (text.isEmpty() || text.length() > 18 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new Refusal(ReturnCode.PROTOCOL_ERROR, "a statistic is a number");
    }
    return Long.parseLong(text);
  }

  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    parts.add("PS=" + packetsSent);
    parts.add("OS=" + octetsSent);
    parts.add("PR=" + packetsReceived);
    parts.add("OR=" + octetsReceived);
    parts.add("PL=" + lost);
    parts.add("JI=" + jitterMillis);
    parts.add("LA=" + latencyMillis);
    return String.join(", ", parts);
  }
}
