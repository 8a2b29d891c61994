// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.time.Duration;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * How a gateway comes into service and finds its call agent again (RFC 3435, sections 4.4.6 and
 * 4.4.7).
 *
 * <pre>
 *   Off --START--> Waiting --TIMER, ACTIVITY--> Announcing --ACCEPTED--> InService
 *                                                ^      |                    |
 *                               TIMER, ACTIVITY  |      | SILENCE, REFUSED   | SILENCE
 *                                                |      v                    |
 *                                                +---- Lost <----------------+
 * </pre>
 */
sealed interface RestartState {
  /** Times of the procedure. */
  record Times(Duration mostWaiting, Duration firstLost, Duration leastLost, Duration mostLost) {}

  /** What is to be done. */
  sealed interface Effect {
    /** RSIP is sent. */
    record Announce(RestartMethod method) implements Effect {}

    /** The one timer is set, instead of the one before. */
    record Wait(Duration pause) implements Effect {}

    /** The timer is cancelled. */
    record StopWaiting() implements Effect {}

    /** Commands are taken from now on. */
    record Serve() implements Effect {}
  }

  /** The next state and what leads there. */
  record Step(RestartState next, List<Effect> effects) {}

  /** Switched off. */
  record Off() implements RestartState {}

  /** For the random delay that keeps a whole town's gateways from coming at once. */
  record Waiting() implements RestartState {}

  /**
   * RSIP is sent.
   *
   * @param at when
   * @param next the pause if nobody answers
   * @param redirections how often it went to somebody else
   */
  record Announcing(RestartMethod method, long at, Duration next, int redirections)
      implements RestartState {}

  /** The call agent knows. */
  record InService() implements RestartState {}

  /**
   * Nobody answers.
   *
   * @param method what is announced when the pause is over
   * @param announced when RSIP was sent last, in nanoseconds
   * @param everAnnounced whether it was
   * @param next the pause after the next failure
   */
  record Lost(RestartMethod method, long announced, boolean everAnnounced, Duration next)
      implements RestartState {}

  /** Whether commands are taken; if not they are answered with 405. */
  default boolean serves() {
    return this instanceof InService
        || (this instanceof Lost lost && lost.method() == RestartMethod.DISCONNECTED)
        || (this instanceof Announcing now && now.method() == RestartMethod.DISCONNECTED);
  }

  // Call agents that refer to each other.
  int MOST_REDIRECTIONS = 5;

  private static Step stay(RestartState state) {
    return new Step(state, List.of());
  }

  private static Step announce(RestartMethod method, long now, Duration next, int redirections) {
    return new Step(
        new Announcing(method, now, next, redirections),
        List.of(new Effect.StopWaiting(), new Effect.Announce(method)));
  }

  private static Duration part(Duration whole, DoubleSupplier random) {
    return Duration.ofNanos((long) (whole.toNanos() * random.getAsDouble()));
  }

  private static Duration doubled(Duration pause, Times times) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(times.mostLost()) > 0 ? times.mostLost() : twice;
  }

  /**
   * What follows from an event.
   *
   * @param now in nanoseconds
   * @param random from 0 to 1
   */
  default Step on(RestartEvent event, long now, Times times, DoubleSupplier random) {
    if (event == RestartEvent.STOP) {
      return new Step(new Off(), List.of(new Effect.StopWaiting()));
    }
    if (this instanceof Off) {
      return event == RestartEvent.START
          ? new Step(new Waiting(), List.of(new Effect.Wait(part(times.mostWaiting(), random))))
          : stay(this);
    }
    if (this instanceof Waiting) {
      return event == RestartEvent.TIMER || event == RestartEvent.ACTIVITY
          ? announce(RestartMethod.RESTART, now, times.firstLost(), 0)
          : stay(this);
    }
    if (this instanceof Announcing announcing) {
      return announcing(announcing, event, now, times, random);
    }
    if (this instanceof Lost lost) {
      return lost(lost, event, now, times);
    }
    return event == RestartEvent.SILENCE
        ? new Step(
            new Lost(RestartMethod.DISCONNECTED, 0, false, doubled(times.firstLost(), times)),
            List.of(new Effect.Wait(part(times.firstLost(), random))))
        : stay(this);
  }

  private static Step announcing(
      Announcing state, RestartEvent event, long now, Times times, DoubleSupplier random) {
    return switch (event) {
      case ACCEPTED -> new Step(new InService(), List.of(new Effect.Serve()));
      case REDIRECTED ->
          state.redirections() < MOST_REDIRECTIONS
              ? announce(state.method(), now, state.next(), state.redirections() + 1)
              : lose(state, times, random);
      case REFUSED, SILENCE -> lose(state, times, random);
      default -> stay(state);
    };
  }

  private static Step lose(Announcing state, Times times, DoubleSupplier random) {
    // From half of the pause to the whole: gateways that lost the same agent do not come together.
    Duration half = state.next().dividedBy(2);
    return new Step(
        new Lost(state.method(), state.at(), true, doubled(state.next(), times)),
        List.of(new Effect.Wait(half.plus(part(half, random)))));
  }

  private static Step lost(Lost state, RestartEvent event, long now, Times times) {
    if (event == RestartEvent.TIMER) {
      return announce(state.method(), now, state.next(), 0);
    }
    if (event != RestartEvent.ACTIVITY) {
      return stay(state);
    }
    long left = state.announced() + times.leastLost().toNanos() - now;
    return state.everAnnounced() && left > 0
        ? new Step(state, List.of(new Effect.Wait(Duration.ofNanos(left))))
        : announce(state.method(), now, state.next(), 0);
  }
}
