// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.TimelineEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The latest changes of state and their causes. Thread-safe. */
final class Timeline {
  // A day of a phone that changes every three minutes; some 100 kB.
  private static final int MOST = 500;

  private final Deque<TimelineEntry> entries = new ArrayDeque<>();

  synchronized void add(TimelineEntry entry) {
    if (entries.size() == MOST) {
      entries.removeFirst();
    }
    entries.addLast(entry);
  }

  synchronized List<TimelineEntry> entries() {
    return new ArrayList<>(entries);
  }
}
