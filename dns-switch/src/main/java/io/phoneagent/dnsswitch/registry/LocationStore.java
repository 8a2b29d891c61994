// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registry;

import io.phoneagent.PhoneAgentException;
import io.phoneagent.dnsswitch.store.DurableStore;
import io.phoneagent.dnsswitch.store.SqliteTable;
import java.nio.file.Path;

/** Where locations outlive the switch. An empty location is told by there being none. */
public final class LocationStore {
  private LocationStore() {}

  /**
   * Opens or makes a SQLite file.
   *
   * @throws PhoneAgentException if it cannot be, or was written by a later version
   */
  public static DurableStore<Location> open(Path file) {
    return SqliteTable.open(file, new LocationRow());
  }
}
