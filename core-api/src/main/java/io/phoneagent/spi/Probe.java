// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import io.phoneagent.Lease;
import java.util.concurrent.CompletionStage;

/** Asks one source for the firewall's public address. */
public interface Probe extends AutoCloseable {

  /**
   * Asks once. Returns at once.
   *
   * @param lease the device's own address, with its gateway
   * @return what came of it, within a few seconds; never completed exceptionally
   */
  CompletionStage<ProbeAnswer> ask(Lease lease);

  /** Lets go of what it holds. */
  @Override
  default void close() {}
}
