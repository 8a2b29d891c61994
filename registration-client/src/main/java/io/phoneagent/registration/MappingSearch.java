// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How long this network's firewall keeps an idle mapping, as far as it is known. Whole seconds.
 *
 * <pre>
 *   Off --opened--> Learning --found, and seen twice--> Settled --due--> Checking
 *    |                ^  ^                                 ^               |  |
 *    |                |  +--- died twice ------------------|---------------+  |
 *    |                +------ a mapping was lost (from anywhere but Off)      |
 *    +--opened where it is known--> Checking               +------ lived -----+
 *   Off <--closed-- (anywhere)
 * </pre>
 *
 * A time counts as too long after two mappings have died in it, and as short enough after two have
 * lived. Until then, and wherever there is doubt, the flow is kept alive as often as the switch
 * says.
 */
sealed interface MappingSearch {
  /** A mapping that is noted by the switch is forgotten after 15 minutes. */
  int LONGEST = 14 * 60;

  /** The next time to try is longer by this. */
  double GROWTH = 1.6;

  /** It is found when what lived and what died are as near as this. */
  double NEAR = 1.06;

  /** The share of what lived that is used. */
  double USED = 0.9;

  /** The share of what lived that is checked later: between what is used and what lived. */
  double CHECKED = 0.95;

  /** When what was found is checked, first and later. */
  List<Duration> CHECKS = List.of(Duration.ofHours(1), Duration.ofHours(4), Duration.ofDays(1));

  /** The wait after what could not be found out doubles from this on, six times. */
  Duration AFTER_UNCLEAR = Duration.ofMinutes(1);

  /**
   * What bounds it.
   *
   * @param safe what the registration says
   * @param longest what the switch permits; as long as safe, or shorter, where it permits nothing
   */
  record Bounds(int safe, int longest) {
    int most() {
      return Math.max(safe, Math.min(longest, LONGEST));
    }
  }

  /** There is no flow. */
  record Off() implements MappingSearch {}

  /**
   * Another time is being tried.
   *
   * @param lived the longest that a mapping has lived; at first what the switch says
   * @param dead the shortest in which two have died; 0 for none
   * @param trying what is being tried
   * @param died how many have died in that
   * @param unclear how often in a row it could not be found out
   */
  record Learning(int lived, int dead, int trying, int died, int unclear)
      implements MappingSearch {}

  /**
   * It is known.
   *
   * @param lived the longest that a mapping has lived, twice
   * @param checks how often that was checked
   */
  record Settled(int lived, int checks) implements MappingSearch {}

  /**
   * It was known, and is being checked.
   *
   * @param trusted whether the flow goes by it meanwhile
   */
  record Checking(int lived, int checks, boolean trusted, int died, int unclear)
      implements MappingSearch {}

  /** What can happen. */
  sealed interface Event {
    /**
     * The flow is open.
     *
     * @param known what was found in this network before; 0 for nothing
     */
    record Opened(int known) implements Event {}

    /** The second mapping has lived for the time that was wanted. */
    record Lived() implements Event {}

    /** It has not. */
    record Died() implements Event {}

    /** It could not be found out. */
    record Unclear() implements Event {}

    /** The time has come. */
    record Due() implements Event {}

    /** The flow's own mapping was lost while the network was the same. */
    record Lost() implements Event {}

    /** The flow is not open any more. */
    record Closed() implements Event {}
  }

  /** What is to be done. */
  sealed interface Effect {
    /** Find out whether a mapping lives so long. */
    record Measure(int seconds) implements Effect {}

    /** End what is under way, and what was to happen later. */
    record Stop() implements Effect {}

    /** Say {@link Event.Due} after about this time. */
    record DueIn(Duration delay) implements Effect {}

    /** Keep the flow alive so often. */
    record KeepAlive(int seconds) implements Effect {}

    /** Keep the flow alive as the switch says. */
    record KeepAliveSafely() implements Effect {}

    /** Remember this of the network; 0 forgets. */
    record Remember(int lived) implements Effect {}
  }

  /** The next state, what is to be done, and why. */
  default Step<MappingSearch, Effect> on(Event event, Bounds bounds) {
    if (event instanceof Event.Closed) {
      return this instanceof Off
          ? Step.stay(this)
          : new Step<>(new Off(), List.of(new Effect.Stop(), new Effect.KeepAliveSafely()), "");
    }
    if (event instanceof Event.Opened opened) {
      return opened(opened.known(), bounds);
    }
    if (this instanceof Off) {
      return Step.stay(this);
    }
    if (event instanceof Event.Lost) {
      return learnAnew("a mapping was lost: its life is measured anew", bounds);
    }
    if (this instanceof Learning learning) {
      return learning(learning, event, bounds);
    }
    if (this instanceof Checking checking) {
      return checking(checking, event, bounds);
    }
    Settled settled = (Settled) this;
    return event instanceof Event.Due
        ? new Step<>(
            new Checking(settled.lived(), settled.checks(), true, 0, 0),
            List.of(new Effect.Measure(checked(settled.lived()))),
            "")
        : Step.stay(this);
  }

