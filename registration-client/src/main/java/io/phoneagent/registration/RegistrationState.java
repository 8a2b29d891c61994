// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where one line stands with the switch.
 *
 * <pre>
 *   Idle --located--> Registering --accepted--> Registered
 *    ^                  |     ^                     | location changed, refresh due,
 *    |        unanswered|     |retry due            | or the flow stays silent
 *    |        or refused|     |                     v
 *    |                  +--> Waiting          (Registering)
 *    +---- unlocated, or left (from anywhere) ------+
 * </pre>
 *
 * Each registration has a sequence number; a repetition has the same one, so that the switch can
 * give the same answer again. Answers to another number than the latest are ignored.
 */
sealed interface RegistrationState {

  /** The number of the latest registration; 0 before the first. */
  long sequence();

  /** What the switch granted last, if it ever did. */
  Optional<Grant> held();

  /** Nowhere, or not wanted. */
  record Idle(long sequence, Optional<Grant> held) implements RegistrationState {}

  /** Asked, not answered yet. */
  record Registering(Attempt attempt, Optional<Grant> held) implements RegistrationState {
    @Override
    public long sequence() {
      return attempt.sequence();
    }
  }

  /** Will ask again. */
  record Waiting(Attempt attempt, Optional<Grant> held) implements RegistrationState {
    @Override
    public long sequence() {
      return attempt.sequence();
    }
  }

  /** The switch holds the line. */
  record Registered(Location location, long sequence, Grant grant) implements RegistrationState {
    @Override
    public Optional<Grant> held() {
      return Optional.of(grant);
    }
  }

  /**
   * One registration and its repetitions.
   *
   * @param failures how many tries have failed in a row
   */
  record Attempt(Location location, long sequence, int failures, String reason) {
    Attempt failed() {
      return new Attempt(location, sequence, failures + 1, reason);
    }
  }

  /** What can happen to it. */
  sealed interface Event {
    /** The device is somewhere, perhaps somewhere else. */
    record Located(Location location, String cause) implements Event {}

    /** The device is nowhere. */
    record Unlocated(String cause) implements Event {}

    /** The switch granted it. */
    record Accepted(long sequence, Grant grant) implements Event {}

    /** The switch said no. */
    record Refused(long sequence, int status, String detail, Optional<Duration> retryAfter)
        implements Event {}

    /** The switch said nothing. */
    record Unanswered(long sequence, String detail) implements Event {}

    /** The time to ask again has come. */
    record RetryDue() implements Event {}

    /** The registration is about to run out. */
    record RefreshDue() implements Event {}

    /** The flow cannot be bound with what was granted. */
    record FlowSilent(String cause) implements Event {}

    /** The phone leaves for good. */
    record Leave(String cause) implements Event {}
  }

  /** What is to be done about it. */
  sealed interface Effect {
    /** Send the registration. */
    record Put(Attempt attempt) implements Effect {}

    /** Take the registration back. */
    record Delete() implements Effect {}

    /** Ask again after about this time. */
    record RetryIn(Duration delay) implements Effect {}

    /** Register again after about this time. */
    record RefreshIn(Duration delay) implements Effect {}

    /** Forget what was to happen later. */
    record CancelTimer() implements Effect {}

    /** The flow may be opened with this. */
    record OpenFlow(Grant grant, String cause) implements Effect {}

    /** The flow is to be closed. */
    record CloseFlow(String cause) implements Effect {}

    /** The network in front of the phone has changed: move the flow. */
    record SuspectFlow(String cause) implements Effect {}

    /** Tell the vendor that the switch holds the line. */
    record TellRegistered(Grant grant, Location location, boolean first, String cause)
        implements Effect {}

    /** Tell the vendor what does not work for now. */
    record TellDisrupted(String detail, Duration retryIn) implements Effect {}

    /** Tell the vendor what somebody has to mend. */
    record TellFailed(String detail, Duration retryIn) implements Effect {}
  }

  /** The next state and what is to be done. */
  default Step<RegistrationState, Effect> on(Event event) {
    if (event instanceof Event.Located located) {
      return located(located.location(), located.cause());
    }
    if (event instanceof Event.Unlocated unlocated) {
      return idle(unlocated.cause(), false);
    }
    if (event instanceof Event.Leave leave) {
      // A registration that is under way may have arrived.
      return idle(leave.cause(), held().isPresent() || !(this instanceof Idle));
    }
    if (event instanceof Event.Accepted accepted) {
      return accepted(accepted);
    }
    if (event instanceof Event.Refused refused) {
      return refused(refused);
    }
    if (event instanceof Event.Unanswered unanswered) {
      return unanswered(unanswered);
    }
    if (event instanceof Event.RetryDue) {
      return this instanceof Waiting waiting
          ? new Step<>(
              new Registering(waiting.attempt(), waiting.held()),
              List.of(new Effect.Put(waiting.attempt())),
              "trying again")
          : Step.stay(this);
    }
    String cause =
        event instanceof Event.FlowSilent silent
            ? silent.cause()
            : "the registration is about to run out";
    return this instanceof Registered registered
        ? register(registered.location(), cause, List.of())
        : Step.stay(this);
  }

