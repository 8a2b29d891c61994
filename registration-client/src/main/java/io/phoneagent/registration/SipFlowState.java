// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.FlowPath;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the way stands that one line has to its SIP registrar. The registration itself opens and
 * moves it.
 *
 * <pre>
 *   Closed --registered--> Open --suspected, dead--> Doubted
 *      ^                    ^                          |
 *      |                    +------ registered --------+
 *      +------- close (from anywhere)
 * </pre>
 */
sealed interface SipFlowState {

  /** None, and none wanted. */
  record Closed() implements SipFlowState {}

  /** The phone can be called. */
  record Open(FlowPath path) implements SipFlowState {}

  /**
   * Perhaps it cannot be: it registers anew.
   *
   * @param before the path it had until now
   * @param lost whether that is known to lead nowhere
   */
  record Doubted(FlowPath before, boolean lost) implements SipFlowState {}

  /** What can happen to it. */
  sealed interface Event {
    /** The registrar has accepted a registration that came this way. */
    record Registered(FlowPath path, String cause) implements Event {}

    /** The network in front of the phone may have changed. */
    record Suspected(String cause) implements Event {}

    /** The registrar does not answer that way any more, or the connection is gone. */
    record Dead(String cause) implements Event {}

    /** It is not wanted any more. */
    record Close(String cause) implements Event {}
  }

  /** What is to be done about it. */
  sealed interface Effect {
    /** Close all ports, once what is under way on them is over. */
    record ClosePorts() implements Effect {}

    /** Calls go on by the new way, and the other ends are told of it. */
    record MoveCalls() implements Effect {}

    /** Register again. */
    record Register(String cause) implements Effect {}

    /** The public address is another one, the registrar says: ask for it. */
    record Hint(String cause) implements Effect {}

    /** Tell the vendor that the phone can be called. */
    record TellOpen(FlowPath path, String cause) implements Effect {}

    /** Tell the vendor that it can be called by another way. */
    record TellMoved(FlowPath path, String cause) implements Effect {}

    /** Tell the vendor that it cannot be called for now. */
    record TellLost(FlowPath path, String cause) implements Effect {}
  }

  /** The next state and what is to be done. */
  default Step<SipFlowState, Effect> on(Event event) {
    if (event instanceof Event.Registered registered) {
      return registered(registered.path(), registered.cause());
    }
    if (this instanceof Closed) {
      return Step.stay(this);
    }
    if (event instanceof Event.Close close) {
      return new Step<>(new Closed(), List.of(new Effect.ClosePorts()), close.cause());
    }
    if (event instanceof Event.Suspected suspected) {
      return this instanceof Open open
          ? new Step<>(new Doubted(open.path(), false), List.of(), suspected.cause())
          : Step.stay(this);
    }
    return dead(((Event.Dead) event).cause());
  }

  private Step<SipFlowState, Effect> registered(FlowPath path, String cause) {
    if (this instanceof Closed) {
      return new Step<>(new Open(path), List.of(new Effect.TellOpen(path, cause)), seen(path));
    }
    FlowPath before = this instanceof Open open ? open.path() : ((Doubted) this).before();
    List<Effect> effects = new ArrayList<>();
    if (!before.equals(path)) {
      effects.add(new Effect.MoveCalls());
    }
    if (this instanceof Doubted doubted && doubted.lost()) {
      effects.add(new Effect.TellOpen(path, cause));
    } else if (!before.equals(path)) {
      effects.add(new Effect.TellMoved(path, cause));
    }
    if (!before.mapped().address().equals(path.mapped().address())) {
      effects.add(new Effect.Hint("the registrar sees " + path.mapped()));
    }
    return new Step<>(new Open(path), effects, seen(path));
  }

  private static String seen(FlowPath path) {
    return "registered as " + path.mapped();
  }

  private Step<SipFlowState, Effect> dead(String cause) {
    if (this instanceof Doubted doubted) {
      return doubted.lost()
          ? Step.stay(this)
          : new Step<>(
              new Doubted(doubted.before(), true),
              List.of(new Effect.TellLost(doubted.before(), cause), new Effect.Register(cause)),
              cause);
    }
    FlowPath path = ((Open) this).path();
    return new Step<>(
        new Doubted(path, true),
        List.of(new Effect.TellLost(path, cause), new Effect.Register(cause)),
        cause);
  }
}
