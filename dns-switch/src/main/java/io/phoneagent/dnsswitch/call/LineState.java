// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import java.util.List;
import java.util.Optional;

/**
 * What a person with a plain telephone is doing, as the call agent sees it. Pure: what has happened
 * comes in, and what follows goes out. Calls are known by numbers of the line's own. Beside the one
 * at the ear there may be another one, which is held or waits.
 *
 * <pre>
 *   Idle --lifts--> Dialling --dials--> Calling --answered--> Talking --hangs up--> Idle
 *   Idle --called--> Ringing --lifts--> Talking
 *   Talking --flash--> Dialling beside the held one --flash--> Talking
 *   Talking --called--> Talking, another one waits --flash--> Talking with that one
 *   any call ended from elsewhere --> Toned --hangs up--> Idle, or Ringing if another one is left
 * </pre>
 */
sealed interface LineState {
  /** A busy subscriber, as SIP says it. */
  int BUSY = 486;

  /** What is heard where nothing more can be done but to hang up. */
  enum Tone {
    /** The other one is busy, or has hung up. */
    BUSY,
    /** The number is wrong, or leads nowhere now. */
    REORDER
  }

  /** What the caller hears before the answer. */
  enum Progress {
    /** Nothing yet. */
    SILENCE,
    /** That it rings. */
    RINGS,
    /** What comes from the other end. */
    AUDIO
  }

  /** On the hook, and nobody calls. */
  record Idle() implements LineState {}

  /** Hears the dial tone, or dials. */
  record Dialling(Optional<Integer> other) implements LineState {}

  /** Has dialled, and waits for the answer. */
  record Calling(int call, Progress progress, Optional<Integer> other) implements LineState {}

  /** On the hook, and it rings: for a call that comes, or for one that was left on hold. */
  record Ringing(int call) implements LineState {}

  /** Speaks with somebody. */
  record Talking(int call, Optional<Integer> other) implements LineState {}

  /** Hears a tone. */
  record Toned(Tone tone, Optional<Integer> other) implements LineState {}

  /** What has happened. */
  sealed interface Event {
    /** The handset was lifted. */
    record Lifted() implements Event {}

    /** The handset was put down. */
    record PutDown() implements Event {}

    /** The hook was tapped. */
    record Flashed() implements Event {}

    /**
     * A number was dialled.
     *
     * @param call what the call to it is known by
     */
    record Dialled(int call) implements Event {}

    /** What was dialled is no number, or nothing was. */
    record Misdialled() implements Event {}

    /** Somebody calls. */
    record Called(int call) implements Event {}

    /** The called end rings, or can be heard. */
    record Progressed(int call, Progress progress) implements Event {}

    /** The called end has answered. */
    record Answered(int call) implements Event {}

    /**
     * A call is over, not by this end.
     *
     * @param status of SIP, which says why
     */
    record Ended(int call, int status) implements Event {}

    /** The telephone has restarted, or is gone: it has no calls any more. */
    record Gone() implements Event {}
  }

  /** What is to be done about calls; what the telephone does follows from the state alone. */
  sealed interface Effect {
    /** This end is at that call now: answers it, or goes on with it. */
    record Connect(int call) implements Effect {}

    /** Puts a call on hold. */
    record Hold(int call) implements Effect {}

    /** Ends a call. */
    record Drop(int call) implements Effect {}

    /** Refuses one that comes: the person is busy. */
    record Refuse(int call) implements Effect {}

    /** Begins the call to the number that was dialled. */
    record Begin(int call) implements Effect {}

    /** Tells by a tone that somebody waits. */
    record Beep(int call) implements Effect {}
  }

  /** The next state and what leads there. */
  record Step(LineState next, List<Effect> effects) {}

  private static Step to(LineState next, Effect... effects) {
    return new Step(next, List.of(effects));
  }

  private static Step free(Optional<Integer> left, Effect... effects) {
    return to(left.<LineState>map(Ringing::new).orElseGet(Idle::new), effects);
  }

  /** The call at the ear, whether it is answered or not. */
  default Optional<Integer> current() {
    if (this instanceof Calling calling) {
      return Optional.of(calling.call());
    }
    return this instanceof Talking talking ? Optional.of(talking.call()) : Optional.empty();
  }

