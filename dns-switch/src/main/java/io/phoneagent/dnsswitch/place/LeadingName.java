// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.place;

import io.phoneagent.runtime.Loop;
import io.phoneagent.runtime.Timer;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Keeps a name leading to the public address: tells the name server of each change, again and again
 * until it has taken the latest. On one loop; the server is asked elsewhere.
 */
public final class LeadingName {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final NameServer server;
  private final Executor blocking;
  private final Loop loop;
  private final Consumer<String> told;
  private Optional<InetAddress> wanted = Optional.empty();
  private boolean asking;
  private Duration pause = FIRST_PAUSE;
  private Timer again = () -> {};
  private boolean closed;
  private volatile String state = "not asked yet";

  /**
   * Asks nobody yet.
   *
   * @param blocking where the server is asked, one question at a time
   * @param told of what becomes of it, for people; of each failure once
   */
  public LeadingName(NameServer server, Executor blocking, Loop loop, Consumer<String> told) {
    this.server = server;
    this.blocking = blocking;
    this.loop = loop;
    this.told = told;
  }

  /** The name has to lead there from now on. */
  public void lead(InetAddress address) {
    wanted = Optional.of(address);
    pause = FIRST_PAUSE;
    again.cancel();
    ask();
  }

  /** Where it leads, or why not; from any thread. */
  public String state() {
    return state;
  }

  /** Asks nobody any more. */
  public void close() {
    closed = true;
    again.cancel();
  }

  private void ask() {
    if (closed || asking || !wanted.isPresent()) {
      return;
    }
    asking = true;
    InetAddress address = wanted.get();
    blocking.execute(
        () -> {
          Optional<String> failure = Optional.empty();
          try {
            server.lead(address);
          } catch (IOException | RuntimeException e) {
            String message = e.getMessage();
            failure = Optional.of(message == null ? e.toString() : message);
          }
          Optional<String> outcome = failure;
          loop.execute(() -> answered(address, outcome));
        });
  }

  private void answered(InetAddress address, Optional<String> failure) {
    asking = false;
    boolean latest = wanted.equals(Optional.of(address));
    if (failure.isPresent()) {
      say("failed: " + failure.get());
      if (latest) {
        again = loop.schedule(pause, this::ask);
        Duration doubled = pause.multipliedBy(2);
        pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
        return;
      }
    } else {
      say("leads to " + address.getHostAddress());
    }
    if (!latest) {
      ask();
    }
  }

  private void say(String now) {
    if (!state.equals(now)) {
      state = now;
      told.accept(now);
    }
  }
}