  private Step<RegistrationState, Effect> located(Location location, String cause) {
    Optional<Location> before = Optional.empty();
    if (this instanceof Registered registered) {
      before = Optional.of(registered.location());
    } else if (this instanceof Registering registering) {
      before = Optional.of(registering.attempt().location());
    } else if (this instanceof Waiting waiting) {
      before = Optional.of(waiting.attempt().location());
    }
    if (before.isPresent() && before.get().sameAs(location)) {
      return Step.stay(this);
    }
    // What is known already need not be learned again: the flow moves while the switch is told.
    List<Effect> first =
        before.isPresent() && held().isPresent()
            ? List.of(new Effect.SuspectFlow(cause))
            : List.of();
    return register(location, cause, first);
  }

  private Step<RegistrationState, Effect> register(
      Location location, String cause, List<Effect> first) {
    Attempt attempt = new Attempt(location, sequence() + 1, 0, cause);
    List<Effect> effects = new ArrayList<>(first);
    effects.add(new Effect.CancelTimer());
    effects.add(new Effect.Put(attempt));
    return new Step<>(new Registering(attempt, held()), effects, cause);
  }

  private Step<RegistrationState, Effect> idle(String cause, boolean delete) {
    List<Effect> effects = new ArrayList<>();
    effects.add(new Effect.CancelTimer());
    effects.add(new Effect.CloseFlow(cause));
    if (delete) {
      effects.add(new Effect.Delete());
    }
    return this instanceof Idle && !delete
        ? Step.stay(this)
        : new Step<>(new Idle(sequence(), delete ? Optional.empty() : held()), effects, cause);
  }

  private Step<RegistrationState, Effect> accepted(Event.Accepted accepted) {
    if (!(this instanceof Registering registering)
        || registering.sequence() != accepted.sequence()) {
      return Step.stay(this);
    }
    Attempt attempt = registering.attempt();
    Grant grant = accepted.grant();
    // At four fifths there is time for every repetition before it runs out.
    Duration refresh = grant.assignment().expiresIn().multipliedBy(4).dividedBy(5);
    return new Step<>(
        new Registered(attempt.location(), attempt.sequence(), grant),
        List.of(
            new Effect.RefreshIn(refresh),
            new Effect.TellRegistered(
                grant, attempt.location(), !registering.held().isPresent(), attempt.reason()),
            new Effect.OpenFlow(grant, attempt.reason())),
        attempt.reason());
  }

  private Step<RegistrationState, Effect> refused(Event.Refused refused) {
    if (!(this instanceof Registering registering)
        || registering.sequence() != refused.sequence()) {
      return Step.stay(this);
    }
    Attempt failed = registering.attempt().failed();
    boolean busy = refused.status() >= 500 || refused.status() == 429;
    // What the switch says is the least, and jitter may take a fifth off: so a quarter on top of
    // it.
    Duration delay =
        refused
            .retryAfter()
            .map(least -> least.multipliedBy(5).dividedBy(4))
            .orElse(
                busy
                    ? RetryDelays.unanswered(failed.failures())
                    : RetryDelays.refused(failed.failures()));
    String detail = refused.status() + " " + refused.detail();
    return new Step<>(
        new Waiting(failed, registering.held()),
        List.of(
            new Effect.RetryIn(delay),
            busy ? new Effect.TellDisrupted(detail, delay) : new Effect.TellFailed(detail, delay)),
        "the switch refused: " + detail);
  }

  private Step<RegistrationState, Effect> unanswered(Event.Unanswered unanswered) {
    if (!(this instanceof Registering registering)
        || registering.sequence() != unanswered.sequence()) {
      return Step.stay(this);
    }
    Attempt failed = registering.attempt().failed();
    Duration delay = RetryDelays.unanswered(failed.failures());
    return new Step<>(
        new Waiting(failed, registering.held()),
        List.of(new Effect.RetryIn(delay), new Effect.TellDisrupted(unanswered.detail(), delay)),
        "no answer from the switch: " + unanswered.detail());
  }
}
