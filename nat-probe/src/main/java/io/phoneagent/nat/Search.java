// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The search for the page by which one gateway shows the public address. A page is asked for after
 * the other, never two at once, and none twice in one search.
 */
sealed interface Search {
  /** After a gateway that shows no known page, all are asked for again this much later. */
  Duration LONG_PAUSE = Duration.ofMinutes(15);

  /** A gateway that did not answer at all may only just be starting. */
  Duration SHORT_PAUSE = Duration.ofMinutes(1);

  /** A page that was found is looked for anew when it has not been what it was so many times. */
  int MOST_FAILURES = 30;

  /** One page of one family. */
  record Candidate(RouterFamily family, String path) {}

  /**
   * Pages are being asked for.
   *
   * @param left those not asked for yet, the next one first; never empty
   * @param best what was learnt so far, for whoever is told that there is none
   */
  record Looking(List<Candidate> left, Optional<String> best) implements Search {
    /** Copies the list. */
    public Looking {
      left = List.copyOf(left);
    }
  }

  /**
   * One has the address.
   *
   * @param failures so many times in a row it had none
   */
  record Settled(Candidate page, int failures) implements Search {}

  /** None has it. */
  record Resting(String why, long sinceNanos, Duration pause) implements Search {}

  /** What can come of a question. */
  sealed interface Event {
    /** The page has a public address. */
    record Found() implements Event {}

    /** The page is the family's, but the address is no public one. */
    record Unusable(String why) implements Event {}

    /** It is not there, or not the family's. */
    record NotThere(String why) implements Event {}

    /** It wants a password, or another one. */
    record Locked(String why) implements Event {}

    /** The gateway does not answer. */
    record Silent(String why) implements Event {}
  }

  /** Begins. */
  static Search begin(List<Candidate> candidates, long nowNanos) {
    return candidates.isEmpty()
        ? new Resting("there is no page to ask for", nowNanos, LONG_PAUSE)
        : new Looking(candidates, Optional.empty());
  }

  /** What to ask for now; nothing while it rests. */
  default Optional<Candidate> next() {
    if (this instanceof Looking looking) {
      return Optional.of(looking.left().get(0));
    }
    return this instanceof Settled settled ? Optional.of(settled.page()) : Optional.empty();
  }

  /** Whether it has rested for long enough to begin again. */
  default boolean isRested(long nowNanos) {
    return this instanceof Resting resting
        && nowNanos - resting.sinceNanos() >= resting.pause().toNanos();
  }

  /** The next state. */
  default Search on(Event event, long nowNanos) {
    if (this instanceof Looking looking) {
      return lookingOn(looking, event, nowNanos);
    }
    return this instanceof Settled settled ? settledOn(settled, event, nowNanos) : this;
  }

  private static Search lookingOn(Looking state, Event event, long nowNanos) {
    if (event instanceof Event.Found) {
      return new Settled(state.left().get(0), 0);
    }
    if (event instanceof Event.Silent silent) {
      return new Resting(silent.why(), nowNanos, SHORT_PAUSE);
    }
    Optional<String> best = state.best();
    if (event instanceof Event.Unusable unusable) {
      best = Optional.of(state.left().get(0).family().name() + ": " + unusable.why());
    } else if (event instanceof Event.Locked locked && !best.isPresent()) {
      best = Optional.of(state.left().get(0).path() + ": " + locked.why());
    }
    List<Candidate> left = state.left().subList(1, state.left().size());
    return left.isEmpty()
        ? new Resting(
            best.orElse("it shows none of the pages that are known; give its path"),
            nowNanos,
            LONG_PAUSE)
        : new Looking(left, best);
  }

  private static Search settledOn(Settled state, Event event, long nowNanos) {
    if (event instanceof Event.NotThere notThere) {
      return state.failures() + 1 < MOST_FAILURES
          ? new Settled(state.page(), state.failures() + 1)
          : new Resting(notThere.why(), nowNanos, SHORT_PAUSE);
    }
    // Without an address, or without an answer, it is still that page.
    return new Settled(state.page(), 0);
  }
}
