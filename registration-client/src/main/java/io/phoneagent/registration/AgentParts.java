// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.AgentListener;
import io.phoneagent.TimelineEntry;
import io.phoneagent.runtime.Loop;
import io.phoneagent.spi.NetworkBinding;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the parts of one agent share.
 *
 * @param loop owns their state
 * @param network opens their sockets
 * @param tls the phone's end of its flows under TLS
 * @param random unpredictable for others
 * @param callbacks runs what the vendor wrote
 * @param listener what the vendor wrote
 * @param timeline keeps their changes
 */
record AgentParts(
    Loop loop,
    NetworkBinding network,
    FlowTls tls,
    Random random,
    Executor callbacks,
    AgentListener listener,
    Timeline timeline) {
  private static final Logger LOG = LoggerFactory.getLogger(AgentParts.class);

  /** Tells the vendor, on the vendor's thread. */
  void tell(Consumer<AgentListener> event) {
    callBack(() -> event.accept(listener));
  }

  /** Tells the vendor what does not work for now; it stands in the timeline too. */
  void disrupted(String what, String detail, Optional<Duration> retryIn) {
    note("agent", what + ": " + detail, "", "");
    tell(l -> l.disrupted(what, detail, retryIn));
  }

  /** Runs what the vendor wrote, on the vendor's thread; what it throws is noted and no more. */
  void callBack(Runnable vendors) {
    callBack(vendors, why -> note("agent", "callback: " + why, "", ""));
  }

  /**
   * The same for what has to be mended where it throws.
   *
   * @param failed told of what was thrown, on the vendor's thread
   */
  void callBack(Runnable vendors, Consumer<String> failed) {
    callbacks.execute(
        () -> {
          try {
            vendors.run();
          } catch (Exception | Error e) { // also what a vendor's language lets pass undeclared
            LOG.error("a callback has failed; the agent goes on", e);
            failed.accept(text(e));
            if (e instanceof Error error) {
              throw error;
            }
          }
        });
  }

  /** Where it was thrown says which callback it was. */
  private static String text(Throwable thrown) {
    StackTraceElement[] stack = thrown.getStackTrace();
    return stack.length == 0 ? thrown.toString() : thrown + " at " + stack[0];
  }

  /** Notes a change. */
  void note(String subject, String cause, String from, String to) {
    timeline.add(
        new TimelineEntry(
            Instant.ofEpochMilli(loop.clock().epochMillis()), subject, cause, from, to));
  }

  /** Notes what a state machine has become, if it has changed and says why. */
  void noteStep(String subject, Object before, Object after, String cause) {
    if (!before.equals(after) && !cause.isEmpty()) {
      note(subject, cause, before.getClass().getSimpleName(), after.getClass().getSimpleName());
    }
  }

  /** A delay, longer or shorter by up to this share, so that many phones do not act as one. */
  Duration jittered(Duration delay, double share) {
    double factor = 1 + share * (2 * random.nextDouble() - 1);
    return Duration.ofNanos((long) (delay.toNanos() * factor));
  }
}
