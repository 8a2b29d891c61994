// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.Lease;
import io.phoneagent.PublicAddress;
import io.phoneagent.nat.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Where the device stands: has it an address, and is the firewall's known?
 *
 * <pre>
 *   Stopped --start--> [Delaying] --> Leasing --leased--> Probing --probed--> Online
 *      ^                                ^                   |                  | check due:
 *      |                                +---- lease lost ---+------------------+ probe again
 *      +----------------------------- stop (from anywhere) --------------------+
 *
 *   Leasing, Probing, Online --what watches has failed--> Delaying --over--> Leasing
 *
 *   any but Stopped --suspend--> Suspended --resume--> Online, or Leasing without an address
 * </pre>
 *
 * Suspended, it still takes note of what becomes of the address, so that it knows where it is when
 * it is resumed.
 *
 * <p>A probe that finds nothing does not hold the phone up: it goes online without a public
 * address, and asks again at the next check. Events that come too late to mean anything change
 * nothing.
 */
sealed interface AgentState {
  /** A plug-in that fails now may find what it lacks a moment later, a modem for instance. */
  Duration WATCH_AGAIN = Duration.ofSeconds(5);

  /** Off. */
  record Stopped() implements AgentState {}

  /**
   * Waits a moment before it watches the address: after the start, so that many phones do not
   * register at once, and where what watches it has failed.
   *
   * @param over the cause of what comes then
   */
  record Delaying(String over) implements AgentState {
    Delaying() {
      this("the start-up delay is over");
    }
  }

  /**
   * Does nothing until it is resumed.
   *
   * @param watching whether the address has been watched, and is to be again
   * @param publicAddress what the firewall's was
   */
  record Suspended(boolean watching, Optional<Lease> lease, Optional<PublicAddress> publicAddress)
      implements AgentState {

    private Step<AgentState, Effect> suspendedOn(Event event) {
      if (event instanceof Event.Leased leased) {
        return new Step<>(
            new Suspended(watching, Optional.of(leased.lease()), publicAddress),
            List.of(new Effect.TellLease(leased.lease(), leased.cause())),
            leased.cause());
      }
      if (event instanceof Event.LeaseLost lost) {
        return new Step<>(
            new Suspended(watching, Optional.empty(), publicAddress), List.of(), lost.cause());
      }
      return event instanceof Event.Resume resume ? resume(resume.cause()) : Step.stay(this);
    }

    /** At once with what was known; what has changed meanwhile is found out beside it. */
    private Step<AgentState, Effect> resume(String cause) {
      Effect told = new Effect.TellResumed(cause);
      if (!watching) {
        return new Step<>(new Leasing(), List.of(told, new Effect.WatchAddress()), cause);
      }
      if (!lease.isPresent()) {
        return new Step<>(new Leasing(), List.of(told), cause);
      }
      if (!publicAddress.isPresent()) {
        return new Step<>(
            new Probing(lease.get()),
            List.of(told, new Effect.Probe(lease.get(), Optional.empty())),
            cause);
      }
      Online online = new Online(lease.get(), publicAddress, "");
      return new Step<>(
          online,
          List.of(
              told,
              new Effect.Locate(online.location(), cause),
              new Effect.Probe(lease.get(), publicAddress)),
          cause);
    }
  }

  /**
   * Waits for an address of its own.
   *
   * @param before where it was when it lost the address before, if it knew
   */
  record Leasing(Optional<Online> before) implements AgentState {
    Leasing() {
      this(Optional.empty());
    }

    /**
     * Where it is again, as far as can be known: behind the same firewall. Many have the same
     * address, but not on the same interface; its own address may well be another one.
     */
    private Optional<Online> regained(Lease lease) {
      return before
          .filter(b -> b.publicAddress().isPresent())
          .filter(b -> b.lease().gateway().equals(lease.gateway()))
          .filter(b -> b.lease().interfaceName().equals(lease.interfaceName()))
          .map(b -> new Online(lease, b.publicAddress(), b.trouble()));
    }
  }

