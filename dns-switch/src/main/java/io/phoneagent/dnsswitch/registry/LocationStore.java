// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registry;

import io.phoneagent.PhoneAgentException;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Where locations outlive the switch. Thread-safe. */
public interface LocationStore extends AutoCloseable {

  /**
   * Everything kept; called once, before anything is written.
   *
   * @throws PhoneAgentException if it cannot be read
   */
  List<Location> load();

  /**
   * Replaces what is kept of the location's number; an empty one is forgotten. Of several writes
   * for one number the last one called wins. Completed when it will outlive a loss of power, or
   * exceptionally if it could not be written.
   */
  CompletionStage<Void> write(Location location);

  /** The same, with time to wait for others: for what may be lost without harm. */
  void writeSoon(Location location);

  /** Writes what waits, and ends. */
  @Override
  void close();
}
