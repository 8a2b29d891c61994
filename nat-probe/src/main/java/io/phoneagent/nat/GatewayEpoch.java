// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import java.time.Duration;

/**
 * The gateway's own time, as it said it last. Where it does not go on as ours does, the gateway has
 * lost its mappings: it has started again, or has got another public address.
 *
 * @param seconds what it said
 * @param nanos when that was heard, by our clock
 */
record GatewayEpoch(long seconds, long nanos) {

  /** Whether it has gone back since; a gateway whose time stands still tells nothing by it. */
  boolean isBehind(GatewayEpoch before) {
    return seconds < before.seconds - 1; // an answer may overtake another one
  }

  /** Whether it is still the same time that is told now. */
  boolean goesOn(Dialect dialect, GatewayEpoch now) {
    long ours = Duration.ofNanos(now.nanos - nanos).getSeconds();
    if (dialect == Dialect.NAT_PMP) {
      return now.seconds >= seconds + ours * 7 / 8 - 2; // RFC 6886, section 3.6
    }
    long theirs = now.seconds - seconds; // RFC 6887, section 8.5
    return theirs >= -1 && ours + 2 >= theirs - theirs / 16 && theirs + 2 >= ours - ours / 16;
  }
}