  /** Has an address; asks for the firewall's for the first time. */
  record Probing(Lease lease) implements AgentState {}

  /**
   * Knows where it is, as far as that can be known; the lines register from here.
   *
   * @param trouble why the last check found nothing; empty if it did
   * @param announced what was heard of a change and not yet looked into; empty for nothing
   */
  record Online(
      Lease lease, Optional<PublicAddress> publicAddress, String trouble, String announced)
      implements AgentState {
    Online(Lease lease, Optional<PublicAddress> publicAddress, String trouble) {
      this(lease, publicAddress, trouble, "");
    }

    Location location() {
      return new Location(lease, publicAddress);
    }
  }

  /** What can happen to it. */
  sealed interface Event {
    /** The vendor switches it on; it begins after this delay. */
    record Start(Duration delay) implements Event {}

    /** The delay after the start is over. */
    record DelayOver() implements Event {}

    /** The vendor suspends it. */
    record Suspend(String cause) implements Event {}

    /** The vendor goes on with it. */
    record Resume(String cause) implements Event {}

    /** There is an address, a first one or another. */
    record Leased(Lease lease, String cause) implements Event {
      /** A plug-in may forget one; it hears so before anything has changed. */
      public Leased {
        Objects.requireNonNull(lease, "lease");
        Objects.requireNonNull(cause, "cause");
      }
    }

    /** There is no address any more, or none yet. */
    record LeaseLost(String cause) implements Event {
      /** As for the other one. */
      public LeaseLost {
        Objects.requireNonNull(cause, "cause");
      }
    }

    /** What was to watch the address has failed, and is closed. */
    record WatchFailed(String cause) implements Event {}

    /** All sources have been asked under this lease. */
    record Probed(Lease lease, Verdict verdict) implements Event {}

    /** The pre-set interval has passed. */
    record CheckDue() implements Event {}

    /** Something suggests that the public address may have changed: ask now. */
    record Hint(String cause) implements Event {}

    /**
     * A source has heard that the public address has changed: ask now. Where it is the same again,
     * the firewall may have forgotten the flow all the same.
     */
    record Announced(String cause) implements Event {}

    /** The vendor switches it off. */
    record Stop(String cause) implements Event {}
  }

  /** What is to be done about it. */
  sealed interface Effect {
    /** Begin after this time. */
    record BeginIn(Duration delay) implements Effect {}

    /** Forget what was to happen later. */
    record CancelTimers() implements Effect {}

    /** Watch the address no more for now, and keep it. */
    record RestAddress() implements Effect {}

    /** Tell the vendor that the agent rests. */
    record TellSuspended(String cause) implements Effect {}

    /** Tell the vendor that it goes on. */
    record TellResumed(String cause) implements Effect {}

    /** Begin to watch the device's own address. */
    record WatchAddress() implements Effect {}

    /** Stop watching it, and give it back if it was leased. */
    record LeaveAddress() implements Effect {}

    /** Ask all sources for the public address, and count the interval from now. */
    record Probe(Lease lease, Optional<PublicAddress> current) implements Effect {}

    /** The flows are to be bound anew, to see whether the public address has changed. */
    record Verify(String cause) implements Effect {}

    /** The lines are at this place now. */
    record Locate(Location location, String cause) implements Effect {}

    /** The lines are nowhere. */
    record Unlocate(String cause) implements Effect {}

    /** Tell the vendor of an address. */
    record TellLease(Lease lease, String cause) implements Effect {}

    /** Tell the vendor of a public address. */
    record TellPublicAddress(PublicAddress address, String cause) implements Effect {}

    /** Tell the vendor what does not work for now, and when it is tried again if that is known. */
    record TellDisrupted(String what, String detail, Optional<Duration> retryIn)
        implements Effect {}
  }

