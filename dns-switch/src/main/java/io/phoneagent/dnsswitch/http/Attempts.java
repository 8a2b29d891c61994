// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.http;

import io.phoneagent.runtime.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Counts what a source got wrong within a minute. Thread-safe. Of sources beyond a fixed number the
 * ones longest unseen are forgotten.
 */
final class Attempts {
  private static final int MAX_SOURCES = 20_000;
  private static final long WINDOW = Duration.ofMinutes(1).toNanos();

  private record Window(long start, int count) {}

  private final Clock clock;
  private final int limit;
  private final Map<Object, Window> windows =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, Window> eldest) {
          return size() > MAX_SOURCES;
        }
      };

  Attempts(Clock clock, int limit) {
    this.clock = clock;
    this.limit = limit;
  }

  /** How long the source must wait, if it has used up its attempts. */
  synchronized Optional<Duration> mustWait(Object source) {
    Window window = windows.get(source);
    long left = window == null ? 0 : window.start() + WINDOW - clock.nanos();
    return left > 0 && window != null && window.count() >= limit
        ? Optional.of(Duration.ofNanos(left))
        : Optional.empty();
  }

  synchronized void failed(Object source) {
    long now = clock.nanos();
    Window window = windows.get(source);
    windows.put(
        source,
        window == null || now - window.start() >= WINDOW
            ? new Window(now, 1)
            : new Window(window.start(), window.count() + 1));
  }
}
