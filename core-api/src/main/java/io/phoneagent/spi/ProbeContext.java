// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What a probe may use. */
public interface ProbeContext {

  /** The agent's HTTP client. */
  HttpExchange http();

  /** How the agent opens sockets. */
  NetworkBinding network();

  /**
   * Looks a name up without blocking, by {@link NetworkBinding#resolve}.
   *
   * @return its addresses, at least one, or a failure; completed on the agent's thread. A context
   *     that does not say otherwise knows no names
   */
  default CompletionStage<List<InetAddress>> resolve(String host) {
    CompletableFuture<List<InetAddress>> unknown = new CompletableFuture<>();
    unknown.completeExceptionally(
        new UnknownHostException(host + ": no names are looked up here; give an address"));
    return unknown;
  }

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
   * <p>Where the sources say then what they said before, each flow is bound anew: the address may
   * have changed there and back.
   *
   * @param cause for the timeline, such as {@code NAT-PMP announced 203.0.113.12}; empty to ask
   *     once more about what has been told: where nothing has changed, nothing is bound
   */
  void askNow(String cause);

  /**
   * What was heard is no news of the address, yet the firewall may have forgotten the flow, as when
   * its address has changed there and back: each flow is kept alive at once, by one message of 68
   * octets over UDP, and bound anew where the switch sees it come from elsewhere. To be called on
   * the agent's thread. A context without flows does nothing.
   */
  default void flowInDoubt() {}
}