  /** The next state and what is to be done. */
  default Step<AgentState, Effect> on(Event event) {
    if (this instanceof Stopped) {
      return event instanceof Event.Start start ? started(start.delay()) : Step.stay(this);
    }
    if (event instanceof Event.Stop stop) {
      return new Step<>(
          new Stopped(),
          List.of(
              new Effect.Unlocate(stop.cause()),
              new Effect.CancelTimers(),
              new Effect.LeaveAddress()),
          stop.cause());
    }
    if (this instanceof Suspended suspended) {
      return suspended.suspendedOn(event);
    }
    if (event instanceof Event.Suspend suspend) {
      return suspend(suspend.cause());
    }
    if (this instanceof Delaying delaying) {
      return event instanceof Event.DelayOver
          ? new Step<>(new Leasing(), List.of(new Effect.WatchAddress()), delaying.over())
          : Step.stay(this);
    }
    if (event instanceof Event.WatchFailed failed) {
      return watchFailed(failed.cause());
    }
    if (event instanceof Event.Leased leased) {
      return leased(leased.lease(), leased.cause());
    }
    if (event instanceof Event.LeaseLost lost) {
      return lost(lost.cause());
    }
    if (event instanceof Event.Probed probed) {
      return probed(probed.lease(), probed.verdict());
    }
    if (event instanceof Event.CheckDue) {
      return check("");
    }
    if (event instanceof Event.Hint hint) {
      return check(hint.cause());
    }
    if (event instanceof Event.Announced announced) {
      return announced(announced.cause());
    }
    return Step.stay(this); // Start, DelayOver and Resume, while it runs
  }

  private static Step<AgentState, Effect> started(Duration delay) {
    return delay.isZero()
        ? new Step<>(new Leasing(), List.of(new Effect.WatchAddress()), "started")
        : new Step<>(
            new Delaying(),
            List.of(new Effect.BeginIn(delay)),
            "started; begins in " + delay.toMillis() + " ms");
  }

  private Step<AgentState, Effect> suspend(String cause) {
    List<Effect> effects = new ArrayList<>();
    if (this instanceof Online) {
      effects.add(new Effect.Unlocate(cause));
    }
    effects.add(new Effect.CancelTimers());
    if (!(this instanceof Delaying)) {
      effects.add(new Effect.RestAddress());
    }
    effects.add(new Effect.TellSuspended(cause));
    Optional<Lease> lease = Optional.empty();
    Optional<PublicAddress> publicAddress = Optional.empty();
    if (this instanceof Online online) {
      lease = Optional.of(online.lease());
      publicAddress = online.publicAddress();
    } else if (this instanceof Probing probing) {
      lease = Optional.of(probing.lease());
    }
    return new Step<>(
        new Suspended(!(this instanceof Delaying), lease, publicAddress), effects, cause);
  }

  private Step<AgentState, Effect> leased(Lease lease, String cause) {
    List<Effect> effects = new ArrayList<>();
    effects.add(new Effect.TellLease(lease, cause));
    Optional<Online> moved = Optional.empty();
    if (this instanceof Online online) {
      moved =
          Optional.of(
              new Online(lease, online.publicAddress(), online.trouble(), online.announced()));
      if (online.lease().address().equals(lease.address())
          && online.lease().gateway().equals(lease.gateway())) {
        return new Step<>(moved.get(), effects, cause);
      }
    } else if (this instanceof Leasing leasing) {
      moved = leasing.regained(lease);
    }
    if (moved.isPresent()) {
      // The public address may well be the same as before, and is asked for meanwhile.
      effects.add(new Effect.Locate(moved.get().location(), cause));
      effects.add(new Effect.Probe(lease, moved.get().publicAddress()));
      return new Step<>(moved.get(), effects, cause);
    }
    effects.add(new Effect.Probe(lease, Optional.empty()));
    return new Step<>(new Probing(lease), effects, cause);
  }

