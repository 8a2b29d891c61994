// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import java.time.Duration;
import java.util.Optional;

/**
 * A subscription to a service's events (UPnP Device Architecture 2.0, section 4.1). It is renewed
 * when half of its time is over; where that is refused, as after a restart of the device, it is
 * made anew at once.
 */
sealed interface Subscribing {
  /** Asks for a subscription, after so many tries that came to nothing. */
  record Asking(int failed) implements Subscribing {}

  /** Has one. */
  record Subscribed(String id, long seconds) implements Subscribing {}

  /** Asks for it to go on. */
  record Renewing(String id) implements Subscribing {}

  /** Was refused, and asks again later. */
  record Waiting(int failed) implements Subscribing {}

  /** Not wanted any more, but still asked for: what is granted now is given back. */
  record Leaving() implements Subscribing {}

  /** Over. */
  record Over() implements Subscribing {}

  /** What can happen. */
  sealed interface Event {
    /** The device has granted it, or its renewal. */
    record Granted(String id, long seconds) implements Event {}

    /** It has refused, or not answered. */
    record Refused() implements Event {}

    /** It is time to ask again. */
    record Due() implements Event {}

    /** Nobody wants it any more. */
    record End() implements Event {}
  }

  /** What is to be done. */
  sealed interface Effect {
    /** Nothing. */
    record None() implements Effect {}

    /** To ask for a subscription. */
    record Subscribe() implements Effect {}

    /** To ask for this one to go on. */
    record Renew(String id) implements Effect {}

    /** To give this one back. */
    record Unsubscribe(String id) implements Effect {}
  }

  /** What an event leads to. */
  record Step(Subscribing next, Effect effect) {}

  /** When it is {@link Event.Due}; empty where nothing is waited for. */
  static Optional<Duration> patience(Subscribing state) {
    if (state instanceof Subscribed subscribed) {
      long half = Math.max(5, Math.min(900, subscribed.seconds() / 2));
      return Optional.of(Duration.ofSeconds(half));
    }
    if (state instanceof Waiting waiting) {
      return Optional.of(
          Duration.ofSeconds(Math.min(300, 5L << Math.min(6, waiting.failed() - 1))));
    }
    return Optional.empty();
  }

  /** The next state. */
  default Step on(Event event) {
    if (event instanceof Event.Granted granted) {
      return granted(granted);
    }
    if (event instanceof Event.Refused) {
      return refused();
    }
    return event instanceof Event.Due ? due() : end();
  }

  private Step granted(Event.Granted granted) {
    if (this instanceof Asking || this instanceof Renewing) {
      return quietly(new Subscribed(granted.id(), granted.seconds()));
    }
    return this instanceof Leaving
        ? new Step(new Over(), new Effect.Unsubscribe(granted.id()))
        : quietly(this);
  }

  private Step refused() {
    if (this instanceof Asking asking) {
      return quietly(new Waiting(asking.failed() + 1));
    }
    if (this instanceof Renewing) {
      return new Step(new Asking(0), new Effect.Subscribe());
    }
    return quietly(this instanceof Leaving ? new Over() : this);
  }

  private Step due() {
    if (this instanceof Subscribed subscribed) {
      return new Step(new Renewing(subscribed.id()), new Effect.Renew(subscribed.id()));
    }
    return this instanceof Waiting waiting
        ? new Step(new Asking(waiting.failed()), new Effect.Subscribe())
        : quietly(this);
  }

  private Step end() {
    if (this instanceof Subscribed subscribed) {
      return new Step(new Over(), new Effect.Unsubscribe(subscribed.id()));
    }
    if (this instanceof Renewing renewing) {
      return new Step(new Over(), new Effect.Unsubscribe(renewing.id()));
    }
    return quietly(this instanceof Asking || this instanceof Leaving ? new Leaving() : new Over());
  }

  private static Step quietly(Subscribing next) {
    return new Step(next, new Effect.None());
  }
}
