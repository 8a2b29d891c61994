// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.AgentSettings;
import io.phoneagent.runtime.Timer;
import java.time.Duration;

/** When the public address is looked at next, as the settings say. On the agent's loop. */
final class Checks {
  private final AgentParts parts;
  private final Runnable due;
  private Timer timer = () -> {};
  private boolean scheduled;
  private Duration pending = Duration.ZERO;

  Checks(AgentParts parts, Runnable due) {
    this.parts = parts;
    this.due = due;
  }

  /**
   * The next one counts from here. Where the address is set by hand there is nothing to look at.
   */
  void schedule(AgentSettings settings) {
    begin(settings, pending.multipliedBy(2));
  }

  /** The settings are others: the first of them counts from here. */
  void anew(AgentSettings settings) {
    begin(settings, Duration.ZERO);
  }

  /** Something has happened to the phone's place: they come as often as at first. */
  void restart(AgentSettings settings) {
    boolean late = scheduled && pending.compareTo(settings.checkInterval()) > 0;
    pending = Duration.ZERO;
    if (late) {
      anew(settings);
    }
  }

  private void begin(AgentSettings settings, Duration wanted) {
    cancel();
    if (settings.staticPublicAddress().isPresent()) {
      return;
    }
    Duration shortest = settings.checkInterval();
    Duration longest = settings.checkIntervalAtRest().orElse(shortest);
    Duration interval = wanted.compareTo(longest) < 0 ? wanted : longest;
    pending = interval.compareTo(shortest) > 0 ? interval : shortest;
    scheduled = true;
    timer =
        parts
            .loop()
            .schedule(
                parts.jittered(pending, settings.checkJitter()),
                () -> {
                  scheduled = false;
                  due.run();
                });
  }

  void cancel() {
    timer.cancel();
    scheduled = false;
  }
}