  private Step<AgentState, Effect> lost(String cause) {
    List<Effect> effects = new ArrayList<>();
    Optional<Online> before = Optional.empty();
    if (this instanceof Online online) {
      before = Optional.of(online);
      effects.add(new Effect.Unlocate(cause));
    } else if (this instanceof Leasing leasing) {
      before = leasing.before();
    }
    effects.add(new Effect.TellDisrupted("address", cause, Optional.empty()));
    return new Step<>(new Leasing(before), effects, cause);
  }

  private Step<AgentState, Effect> watchFailed(String cause) {
    List<Effect> effects = new ArrayList<>();
    if (this instanceof Online) {
      effects.add(new Effect.Unlocate(cause));
    }
    effects.add(new Effect.CancelTimers());
    effects.add(new Effect.BeginIn(WATCH_AGAIN));
    effects.add(new Effect.TellDisrupted("address", cause, Optional.of(WATCH_AGAIN)));
    return new Step<>(new Delaying("the address is to be watched again"), effects, cause);
  }

  private Step<AgentState, Effect> check(String cause) {
    if (this instanceof Online online) {
      return new Step<>(
          this, List.of(new Effect.Probe(online.lease(), online.publicAddress())), cause);
    }
    if (this instanceof Probing probing) {
      return new Step<>(this, List.of(new Effect.Probe(probing.lease(), Optional.empty())), cause);
    }
    return Step.stay(this);
  }

  private Step<AgentState, Effect> announced(String cause) {
    Step<AgentState, Effect> asked = check("");
    return this instanceof Online online
        ? new Step<>(
            new Online(
                online.lease(),
                online.publicAddress(),
                online.trouble(),
                cause.isEmpty() ? online.announced() : cause),
            asked.effects(),
            "")
        : asked;
  }

  /** Agreement goes without saying. */
  private static String cause(PublicAddress now) {
    String says = now.source() + " says " + now.address().getHostAddress();
    return now.verdict().startsWith("agreed") || !now.verdict().contains(": ")
        ? says
        : says + "; " + now.verdict();
  }

  private Step<AgentState, Effect> probed(Lease lease, Verdict verdict) {
    Optional<PublicAddress> before = Optional.empty();
    String trouble = "";
    String announced = "";
    if (this instanceof Online online && online.lease().equals(lease)) {
      before = online.publicAddress();
      trouble = online.trouble();
      announced = online.announced();
    } else if (!(this instanceof Probing probing && probing.lease().equals(lease))) {
      return Step.stay(this); // asked under a lease that is gone
    }
    List<Effect> effects = new ArrayList<>();
    if (verdict instanceof Verdict.Known known) {
      PublicAddress now = known.address();
      Online online = new Online(lease, Optional.of(now), "");
      String cause = cause(now);
      boolean same = before.isPresent() && before.get().address().equals(now.address());
      if (same && !announced.isEmpty()) {
        // There and back before anybody could ask: the firewall knows nothing of the flow any more.
        String still =
            announced + ", and " + cause + " as before; a bind shows whether the flow is there";
        effects.add(new Effect.Verify(still));
        return new Step<>(online, effects, still);
      }
      if (same && trouble.isEmpty()) {
        return Step.stay(this);
      }
      if (!same) {
        effects.add(new Effect.TellPublicAddress(now, cause));
        effects.add(new Effect.Locate(online.location(), cause));
      }
      return new Step<>(online, effects, cause);
    }
    if (verdict instanceof Verdict.Doubtful doubtful) {
      String cause =
          doubtful.why() + "; a bind shows whether it is " + doubtful.claimed().getHostAddress();
      effects.add(new Effect.Verify(cause));
      return new Step<>(new Online(lease, before, ""), effects, cause);
    }
    String why = ((Verdict.Unknown) verdict).why();
    if (trouble.isEmpty()) {
      effects.add(new Effect.TellDisrupted("public-address", why, Optional.empty()));
    }
    Online online = new Online(lease, before, why, announced);
    if (this instanceof Probing) {
      effects.add(new Effect.Locate(online.location(), "no public address known: " + why));
    }
    return new Step<>(online, effects, "no source knows the public address: " + why);
  }
}
