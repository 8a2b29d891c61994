// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import io.phoneagent.Lease;
import java.util.concurrent.CompletionStage;

/** Asks one source for the firewall's public address. */
public interface Probe extends AutoCloseable {

  /**
   * Asks once. Returns at once. Called on the agent's thread, as {@link #suspend} and {@link
   * #close} are.
   *
   * @param lease the device's own address, with its gateway
   * @return what came of it, within a few seconds; never completed exceptionally or with null. What
   *     comes after 10 s is not waited for
   */
  CompletionStage<ProbeAnswer> ask(Lease lease);

  /** The agent rests: lets go of what it would hear with, until it is asked again. */
  default void suspend() {}

  /** Lets go of what it holds. */
  @Override
  default void close() {}
}
