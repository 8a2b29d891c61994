// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.FlowPath;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where one line's flow stands.
 *
 * <pre>
 *   Closed --granted--> Binding --bound--> Open
 *      ^                 |  ^                | suspected, granted with another key or endpoint,
 *      |      unanswered:|  |                | or unanswered
 *      |       try again +--+ &lt;--------------+
 *      +------- close (from anywhere)
 * </pre>
 *
 * A suspicion binds from a new local port: what the firewall remembers of the old one may lead
 * nowhere. So does every second bind that is not answered.
 */
sealed interface FlowState {
  /** This many unanswered binds follow each other at once; after that they back off. */
  int QUICK_TRIES = 3;

  /** The registration is doubted at the second unanswered bind, and then after each so many. */
  int DOUBT_EVERY = 8;

  /** No flow, and none wanted. */
  record Closed() implements FlowState {}

  /**
   * The switch is asked to bind.
   *
   * @param before the path it had until now
   * @param unanswered how many binds in a row were not answered
   */
  record Binding(Grant grant, Optional<FlowPath> before, int unanswered, String cause)
      implements FlowState {}

  /** The phone can be called. */
  record Open(Grant grant, FlowPath path) implements FlowState {}

  /** What can happen to it. */
  sealed interface Event {
    /** The switch granted a registration. */
    record Granted(Grant grant, String cause) implements Event {}

    /** The network in front of the phone may have changed. */
    record Suspected(String cause) implements Event {}

    /** The switch granted a bind. */
    record Bound(FlowPath path) implements Event {}

    /**
     * The switch did not answer a bind, or its connection is gone.
     *
     * @param detail what happened to the connection; empty for silence
     */
    record Unanswered(String detail) implements Event {}

    /** The time to bind again has come. */
    record RetryDue() implements Event {}

    /** The switch has proven on one of the ports that it is there. */
    record Heard() implements Event {}

    /** The flow is not wanted any more. */
    record Close(String cause) implements Event {}
  }

  /** What is to be done about it. */
  sealed interface Effect {
    /** Bind from a new local port; the one before stays open until the new one is bound. */
    record BindNewPort(Grant grant) implements Effect {}

    /** Bind from the port that is open. */
    record BindSamePort(Grant grant) implements Effect {}

    /** Close all ports. */
    record ClosePorts() implements Effect {}

    /** Bind again after about this time. */
    record RetryIn(Duration delay) implements Effect {}

    /** Forget what was to happen later. */
    record CancelTimer() implements Effect {}

    /** What was granted does not lead to a flow: register again. */
    record DoubtRegistration(String cause) implements Effect {}

    /** The public address is another one, the switch says: ask for it. */
    record Hint(String cause) implements Effect {}

    /** Tell the vendor that the flow cannot be opened for now. */
    record TellDisrupted(String detail, Optional<Duration> retryIn) implements Effect {}

    /** Tell the vendor that the phone can be called. */
    record TellOpen(FlowPath path, String cause) implements Effect {}

    /** Tell the vendor that it can be called through another path. */
    record TellMoved(FlowPath path, String cause) implements Effect {}

    /** Tell the vendor that it cannot be called for now. */
    record TellLost(FlowPath path, String cause) implements Effect {}
  }

  /** The next state and what is to be done. */
  default Step<FlowState, Effect> on(Event event) {
    if (event instanceof Event.Granted granted) {
      return granted(granted.grant(), granted.cause());
    }
    if (this instanceof Closed) {
      return Step.stay(this);
    }
    if (event instanceof Event.Close close) {
      return new Step<>(
          new Closed(), List.of(new Effect.CancelTimer(), new Effect.ClosePorts()), close.cause());
    }
    if (event instanceof Event.Suspected suspected) {
      return bindNewPort(grant(), standing(), suspected.cause());
    }
    if (event instanceof Event.Bound bound) {
      return bound(bound.path());
    }
    if (event instanceof Event.Unanswered unanswered) {
      return unanswered(unanswered.detail());
    }
    if (event instanceof Event.Heard) {
      return heard();
    }
    return this instanceof Binding binding
        ? new Step<>(this, List.of(new Effect.BindNewPort(binding.grant())), "")
        : Step.stay(this); // RetryDue
  }

  /** A switch that speaks need not be waited for: one that restarts challenges the old path. */
  private Step<FlowState, Effect> heard() {
    return this instanceof Binding binding && binding.unanswered() > QUICK_TRIES
        ? new Step<>(
            this,
            List.of(new Effect.CancelTimer(), new Effect.BindSamePort(binding.grant())),
            "the switch is there again")
        : Step.stay(this);
  }

  /**
   * Whether the flow is there, as far as anybody knows: while it is bound anew, what is said goes
   * by the port before, or by the new one as soon as it is bound.
   */
  default boolean stands() {
    return this instanceof Open
        || (this instanceof Binding binding
            && binding.before().isPresent()
            && binding.unanswered() == 0);
  }

