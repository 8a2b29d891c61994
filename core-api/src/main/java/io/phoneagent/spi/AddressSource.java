// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import io.phoneagent.Lease;
import java.time.Duration;
import java.util.Optional;

/** Watches a device's own address. */
public interface AddressSource extends AutoCloseable {

  /** Starts; the listener is told on the agent's thread. */
  void start(Listener listener);

  /**
   * The agent rests: stops watching and keeps the address, without timers. Called on the agent's
   * thread. Default: goes on, which costs the rest but does no harm.
   */
  default void suspend() {}

  /**
   * The agent goes on. What has changed is best told before this returns, so that the agent does
   * not begin with an old address. Called on the agent's thread.
   */
  default void resume() {}

  /** Stops watching, and gives the address back where it was leased. */
  @Override
  void close();

  /**
   * Stops watching in a device that is about to start again: what was leased is not given back, so
   * that it gets the same. Default: as {@link #close}.
   */
  default void closeForRestart() {
    close();
  }

  /**
   * Told what becomes of the address. To be called on the agent's thread only: within {@code start}
   * or {@code resume}, or from a task of {@link AddressContext#loop()} or {@code schedule}. No
   * argument may be null.
   */
  interface Listener {

    /** There is an address: a first one, another one, or the same one for longer. */
    void leased(Lease lease, String cause);

    /** There is none any more, or none yet; told once each time. */
    void lost(String cause);

    /**
     * Something is in the way. An address that is there stays in use.
     *
     * @param retryIn when it is tried again; empty where an event decides that. Default: not told
     */
    default void troubled(String cause, Optional<Duration> retryIn) {}
  }
}