  /** The call that is held or waits, of which there is one at most. */
  default Optional<Integer> other() {
    return Optional.empty();
  }

  /** Whether the handset is off the hook. */
  default boolean isLifted() {
    return !(this instanceof Idle || this instanceof Ringing);
  }

  /** What follows from an event; one that means nothing here changes nothing. */
  default Step on(Event event) {
    if (event instanceof Event.Gone) {
      return to(new Idle());
    }
    if (event instanceof Event.Lifted) {
      return lifted();
    }
    if (event instanceof Event.PutDown) {
      return putDown();
    }
    if (event instanceof Event.Flashed) {
      return flashed();
    }
    if (event instanceof Event.Called called) {
      return called(called.call());
    }
    if (event instanceof Event.Ended ended) {
      return ended(ended.call(), ended.status());
    }
    if (event instanceof Event.Misdialled && this instanceof Dialling dialling) {
      return to(new Toned(Tone.REORDER, dialling.other()));
    }
    if (event instanceof Event.Dialled dialled) {
      return this instanceof Dialling dialling
          ? to(
              new Calling(dialled.call(), Progress.SILENCE, dialling.other()),
              new Effect.Begin(dialled.call()))
          : to(this, new Effect.Drop(dialled.call()));
    }
    if (event instanceof Event.Progressed progressed
        && this instanceof Calling calling
        && calling.call() == progressed.call()) {
      return to(new Calling(calling.call(), progressed.progress(), calling.other()));
    }
    if (event instanceof Event.Answered answered
        && this instanceof Calling calling
        && calling.call() == answered.call()) {
      return to(new Talking(calling.call(), calling.other()));
    }
    return to(this);
  }

  private Step lifted() {
    if (this instanceof Idle) {
      return to(new Dialling(Optional.empty()));
    }
    return this instanceof Ringing ringing
        ? to(new Talking(ringing.call(), Optional.empty()), new Effect.Connect(ringing.call()))
        : to(this);
  }

  private Step putDown() {
    if (!isLifted()) {
      return to(this);
    }
    Optional<Integer> dropped = current();
    return dropped.isPresent() ? free(other(), new Effect.Drop(dropped.get())) : free(other());
  }

  private Step flashed() {
    if (!isLifted() || (other().isEmpty() && !(this instanceof Talking))) {
      return to(this);
    }
    if (this instanceof Talking talking) {
      Effect hold = new Effect.Hold(talking.call());
      return talking.other().isEmpty()
          ? to(new Dialling(Optional.of(talking.call())), hold)
          : to(
              new Talking(talking.other().get(), Optional.of(talking.call())),
              hold,
              new Effect.Connect(talking.other().get()));
    }
    int back = other().orElseThrow();
    LineState next = new Talking(back, Optional.empty());
    return this instanceof Calling calling
        ? to(next, new Effect.Drop(calling.call()), new Effect.Connect(back))
        : to(next, new Effect.Connect(back));
  }

  private Step called(int call) {
    if (this instanceof Idle) {
      return to(new Ringing(call));
    }
    return this instanceof Talking talking && talking.other().isEmpty()
        ? to(new Talking(talking.call(), Optional.of(call)), new Effect.Beep(call))
        : to(this, new Effect.Refuse(call));
  }

  private Step ended(int call, int status) {
    if (this instanceof Ringing ringing && ringing.call() == call) {
      return to(new Idle());
    }
    if (current().filter(c -> c == call).isPresent()) {
      boolean wasTalking = this instanceof Talking;
      return to(new Toned(wasTalking || isBusy(status) ? Tone.BUSY : Tone.REORDER, other()));
    }
    return other().filter(o -> o == call).isPresent() ? to(alone()) : to(this);
  }

  private static boolean isBusy(int status) {
    return status == BUSY || status == 600 || status == 603;
  }

  /** The same without the other call. */
  private LineState alone() {
    if (this instanceof Dialling) {
      return new Dialling(Optional.empty());
    }
    if (this instanceof Calling calling) {
      return new Calling(calling.call(), calling.progress(), Optional.empty());
    }
    if (this instanceof Talking talking) {
      return new Talking(talking.call(), Optional.empty());
    }
    return this instanceof Toned toned ? new Toned(toned.tone(), Optional.empty()) : this;
  }
}
