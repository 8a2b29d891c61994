// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.store;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** Keeps values over the end of the process. Thread-safe. */
public interface DurableStore<V> extends AutoCloseable {

  /** All that is kept; to be called before the first write. */
  List<V> load();

  /** Keeps it; completed when it will outlive a loss of power, exceptionally if it will not. */
  CompletionStage<Void> write(V value);

  /** Keeps it within a moment, with others. */
  void writeSoon(V value);

  /** Keeps what waits, and ends. */
  @Override
  void close();
}
