// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import java.util.List;

/**
 * Whether a way to a SIP registrar still leads there (RFC 5626 sections 3.5 and 4.4): line ends
 * keep it alive, which a registrar answers over a connection if it knows of that, and OPTIONS asks
 * where they do not tell.
 *
 * <pre>
 *   Steady --due--> Pinged --late--> Asked --unanswered--> Steady, dead
 *     ^               |                |
 *     +--- heard -----+--- answered ---+
 * </pre>
 *
 * Over UDP line ends are not answered; there it is asked where nothing was heard for two intervals.
 */
sealed interface Pulse {
  /** So many intervals without a word are borne over UDP. */
  int QUIET = 2;

  /** What is known of the registrar's answers to line ends. */
  enum Pongs {
    UNKNOWN,
    ANSWERED,
    IGNORED
  }

  /** Whether it is over a connection. */
  boolean stream();

  /** What is known of its pongs. */
  Pongs pongs();

  /**
   * Nothing is awaited.
   *
   * @param silent for so many intervals nothing was heard
   */
  record Steady(boolean stream, Pongs pongs, int silent) implements Pulse {}

  /** Line ends were sent over a connection, their answer is awaited. */
  record Pinged(boolean stream, Pongs pongs) implements Pulse {}

  /**
   * OPTIONS was sent.
   *
   * @param pinged whether it was because line ends were not answered
   */
  record Asked(boolean stream, Pongs pongs, boolean pinged) implements Pulse {}

  /** What can happen to it. */
  enum Event {
    /** An interval has passed. */
    DUE,
    /** Something came from the registrar. */
    HEARD,
    /** The answer to line ends is late. */
    LATE,
    /** The registrar has answered OPTIONS, however. */
    ANSWERED,
    /** It has not. */
    UNANSWERED,
    /** The firewall may have forgotten the way. */
    DOUBTED
  }

  /** What is to be done about it. */
  enum Effect {
    PING,
    AWAIT_PONG,
    ASK,
    DEAD
  }

  /** The beginning, right after a registration. */
  static Pulse of(boolean stream) {
    return new Steady(stream, Pongs.UNKNOWN, 0);
  }

  /** The next state and what is to be done. */
  default Step<Pulse, Effect> on(Event event) {
    if (this instanceof Asked asked) {
      return whileAsked(asked, event);
    }
    if (event == Event.DOUBTED) {
      return step(new Asked(stream(), pongs(), false), Effect.ASK);
    }
    if (this instanceof Pinged) {
      if (event == Event.LATE) {
        return step(new Asked(stream(), pongs(), true), Effect.ASK);
      }
      return event == Event.HEARD ? step(new Steady(stream(), Pongs.ANSWERED, 0)) : Step.stay(this);
    }
    Steady steady = (Steady) this;
    if (event == Event.HEARD) {
      return step(new Steady(stream(), pongs(), 0));
    }
    return event == Event.DUE ? due(steady) : Step.stay(this);
  }

  private Step<Pulse, Effect> due(Steady steady) {
    if (stream()) {
      return pongs() == Pongs.IGNORED
          ? step(new Asked(true, pongs(), false), Effect.ASK)
          : step(new Pinged(true, pongs()), Effect.PING, Effect.AWAIT_PONG);
    }
    return steady.silent() < QUIET
        ? step(new Steady(false, pongs(), steady.silent() + 1), Effect.PING)
        : step(new Asked(false, pongs(), false), Effect.ASK);
  }

  private static Step<Pulse, Effect> step(Pulse next, Effect... effects) {
    return new Step<>(next, List.of(effects), "");
  }

  private Step<Pulse, Effect> whileAsked(Asked asked, Event event) {
    if (event == Event.ANSWERED) {
      boolean ignores = asked.pinged() && pongs() == Pongs.UNKNOWN;
      return step(new Steady(stream(), ignores ? Pongs.IGNORED : pongs(), 0));
    }
    return event == Event.UNANSWERED
        ? step(new Steady(stream(), pongs(), 0), Effect.DEAD)
        : Step.stay(this);
  }
}
