// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.spi.ProbeContext;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * How often what is heard makes the agent ask. A change comes as a burst, and is asked about at
 * once; whoever goes on and on, as a forger may, gets a question each {@code longestPause}.
 */
final class Pacing {
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
  private static final Duration QUIET = Duration.ofSeconds(2);
  // After 0.1, 0.3, 0.7 and 1.5 s, where the pause may be as long.
  private static final int FOLLOWING = 4;

  private final ProbeContext context;
  private final Duration longestPause;
  private Optional<Waiting> next = Optional.empty();
  private Optional<InetAddress> answered = Optional.empty();
  private int following;
  private Duration pause = SHORTEST_PAUSE;
  private long askedAtNanos;
  private boolean pausing;
  private Runnable cancelPause = () -> {};

  /**
   * What is to be asked when it may be again.
   *
   * @param announced the address it is about; empty for none
   */
  private record Waiting(String cause, Optional<InetAddress> announced) {}

  Pacing(ProbeContext context, Duration longestPause) {
    this.context = context;
    this.longestPause = longestPause;
  }

  /** Asks at once, or as soon as it may be again. */
  void askNow(String cause) {
    ask(new Waiting(cause, Optional.empty()));
  }

  /**
   * The same about an address that is said to be the public one now: where that is answered before
   * it is asked, all is known.
   */
  void askAbout(InetAddress announced, String cause) {
    ask(new Waiting(cause, Optional.of(announced)));
  }

  private void ask(Waiting wanted) {
    if (pausing) {
      next = Optional.of(wanted);
      return;
    }
    boolean quiet = context.nanos() - askedAtNanos > QUIET.toNanos();
    Duration twice = pause.multipliedBy(2);
    Duration longer = twice.compareTo(longestPause) > 0 ? longestPause : twice;
    pause = quiet ? SHORTEST_PAUSE : longer;
    askedAtNanos = context.nanos();
    pausing = true;
    cancelPause = context.schedule(pause, this::pauseOver);
    context.askNow(wanted.cause());
  }

  /**
   * Asks at once and, while the answer stays what it was, a few times more: for what tells of a
   * change while it goes on, and only once. Those times are no news of their own.
   */
  void askUntilItChanges(String cause) {
    following = FOLLOWING;
    askNow(cause);
  }

  private void pauseOver() {
    pausing = false;
    Optional<Waiting> wanted = next;
    next = Optional.empty();
    if (wanted.isPresent()) {
      ask(wanted.get());
    } else if (following > 0) {
      following--;
      askNow("");
    }
  }

  /** The source has answered. */
  void answered(InetAddress address) {
    if (!answered.equals(Optional.of(address))) {
      following = 0;
    }
    next = next.filter(n -> !n.announced().equals(Optional.of(address)));
    answered = Optional.of(address);
  }

  /** Whether that is what the source has answered last. */
  boolean isAnswered(InetAddress address) {
    return answered.equals(Optional.of(address));
  }

  /** Asks no more. */
  void close() {
    cancelPause.run();
    pausing = false;
    next = Optional.empty();
    following = 0;
  }
}
