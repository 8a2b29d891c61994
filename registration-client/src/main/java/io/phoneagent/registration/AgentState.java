// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.Lease;
import io.phoneagent.PublicAddress;
import io.phoneagent.nat.Verdict;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where the device stands: has it an address, and is the firewall's known?
 *
 * <pre>
 *   Stopped --start--> Leasing --leased--> Probing --probed--> Online
 *      ^                  ^                   |                  | check due: probe again
 *      |                  +---- lease lost ---+------------------+
 *      +--------------------- stop (from anywhere) --------------+
 * </pre>
 *
 * A probe that finds nothing does not hold the phone up: it goes online without a public address,
 * and asks again at the next check. Events that come too late to mean anything change nothing.
 */
sealed interface AgentState {

  /** Off. */
  record Stopped() implements AgentState {}

  /** Waits for an address of its own. */
  record Leasing() implements AgentState {}

  /** Has an address; asks for the firewall's for the first time. */
  record Probing(Lease lease) implements AgentState {}

  /**
   * Knows where it is, as far as that can be known; the lines register from here.
   *
   * @param trouble why the last check found nothing; empty if it did
   */
  record Online(Lease lease, Optional<PublicAddress> publicAddress, String trouble)
      implements AgentState {
    Location location() {
      return new Location(lease, publicAddress);
    }
  }

  /** What can happen to it. */
  sealed interface Event {
    /** The vendor switches it on. */
    record Start() implements Event {}

    /** There is an address, a first one or another. */
    record Leased(Lease lease, String cause) implements Event {}

    /** There is no address any more, or none yet. */
    record LeaseLost(String cause) implements Event {}

    /** All sources have been asked under this lease. */
    record Probed(Lease lease, Verdict verdict) implements Event {}

    /** The pre-set interval has passed. */
    record CheckDue() implements Event {}

    /** Something suggests that the public address may have changed: ask now. */
    record Hint(String cause) implements Event {}

    /** The vendor switches it off. */
    record Stop(String cause) implements Event {}
  }

  /** What is to be done about it. */
  sealed interface Effect {
    /** Begin to watch the device's own address. */
    record WatchAddress() implements Effect {}

    /** Stop watching it, and give it back if it was leased. */
    record LeaveAddress() implements Effect {}

    /** Ask all sources for the public address, and count the interval from now. */
    record Probe(Lease lease, Optional<InetAddress> current) implements Effect {}

    /** The lines are at this place now. */
    record Locate(Location location, String cause) implements Effect {}

    /** The lines are nowhere. */
    record Unlocate(String cause) implements Effect {}

    /** Tell the vendor of an address. */
    record TellLease(Lease lease, String cause) implements Effect {}

    /** Tell the vendor of a public address. */
    record TellPublicAddress(PublicAddress address, String cause) implements Effect {}

    /** Tell the vendor what does not work for now. */
    record TellDisrupted(String what, String detail) implements Effect {}
  }

  /** The next state and what is to be done. */
  default Step<AgentState, Effect> on(Event event) {
    if (event instanceof Event.Stop stop) {
      return this instanceof Stopped
          ? Step.stay(this)
          : new Step<>(
              new Stopped(),
              List.of(new Effect.Unlocate(stop.cause()), new Effect.LeaveAddress()),
              stop.cause());
    }
    if (this instanceof Stopped) {
      return event instanceof Event.Start
          ? new Step<>(new Leasing(), List.of(new Effect.WatchAddress()), "started")
          : Step.stay(this);
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
    return Step.stay(this); // Start, while it runs
  }

  private Step<AgentState, Effect> leased(Lease lease, String cause) {
    List<Effect> effects = new ArrayList<>();
    effects.add(new Effect.TellLease(lease, cause));
    if (this instanceof Online online) {
      if (online.lease().address().equals(lease.address())
          && online.lease().gateway().equals(lease.gateway())) {
        return new Step<>(
            new Online(lease, online.publicAddress(), online.trouble()), effects, cause);
      }
      // The flow breaks now; the public address may well stay the same, and is asked for meanwhile.
      Online moved = new Online(lease, online.publicAddress(), online.trouble());
      effects.add(new Effect.Locate(moved.location(), cause));
      effects.add(new Effect.Probe(lease, online.publicAddress().map(PublicAddress::address)));
      return new Step<>(moved, effects, cause);
    }
    effects.add(new Effect.Probe(lease, Optional.empty()));
    return new Step<>(new Probing(lease), effects, cause);
  }

  private Step<AgentState, Effect> lost(String cause) {
    List<Effect> effects = new ArrayList<>();
    if (this instanceof Online) {
      effects.add(new Effect.Unlocate(cause));
    }
    effects.add(new Effect.TellDisrupted("address", cause));
    return new Step<>(new Leasing(), effects, cause);
  }

  private Step<AgentState, Effect> check(String cause) {
    if (this instanceof Online online) {
      return new Step<>(
          this,
          List.of(
              new Effect.Probe(online.lease(), online.publicAddress().map(PublicAddress::address))),
          cause);
    }
    if (this instanceof Probing probing) {
      return new Step<>(this, List.of(new Effect.Probe(probing.lease(), Optional.empty())), cause);
    }
    return Step.stay(this);
  }

  private Step<AgentState, Effect> probed(Lease lease, Verdict verdict) {
    Optional<PublicAddress> before = Optional.empty();
    String trouble = "";
    if (this instanceof Online online && online.lease().equals(lease)) {
      before = online.publicAddress();
      trouble = online.trouble();
    } else if (!(this instanceof Probing probing && probing.lease().equals(lease))) {
      return Step.stay(this); // asked under a lease that is gone
    }
    List<Effect> effects = new ArrayList<>();
    if (verdict instanceof Verdict.Known known) {
      PublicAddress now = known.address();
      Online online = new Online(lease, Optional.of(now), "");
      String cause = now.source() + " says " + now.address().getHostAddress();
      boolean same = before.isPresent() && before.get().address().equals(now.address());
      if (same && trouble.isEmpty()) {
        return Step.stay(this);
      }
      if (!same) {
        effects.add(new Effect.TellPublicAddress(now, cause));
        effects.add(new Effect.Locate(online.location(), cause));
      }
      return new Step<>(online, effects, cause);
    }
    String why = ((Verdict.Unknown) verdict).why();
    if (trouble.isEmpty()) {
      effects.add(new Effect.TellDisrupted("public-address", why));
    }
    Online online = new Online(lease, before, why);
    if (this instanceof Probing) {
      effects.add(new Effect.Locate(online.location(), "no public address known: " + why));
    }
    return new Step<>(online, effects, "no source knows the public address: " + why);
  }
}
