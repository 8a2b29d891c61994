// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.AgentListener;
import io.phoneagent.TimelineEntry;
import io.phoneagent.runtime.Loop;
import io.phoneagent.spi.NetworkBinding;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * What the parts of one agent share.
 *
 * @param loop owns their state
 * @param network opens their sockets
 * @param random unpredictable for others
 * @param callbacks runs what the vendor wrote
 * @param listener what the vendor wrote
 * @param timeline keeps their changes
 */
record AgentParts(
    Loop loop,
    NetworkBinding network,
    Random random,
    Executor callbacks,
    AgentListener listener,
    Timeline timeline) {

  /** Tells the vendor, on the vendor's thread. */
  void tell(Consumer<AgentListener> event) {
    callbacks.execute(() -> event.accept(listener));
  }

  /** Notes a change. */
  void note(String subject, String cause, String from, String to) {
    timeline.add(
        new TimelineEntry(
            Instant.ofEpochMilli(loop.clock().epochMillis()), subject, cause, from, to));
  }

  /** A delay, longer or shorter by up to this share, so that many phones do not act as one. */
  Duration jittered(Duration delay, double share) {
    double factor = 1 + share * (2 * random.nextDouble() - 1);
    return Duration.ofNanos((long) (delay.toNanos() * factor));
  }
}
