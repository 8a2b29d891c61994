// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One look for the gateway's IGD: a search, repeated once, and the description of whatever answers
 * first. Where that is of no use, those of the others that have answered by then.
 */
sealed interface Finding {
  /** A search is repeated after this long. */
  Duration FIRST_WAIT = Duration.ofMillis(500);

  /** Answers take a second at most (MX), and the gateway a moment more. */
  Duration LAST_WAIT = Duration.ofMillis(1500);

  /** Others that are remembered beside the one that is read. */
  int MOST_OTHERS = 3;

  /**
   * What has answered.
   *
   * @param device its own name
   * @param boot which start of it this is
   * @param location where its description is, on the gateway
   */
  record Candidate(String device, String boot, URI location) {}

  /**
   * Waits for an answer.
   *
   * @param sent searches so far
   * @param why what is said if no other comes
   */
  record Searching(int sent, String why) implements Finding {}

  /** Reads a description, and knows who else has answered. */
  record Reading(Candidate candidate, List<Candidate> others) implements Finding {
    public Reading {
      others = List.copyOf(others);
    }
  }

  /** There it is. */
  record Found(Candidate candidate, List<WanService> services) implements Finding {
    public Found {
      services = List.copyOf(services);
    }
  }

  /** There is none. */
  record Missing(String why) implements Finding {}

  /** What can happen. */
  sealed interface Event {
    /** Somebody at the gateway's address has answered. */
    record Answered(Candidate candidate) implements Event {}

    /** The same, with a description that is elsewhere. */
    record LedElsewhere(String why) implements Event {}

    /** The description that is read has these services. */
    record Described(List<WanService> services) implements Event {
      public Described {
        services = List.copyOf(services);
      }
    }

    /** It cannot be used. */
    record Undescribed(String why) implements Event {}

    /** Nobody has answered in time. */
    record TimeOut() implements Event {}
  }

  /** What is to be done. */
  enum Effect {
    /** Nothing. */
    NONE,
    /** To search, and wait. */
    SEARCH,
    /** To read the description of the state's candidate. */
    READ
  }

  /** What an event leads to. */
  record Step(Finding next, Effect effect) {}

  /** Begins; a search is to be sent. */
  static Searching begin() {
    return new Searching(1, "the gateway has no UPnP, or has it switched off");
  }

  /** How long to wait after the search sent last. */
  static Duration patience(Searching state) {
    return state.sent() == 1 ? FIRST_WAIT : LAST_WAIT;
  }

  /** The next state. */
  default Step on(Event event) {
    if (this instanceof Searching searching) {
      return searchingOn(searching, event);
    }
    return this instanceof Reading reading ? readingOn(reading, event) : stay(this);
  }

  private static Step searchingOn(Searching state, Event event) {
    if (event instanceof Event.Answered answered) {
      return new Step(new Reading(answered.candidate(), List.of()), Effect.READ);
    }
    if (event instanceof Event.LedElsewhere led) {
      return new Step(new Searching(state.sent(), led.why()), Effect.NONE);
    }
    if (event instanceof Event.TimeOut) {
      return state.sent() == 1
          ? new Step(new Searching(2, state.why()), Effect.SEARCH)
          : new Step(new Missing(state.why()), Effect.NONE);
    }
    return stay(state);
  }

  private static Step readingOn(Reading state, Event event) {
    if (event instanceof Event.Described described) {
      return new Step(new Found(state.candidate(), described.services()), Effect.NONE);
    }
    if (event instanceof Event.Undescribed undescribed) {
      if (state.others().isEmpty()) {
        return new Step(new Missing(undescribed.why()), Effect.NONE);
      }
      List<Candidate> rest = state.others().subList(1, state.others().size());
      return new Step(new Reading(state.others().get(0), rest), Effect.READ);
    }
    if (event instanceof Event.Answered answered && isNew(state, answered.candidate())) {
      List<Candidate> others = new ArrayList<>(state.others());
      others.add(answered.candidate());
      return new Step(new Reading(state.candidate(), others), Effect.NONE);
    }
    return stay(state);
  }

  private static boolean isNew(Reading state, Candidate candidate) {
    URI location = candidate.location();
    return state.others().size() < MOST_OTHERS
        && !state.candidate().location().equals(location)
        && state.others().stream().noneMatch(o -> o.location().equals(location));
  }

  private static Step stay(Finding state) {
    return new Step(state, Effect.NONE);
  }
}
