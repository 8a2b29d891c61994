// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.http;

import io.phoneagent.dnsswitch.http.HttpServer.Limits;
import java.time.Duration;

/**
 * Where connections come from, and what may still come from there. Thread-safe.
 *
 * <p>Too many connections are refused. Too many requests are not: they wait for their turn, which
 * costs the switch nothing, slows down whoever floods, and delays honest phones behind the same
 * firewall by no more than one turn of each connection there.
 */
final class Source {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final boolean limited;
  private final Limits limits;
  private int connections;
  private long connectionsPaidUntil = Long.MIN_VALUE;
  private long requestsPaidUntil = Long.MIN_VALUE;

  Source(Limits limits, boolean limited) {
    this.limits = limits;
    this.limited = limited;
  }

  /**
   * Whether one more connection may be. A whole building at once is fine; again and again is not.
   */
  synchronized boolean connect(long now) {
    long cost = SECOND / Math.max(1, limits.connectionsPerSecond());
    long paid = Math.max(connectionsPaidUntil, now - cost * limits.connections());
    if (limited && (connections >= limits.connections() || paid >= now)) {
      return false;
    }
    connectionsPaidUntil = paid + cost;
    connections++;
    return true;
  }

  synchronized void disconnect() {
    connections--;
  }

  /** How long the next request has to wait; 0 if it may be served now. */
  synchronized long turnIn(long now) {
    if (!limited) {
      return 0;
    }
    long cost = SECOND / Math.max(1, limits.requestsPerSecond());
    // What was not used within the last second may be used at once.
    requestsPaidUntil = Math.max(requestsPaidUntil, now - SECOND) + cost;
    return Math.max(0, requestsPaidUntil - now);
  }
}
