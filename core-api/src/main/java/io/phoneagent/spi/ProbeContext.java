// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import java.time.Duration;

/** What a probe may use. */
public interface ProbeContext {

  /** The agent's HTTP client. */
  HttpExchange http();

  /** How the agent opens sockets. */
  NetworkBinding network();

  /** Which addresses count as public. */
  PublicRanges publicRanges();

  /**
   * Runs a short task on the agent's thread after a delay. May be called from any thread.
   *
   * @return cancels it; without effect once it has run
   */
  Runnable schedule(Duration delay, Runnable task);

  /** Nanoseconds since an arbitrary moment; never goes back. */
  long nanos();

  /**
   * Something suggests that the public address may have changed: all sources are asked at once,
   * instead of at the next check. To be called on the agent's thread.
   *
   * @param cause for the timeline, such as {@code NAT-PMP announced 203.0.113.12}
   */
  void askNow(String cause);
}