  private Step<MappingSearch, Effect> opened(int known, Bounds bounds) {
    if (known <= bounds.safe() || known > bounds.most()) {
      return learnAnew("", bounds);
    }
    return new Step<>(
        new Checking(known, 0, false, 0, 0),
        List.of(
            new Effect.Stop(), new Effect.KeepAliveSafely(), new Effect.Measure(checked(known))),
        "mappings here lived " + known + " s: that is checked");
  }

  private static Step<MappingSearch, Effect> learnAnew(String cause, Bounds bounds) {
    int first = longer(bounds.safe());
    return new Step<>(
        new Learning(bounds.safe(), 0, first, 0, 0),
        List.of(
            new Effect.Stop(),
            new Effect.KeepAliveSafely(),
            new Effect.Remember(0),
            new Effect.Measure(first)),
        cause);
  }

  private static int longer(int lived) {
    return Math.max(lived + 1, (int) Math.round(lived * GROWTH));
  }

  private static int checked(int lived) {
    return Math.max(1, (int) Math.ceil(lived * CHECKED));
  }

  private static Step<MappingSearch, Effect> learning(Learning now, Event event, Bounds bounds) {
    if (event instanceof Event.Lived) {
      if (now.trying() == now.lived()) {
        return settled(now.lived(), 0, true, bounds);
      }
      // The first answer says what the switch permits: what was tried may be more than that.
      return next(Math.min(now.trying(), bounds.most()), now.dead(), bounds);
    }
    if (event instanceof Event.Died) {
      if (now.died() == 0) {
        return measure(new Learning(now.lived(), now.dead(), now.trying(), 1, 0));
      }
      int lived = now.trying() == now.lived() ? bounds.safe() : now.lived();
      return next(lived, now.trying(), bounds);
    }
    if (event instanceof Event.Unclear) {
      return new Step<>(
          new Learning(now.lived(), now.dead(), now.trying(), now.died(), now.unclear() + 1),
          List.of(new Effect.DueIn(afterUnclear(now.unclear()))),
          "");
    }
    return measure(now); // Due
  }

  private static Step<MappingSearch, Effect> measure(Learning next) {
    return new Step<>(next, List.of(new Effect.Measure(next.trying())), "");
  }

  private static Step<MappingSearch, Effect> next(int lived, int dead, Bounds bounds) {
    int trying;
    if (dead == 0) {
      trying = Math.min(longer(lived), bounds.most());
    } else if (dead - lived <= 1 || dead <= lived * NEAR) {
      trying = lived;
    } else {
      trying = (lived + dead) / 2;
    }
    if (trying <= lived && lived <= bounds.safe()) {
      return settled(bounds.safe(), 0, true, bounds);
    }
    return measure(new Learning(lived, dead, Math.max(trying, lived), 0, 0));
  }

  private static Step<MappingSearch, Effect> settled(
      int lived, int checks, boolean news, Bounds bounds) {
    int used = used(lived, bounds);
    List<Effect> effects = new ArrayList<>();
    if (news) {
      effects.add(used > bounds.safe() ? new Effect.KeepAlive(used) : new Effect.KeepAliveSafely());
      effects.add(new Effect.Remember(lived));
    }
    effects.add(new Effect.DueIn(CHECKS.get(Math.min(checks, CHECKS.size() - 1))));
    String life =
        lived > bounds.safe()
            ? "mappings here live " + lived + " s"
            : "mappings here do not live longer than they have to";
    return new Step<>(
        new Settled(lived, checks), effects, news ? life + ": keep-alive each " + used + " s" : "");
  }

  /** What a phone goes by where mappings have lived so long. */
  static int used(int lived, Bounds bounds) {
    return Math.max(bounds.safe(), Math.min((int) (lived * USED), bounds.most()));
  }

  private static Step<MappingSearch, Effect> checking(Checking now, Event event, Bounds bounds) {
    if (event instanceof Event.Lived) {
      return settled(now.lived(), now.checks() + 1, !now.trusted(), bounds);
    }
    if (event instanceof Event.Died) {
      return now.died() == 0
          ? measure(new Checking(now.lived(), now.checks(), now.trusted(), 1, 0))
          : learnAnew("mappings here do not live " + checked(now.lived()) + " s any more", bounds);
    }
    if (event instanceof Event.Unclear) {
      return new Step<>(
          new Checking(now.lived(), now.checks(), now.trusted(), now.died(), now.unclear() + 1),
          List.of(new Effect.DueIn(afterUnclear(now.unclear()))),
          "");
    }
    return measure(now); // Due
  }

  private static Step<MappingSearch, Effect> measure(Checking next) {
    return new Step<>(next, List.of(new Effect.Measure(checked(next.lived()))), "");
  }

  private static Duration afterUnclear(int before) {
    return AFTER_UNCLEAR.multipliedBy(1L << Math.min(before, 6));
  }
}