  private Grant grant() {
    if (this instanceof Binding binding) {
      return binding.grant();
    }
    if (this instanceof Open open) {
      return open.grant();
    }
    throw new IllegalStateException("a closed flow has no grant");
  }

  private Optional<FlowPath> before() {
    if (this instanceof Binding binding) {
      return binding.before();
    }
    return this instanceof Open open ? Optional.of(open.path()) : Optional.empty();
  }

  /** What the vendor was told is lost is not moved, but opened. */
  private Optional<FlowPath> standing() {
    return stands() ? before() : Optional.empty();
  }

  private Step<FlowState, Effect> granted(Grant grant, String cause) {
    if (this instanceof Closed
        || !grant().assignment().endpoint().equals(grant.assignment().endpoint())
        || grant().assignment().transport() != grant.assignment().transport()) {
      return bindNewPort(grant, standing(), cause);
    }
    boolean sameKey = grant().flowKey().keyId().equals(grant.flowKey().keyId());
    if (sameKey) {
      FlowState next =
          this instanceof Open open
              ? new Open(grant, open.path())
              : new Binding(grant, before(), ((Binding) this).unanswered(), cause);
      return new Step<>(next, List.of(), "");
    }
    int unanswered = this instanceof Binding binding ? binding.unanswered() : 0;
    // However long binds have gone unanswered: a switch that grants is there again.
    List<Effect> effects = List.of(new Effect.CancelTimer(), new Effect.BindSamePort(grant));
    return new Step<>(new Binding(grant, before(), unanswered, cause), effects, cause);
  }

  private static Step<FlowState, Effect> bindNewPort(
      Grant grant, Optional<FlowPath> before, String cause) {
    return new Step<>(
        new Binding(grant, before, 0, cause),
        List.of(new Effect.CancelTimer(), new Effect.BindNewPort(grant)),
        cause);
  }

  private Step<FlowState, Effect> bound(FlowPath path) {
    List<Effect> effects = new ArrayList<>();
    if (this instanceof Open open) {
      if (open.path().equals(path)) {
        return Step.stay(this);
      }
      String cause = "the switch sees " + path.mapped() + " instead of " + open.path().mapped();
      effects.add(new Effect.TellMoved(path, cause));
      effects.add(new Effect.Hint(cause));
      return new Step<>(new Open(open.grant(), path), effects, cause);
    }
    Binding binding = (Binding) this;
    effects.add(new Effect.CancelTimer());
    if (!binding.before().isPresent() || binding.unanswered() > 0) {
      effects.add(new Effect.TellOpen(path, binding.cause()));
    } else if (!binding.before().get().equals(path)) {
      effects.add(new Effect.TellMoved(path, binding.cause()));
    }
    if (binding.unanswered() > 0 && isSeenElsewhere(binding.before(), path)) {
      // Nobody has told of another address, or the flow would not have had to find out.
      effects.add(new Effect.Hint("the switch sees " + path.mapped()));
    }
    return new Step<>(new Open(binding.grant(), path), effects, "bound as " + path.mapped());
  }

  private static boolean isSeenElsewhere(Optional<FlowPath> before, FlowPath path) {
    return before.filter(b -> !b.mapped().address().equals(path.mapped().address())).isPresent();
  }

  private Step<FlowState, Effect> unanswered(String detail) {
    int failures = this instanceof Binding binding ? binding.unanswered() + 1 : 1;
    String cause =
        detail.isEmpty()
            ? "the switch does not answer on the flow"
            : "the connection to the switch is gone: " + detail;
    List<Effect> effects = new ArrayList<>();
    if (failures == 1 && before().isPresent()) {
      effects.add(new Effect.TellLost(before().get(), cause));
    }
    if (failures % DOUBT_EVERY == 2) {
      effects.add(new Effect.DoubtRegistration(cause));
    }
    Optional<Duration> pause = pauseAfter(failures);
    if (failures >= 2) {
      effects.add(
          new Effect.TellDisrupted(
              detail.isEmpty()
                  ? "no answer over UDP from "
                      + grant().assignment().endpoint()
                      + "; does a firewall drop it?"
                  : "no flow over "
                      + grant().assignment().transport()
                      + " to "
                      + grant().assignment().endpoint()
                      + ": "
                      + detail,
              pause));
    }
    if (pause.isPresent()) {
      effects.add(new Effect.RetryIn(pause.get()));
    } else {
      effects.add(
          failures == 1 ? new Effect.BindSamePort(grant()) : new Effect.BindNewPort(grant()));
    }
    return new Step<>(new Binding(grant(), before(), failures, cause), effects, cause);
  }

  /** A bind takes 1.5 s by itself: the first three follow each other at once. */
  private Optional<Duration> pauseAfter(int failures) {
    if (failures <= QUICK_TRIES) {
      return Optional.empty();
    }
    return Optional.of(
        grant().assignment().transport().isStream()
            ? RetryDelays.unconnected(failures - QUICK_TRIES)
            : RetryDelays.unanswered(failures));
  }
}
