// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.time.Duration;

/**
 * What a gateway is set to.
 *
 * @param domain its name in the names of its endpoints
 * @param mostWaiting MWD: RSIP comes after a random part of that (RFC 3435, section 4.4.6); the RFC
 *     default is 600 s, so that a town that was without power does not come at once
 * @param digitLong how long the user may take for a digit where more are needed, 16 s
 * @param digitShort how long where only the end has to be sure, 4 s
 * @param mostConnections of one endpoint
 * @param profile what is spoken beside MGCP 1.0 until the call agent is heard, such as "NCS 1.0";
 *     empty for nothing
 */
public record GatewayOptions(
    String domain,
    Duration mostWaiting,
    Duration digitLong,
    Duration digitShort,
    int mostConnections,
    MgcpTimings timings,
    MgcpLimits limits,
    String profile) {
  private static final int LONGEST_PROFILE = 64;

  public GatewayOptions {
    if (!EndpointName.isDomain(domain)
        || mostWaiting.isNegative()
        || mostConnections < 1
        || !isProfile(profile)) {
      throw new IllegalArgumentException("no gateway's options");
    }
  }

  /** The RFC's times. */
  public static GatewayOptions of(String domain) {
    return new GatewayOptions(
        domain,
        Duration.ofMinutes(10),
        Duration.ofSeconds(16),
        Duration.ofSeconds(4),
        4,
        MgcpTimings.standard(),
        MgcpLimits.defaults(),
        "");
  }

  /** Whether it can stand behind the version of a command: words, or nothing. */
  static boolean isProfile(String text) {
    return text.length() <= LONGEST_PROFILE
        && text.equals(text.trim())
        && text.chars().allMatch(c -> c >= ' ' && c < 127);
  }

  /** The same with another longest wait before RSIP; zero for a gateway that is alone. */
  public GatewayOptions waitingAtMost(Duration most) {
    return new GatewayOptions(
        domain, most, digitLong, digitShort, mostConnections, timings, limits, profile);
  }

  /** The same with other limits of messages. */
  public GatewayOptions within(MgcpLimits sizes) {
    return new GatewayOptions(
        domain, mostWaiting, digitLong, digitShort, mostConnections, timings, sizes, profile);
  }

  /**
   * The same in a profile, for a call agent that refuses a restart without one (528). Of a call
   * agent that speaks first it is learned.
   *
   * @param spoken such as "NCS 1.0", that of cable networks
   */
  public GatewayOptions inProfile(String spoken) {
    return new GatewayOptions(
        domain, mostWaiting, digitLong, digitShort, mostConnections, timings, limits, spoken);
  }
}
