// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

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
 * Where there are several switches, a line that gets no answer from one goes to the next at once,
 * and from there back to the preferred one when that serves again; each with a registration of its
 * own. While a call is under way it stays where it is.
 *
 * <p>Each registration has a sequence number; a repetition has the same one, so that the switch can
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

  /**
   * Will ask again.
   *
   * @param told whether the switch has said when; a phone that is elsewhere meanwhile waits too
   */
  record Waiting(Attempt attempt, Optional<Grant> held, boolean told) implements RegistrationState {
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
  record Attempt(Location location, long sequence, int failures, String reason, URI dnsSwitch) {
    Attempt failed() {
      return new Attempt(location, sequence, failures + 1, reason, dnsSwitch);
    }

    /** The same to another switch, which has not been asked for it yet. */
    Attempt at(URI other) {
      return new Attempt(location, sequence + 1, failures, reason, other);
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

    /** The flow cannot be bound with what was granted, or the switch says that it has moved. */
    record FlowSilent(String cause) implements Event {}

    /** It is time to ask for the preferred switch. */
    record FailbackDue() implements Event {}

    /** Whether that switch, which is preferred, serves. */
    record PreferredAsked(URI dnsSwitch, boolean serves) implements Event {}

    /**
     * The settings are others.
     *
     * @param renew whether what was granted is to be granted anew under them
     */
    record PolicyChanged(boolean renew, String cause) implements Event {}

    /** The phone leaves for good. */
    record Leave(String cause) implements Event {}
  }

  /** What is to be done about it. */
  sealed interface Effect {
    /** Send the registration. */
    record Put(Attempt attempt) implements Effect {}

    /** Leave a switch alone for this time: it has asked for it. */
    record Spare(URI dnsSwitch, Duration delay) implements Effect {}

    /** Take the registration back there. */
    record Delete(URI dnsSwitch) implements Effect {}

    /** See whether the preferred switch is back, after about this time. */
    record FailbackIn(Duration delay) implements Effect {}

    /** Ask whether this switch, which is preferred, serves. */
    record AskPreferred(URI dnsSwitch) implements Effect {}

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
  default Step<RegistrationState, Effect> on(Event event, RegistrationPolicy policy) {
    if (event instanceof Event.Located located) {
      return located(located.location(), located.cause(), policy);
    }
    if (event instanceof Event.Unlocated unlocated) {
      return idle(unlocated.cause(), false);
    }
    if (event instanceof Event.Leave leave) {
      // A registration that is under way may have arrived.
      return idle(leave.cause(), held().isPresent() || !(this instanceof Idle));
    }
    if (event instanceof Event.Accepted accepted) {
      return accepted(accepted, policy);
    }
    if (event instanceof Event.Refused refused) {
      return refused(refused, policy);
    }
    if (event instanceof Event.Unanswered unanswered) {
      return this instanceof Registering registering
              && registering.sequence() == unanswered.sequence()
          ? silent(registering, unanswered.detail(), policy)
          : Step.stay(this);
    }
    if (event instanceof Event.PolicyChanged changed) {
      return policyChanged(changed, policy);
    }
    if (event instanceof Event.FailbackDue) {
      return failbackDue(policy);
    }
    if (event instanceof Event.PreferredAsked asked) {
      return preferredAsked(asked, policy);
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
        ? register(registered.location(), cause, List.of(), at(policy))
        : Step.stay(this);
  }

  private Optional<Location> location() {
    if (this instanceof Registered registered) {
      return Optional.of(registered.location());
    }
    return attempted().map(Attempt::location);
  }

  private Optional<Attempt> attempted() {
    if (this instanceof Registering registering) {
      return Optional.of(registering.attempt());
    }
    return this instanceof Waiting waiting ? Optional.of(waiting.attempt()) : Optional.empty();
  }

  /** The switch it is with, or turns to: one that the settings still name. */
  private URI at(RegistrationPolicy policy) {
    return Stream.concat(
            Stream.concat(
                attempted().map(Attempt::dnsSwitch).map(Stream::of).orElseGet(Stream::empty),
                held().map(Grant::dnsSwitch).map(Stream::of).orElseGet(Stream::empty)),
            Stream.of(policy.preferred()))
        .filter(policy.switches()::contains)
        .findFirst()
        .orElse(policy.preferred());
  }

  private Step<RegistrationState, Effect> located(
      Location location, String cause, RegistrationPolicy policy) {
    Optional<Location> before = location();
    if (before.isPresent() && before.get().sameAs(location)) {
      return Step.stay(this);
    }
    // What is known already need not be learned again: the flow moves while the switch is told.
    List<Effect> first = new ArrayList<>();
    if (held().isPresent()) {
      first.add(
          before.isPresent()
              ? new Effect.SuspectFlow(cause)
              : new Effect.OpenFlow(held().get(), cause));
    }
    URI dnsSwitch = at(policy);
    Optional<Duration> told = Optional.ofNullable(policy.toldToWait().get(dnsSwitch));
    if (this instanceof Idle && told.isPresent()) {
      // It has lost its address meanwhile, or rested; the switch is as busy as before.
      Attempt later = new Attempt(location, sequence() + 1, 0, cause, dnsSwitch);
      first.add(new Effect.RetryIn(atLeast(told.get())));
      return new Step<>(new Waiting(later, held(), true), first, cause);
    }
    if (this instanceof Waiting waiting && waiting.told()) {
      Attempt later =
          new Attempt(location, sequence() + 1, waiting.attempt().failures(), cause, dnsSwitch);
      return new Step<>(new Waiting(later, held(), true), first, cause);
    }
    return register(location, cause, first, dnsSwitch);
  }

  private Step<RegistrationState, Effect> register(
      Location location, String cause, List<Effect> first, URI dnsSwitch) {
    Attempt attempt = new Attempt(location, sequence() + 1, 0, cause, dnsSwitch);
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
      Set<URI> everywhere = new LinkedHashSet<>();
      held().ifPresent(h -> everywhere.add(h.dnsSwitch()));
      attempted().ifPresent(a -> everywhere.add(a.dnsSwitch()));
      everywhere.forEach(s -> effects.add(new Effect.Delete(s)));
    }
    return this instanceof Idle && !delete
        ? Step.stay(this)
        : new Step<>(new Idle(sequence(), delete ? Optional.empty() : held()), effects, cause);
  }

  private Step<RegistrationState, Effect> accepted(
      Event.Accepted accepted, RegistrationPolicy policy) {
    if (!(this instanceof Registering registering)
        || registering.sequence() != accepted.sequence()) {
      return Step.stay(this);
    }
    Attempt attempt = registering.attempt();
    Optional<Grant> left =
        registering.held().filter(h -> !h.dnsSwitch().equals(attempt.dnsSwitch()));
    if (left.isPresent() && policy.busy()) {
      return stayForCall(attempt, left.get(), policy);
    }
    Grant grant = policy.applied(accepted.grant());
    List<Effect> effects = new ArrayList<>();
    effects.add(new Effect.RefreshIn(policy.refresh(grant)));
    effects.add(
        new Effect.TellRegistered(
            grant, attempt.location(), !registering.held().isPresent(), attempt.reason()));
    effects.add(new Effect.OpenFlow(grant, attempt.reason()));
    left.ifPresent(l -> effects.add(new Effect.Delete(l.dnsSwitch())));
    effects.addAll(watchPreferred(grant.dnsSwitch(), policy));
    return new Step<>(
        new Registered(attempt.location(), attempt.sequence(), grant), effects, attempt.reason());
  }

  /** A call has begun at the old switch while the new one was asked: it must not be cut. */
  private static Step<RegistrationState, Effect> stayForCall(
      Attempt attempt, Grant held, RegistrationPolicy policy) {
    List<Effect> effects = new ArrayList<>();
    effects.add(new Effect.RefreshIn(policy.refresh(held)));
    effects.add(new Effect.Delete(attempt.dnsSwitch()));
    effects.addAll(watchPreferred(held.dnsSwitch(), policy));
    return new Step<>(
        new Registered(attempt.location(), attempt.sequence(), held),
        effects,
        "stays with " + held.dnsSwitch() + " while a call is under way");
  }

  private static List<Effect> watchPreferred(URI at, RegistrationPolicy policy) {
    return at.equals(policy.preferred()) || !policy.failback().isPresent()
        ? List.of()
        : List.of(new Effect.FailbackIn(policy.failback().get()));
  }

  private Step<RegistrationState, Effect> failbackDue(RegistrationPolicy policy) {
    if (!(this instanceof Registered registered)) {
      return Step.stay(this);
    }
    List<Effect> again = watchPreferred(registered.grant().dnsSwitch(), policy);
    if (again.isEmpty()) {
      return Step.stay(this);
    }
    boolean notNow = policy.busy() || policy.toldToWait().containsKey(policy.preferred());
    return new Step<>(
        this, notNow ? again : List.of(new Effect.AskPreferred(policy.preferred())), "");
  }

  private Step<RegistrationState, Effect> preferredAsked(
      Event.PreferredAsked asked, RegistrationPolicy policy) {
    if (!(this instanceof Registered registered)) {
      return Step.stay(this);
    }
    List<Effect> again = watchPreferred(registered.grant().dnsSwitch(), policy);
    if (again.isEmpty()) {
      return Step.stay(this);
    }
    return asked.serves() && !policy.busy() && asked.dnsSwitch().equals(policy.preferred())
        ? register(
            registered.location(),
            asked.dnsSwitch() + " serves again",
            List.of(),
            asked.dnsSwitch())
        : new Step<>(this, again, "");
  }

  private Step<RegistrationState, Effect> policyChanged(
      Event.PolicyChanged changed, RegistrationPolicy policy) {
    Optional<Location> location = location();
    if (!location.isPresent()) {
      return Step.stay(this);
    }
    URI before = attempted().map(Attempt::dnsSwitch).orElseGet(() -> held().get().dnsSwitch());
    URI now = at(policy);
    if (!before.equals(now) || (changed.renew() && this instanceof Registered)) {
      return register(location.get(), changed.cause(), List.of(), now);
    }
    return this instanceof Registered
        ? new Step<>(this, watchPreferred(now, policy), "")
        : Step.stay(this);
  }

  private Step<RegistrationState, Effect> refused(
      Event.Refused refused, RegistrationPolicy policy) {
    if (!(this instanceof Registering registering)
        || registering.sequence() != refused.sequence()) {
      return Step.stay(this);
    }
    int status = refused.status();
    // A SIP registrar's 6xx is final.
    boolean busy = (status >= 500 && status < 600) || status == 429;
    String detail = refused.status() + " " + refused.detail();
    if (busy && !refused.retryAfter().isPresent()) {
      return silent(registering, detail, policy); // as good as no answer: it cannot serve
    }
    Attempt failed = registering.attempt().failed();
    Duration delay =
        refused
            .retryAfter()
            .map(RegistrationState::atLeast)
            .orElseGet(() -> policy.retries().afterRefusal(failed.failures()));
    Optional<URI> other = busy ? policy.after(failed.dnsSwitch()) : Optional.empty();
    if (other.isPresent()) {
      List<Effect> effects = List.of(new Effect.Spare(failed.dnsSwitch(), delay));
      return move(
          registering,
          failed.at(other.get()),
          detail,
          policy.whom() + " refused: " + detail,
          effects);
    }
    return new Step<>(
        new Waiting(failed, registering.held(), refused.retryAfter().isPresent()),
        List.of(
            new Effect.RetryIn(delay),
            busy ? new Effect.TellDisrupted(detail, delay) : new Effect.TellFailed(detail, delay)),
        policy.whom() + " refused: " + detail);
  }

  /** What the switch says is the least, and jitter may take a fifth off: so a quarter on top. */
  private static Duration atLeast(Duration said) {
    return said.multipliedBy(5).dividedBy(4);
  }

  private static Step<RegistrationState, Effect> move(
      Registering registering, Attempt next, String detail, String cause, List<Effect> first) {
    List<Effect> effects = new ArrayList<>(first);
    effects.add(new Effect.TellDisrupted(detail, Duration.ZERO));
    effects.add(new Effect.Put(next));
    return new Step<>(
        new Registering(next, registering.held()), effects, cause + "; taking " + next.dnsSwitch());
  }

  private static Step<RegistrationState, Effect> silent(
      Registering registering, String detail, RegistrationPolicy policy) {
    Attempt failed = registering.attempt().failed();
    int failures = failed.failures();
    Attempt next =
        policy.movesOn(failures)
            ? policy.after(failed.dnsSwitch()).map(failed::at).orElse(failed)
            : failed;
    String cause = "no answer from " + policy.whom() + ": " + detail;
    if (!next.equals(failed) && policy.firstRound(failures)) {
      return move(registering, next, detail, cause, List.of());
    }
    Duration delay = policy.afterSilence(failures);
    return new Step<>(
        new Waiting(next, registering.held(), false),
        List.of(new Effect.RetryIn(delay), new Effect.TellDisrupted(detail, delay)),
        cause);
  }
}
