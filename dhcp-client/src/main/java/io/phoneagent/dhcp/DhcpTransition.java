// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import io.phoneagent.dhcp.DhcpState.Bound;
import io.phoneagent.dhcp.DhcpState.Checking;
import io.phoneagent.dhcp.DhcpState.Effect;
import io.phoneagent.dhcp.DhcpState.Event;
import io.phoneagent.dhcp.DhcpState.Init;
import io.phoneagent.dhcp.DhcpState.Linkless;
import io.phoneagent.dhcp.DhcpState.Rebinding;
import io.phoneagent.dhcp.DhcpState.Rebooting;
import io.phoneagent.dhcp.DhcpState.Renewing;
import io.phoneagent.dhcp.DhcpState.Requesting;
import io.phoneagent.dhcp.DhcpState.Resting;
import io.phoneagent.dhcp.DhcpState.Selecting;
import io.phoneagent.dhcp.DhcpState.Stopped;
import io.phoneagent.dhcpmessage.LinkAddress;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One step from one state; used once. */
final class DhcpTransition {
  private static final Duration LONGEST_FLOOR = Duration.ofSeconds(60);

  private final DhcpState state;
  private final Moment moment;
  private final List<Effect> effects = new ArrayList<>();

  /** The address in use; changes within the step. */
  private Optional<Granted> held;

  private Optional<Remembered> remembered;

  DhcpTransition(DhcpState state, Moment moment) {
    this.state = state;
    this.moment = moment;
    this.held = state.held();
    this.remembered = remembered(state);
  }

  private static Optional<Remembered> remembered(DhcpState state) {
    if (state.held().isPresent()) {
      return state.held().map(DhcpTransition::toRemember);
    }
    if (state instanceof Linkless linkless) {
      return linkless.remembered();
    }
    if (state instanceof Resting resting) {
      return resting.remembered();
    }
    if (state instanceof Init init) {
      return init.remembered();
    }
    if (state instanceof Selecting selecting) {
      return selecting.remembered();
    }
    return state instanceof Rebooting rebooting
        ? Optional.of(rebooting.remembered())
        : Optional.empty();
  }

  private static Remembered toRemember(Granted granted) {
    return new Remembered(granted.address(), granted.server());
  }

  Step on(Event event) {
    if (state instanceof Stopped) {
      return event instanceof Event.Start start
          ? next(new Linkless(start.remembered(), Optional.empty()))
          : Step.stay(state);
    }
    if (event instanceof Event.Stop stop) {
      return stop(stop.release());
    }
    if (state instanceof Resting resting) {
      return resting(resting, event);
    }
    if (event instanceof Event.Suspend) {
      effects.add(new Effect.CancelTimer());
      effects.add(new Effect.Rest());
      return next(new Resting(remembered, held, !(state instanceof Linkless)));
    }
    if (event instanceof Event.LinkDown down) {
      return linkDown(down.cause());
    }
    if (event instanceof Event.LinkUp) {
      return state instanceof Linkless ? begin() : Step.stay(state);
    }
    if (event instanceof Event.TimerDue) {
      return timerDue();
    }
    if (event instanceof Event.ApplyFailed failed) {
      return state instanceof Bound ? applyFailed(failed.cause()) : Step.stay(state);
    }
    if (event instanceof Event.Taken taken) {
      return taken(taken.address());
    }
    if (event instanceof Event.Claimed claimed) {
      return claimed(claimed.address(), claimed.by());
    }
    if (event instanceof Event.Offered offered) {
      return offered(offered.reply());
    }
    if (event instanceof Event.Acknowledged acknowledged) {
      return acknowledged(acknowledged.reply());
    }
    return event instanceof Event.Refused refused ? refused(refused.reply()) : Step.stay(state);
  }

  private Step next(DhcpState next) {
    return new Step(next, effects);
  }

  /** Wakes after this time, or when the address in use runs out. */
  private void wakeIn(Duration delay) {
    Duration wake = delay;
    if (held.isPresent() && !held.get().isForever()) {
      Duration left = moment.until(held.get().expiresAt());
      wake = left.compareTo(delay) < 0 ? left : delay;
    }
    effects.add(new Effect.WakeIn(wake));
  }

  private void lose(String cause) {
    held.ifPresent(g -> effects.add(new Effect.Remove(g)));
    held = Optional.empty();
    effects.add(new Effect.TellLost(cause));
  }

  private void forget() {
    remembered = Optional.empty();
    effects.add(new Effect.Forget());
  }

  private Step stop(boolean release) {
    effects.add(new Effect.CancelTimer());
    effects.add(new Effect.Rest());
    Optional<Granted> granted =
        state instanceof Checking checking ? Optional.of(checking.granted()) : held;
    if (granted.isPresent() && release) {
      boolean down =
          state instanceof Linkless || (state instanceof Resting resting && !resting.up());
      if (!down) {
        Question question = Question.release(moment.random().nextInt(), granted.get());
        effects.add(new Effect.Send(question));
      }
      effects.add(new Effect.Forget());
    }
    held.ifPresent(g -> effects.add(new Effect.Remove(g)));
    return next(new Stopped());
  }

  private Step resting(Resting resting, Event event) {
    if (event instanceof Event.LinkUp || event instanceof Event.LinkDown) {
      return next(new Resting(resting.remembered(), resting.held(), event instanceof Event.LinkUp));
    }
    if (!(event instanceof Event.Resume)) {
      return Step.stay(state);
    }
    loseWhatIsOver();
    if (resting.up()) {
      return begin();
    }
    return linkDown("the link is down");
  }

  private void loseWhatIsOver() {
    if (held.isPresent() && held.get().isOver(moment.nanos())) {
      lose("DHCP: the lease of " + held.get().text() + " has run out");
    }
  }

  private Step linkDown(String cause) {
    if (state instanceof Linkless) {
      if (!held.isPresent()) {
        effects.add(new Effect.TellLost(cause)); // so it was from the beginning
      }
      return next(state);
    }
    effects.add(new Effect.Rest());
    if (held.isPresent()) {
      wakeIn(DhcpState.LINK_GRACE);
    } else {
      effects.add(new Effect.CancelTimer());
      effects.add(new Effect.TellLost(cause));
    }
    return next(new Linkless(remembered, held));
  }

  /** The link is there: the known address again, or any. */
  private Step begin() {
    if (!remembered.isPresent()) {
      return discover();
    }
    Attempt attempt = Attempt.begin(moment);
    effects.add(new Effect.Listen());
    effects.add(
        new Effect.Send(Question.reboot(attempt, moment.nanos(), remembered.get().address())));
    wakeIn(rebootPatience(attempt));
    return next(new Rebooting(attempt, remembered.get(), held));
  }

  /** Half as long as for any address: a server that does not know this one may say nothing. */
  private Duration rebootPatience(Attempt attempt) {
    return attempt.patience(moment).dividedBy(2);
  }

  private Step discover() {
    Attempt attempt = Attempt.begin(moment);
    effects.add(new Effect.Listen());
    return discover(attempt);
  }

  private Step discover(Attempt attempt) {
    Optional<Inet4Address> wanted = remembered.map(Remembered::address);
    effects.add(new Effect.Send(Question.discover(attempt, moment.nanos(), wanted)));
    wakeIn(attempt.patience(moment));
    return next(new Selecting(attempt, remembered, held, Optional.empty()));
  }

  private Step pause(Duration delay) {
    effects.add(new Effect.Rest());
    wakeIn(delay);
    return next(new Init(remembered, held));
  }

  private Step offered(Reply offer) {
    if (!(state instanceof Selecting selecting)
        || offer.xid() != selecting.attempt().xid()
        || !offer.isUsable()) {
      return Step.stay(state);
    }
    boolean expected = !remembered.isPresent() || remembered.get().server().equals(offer.server());
    if (offer.isComplete() && expected) {
      return take(selecting, offer);
    }
    if (selecting.best().isPresent()) {
      // The time to collect runs already; of two with a fault, one that is complete.
      boolean better = offer.isComplete() && !selecting.best().get().isComplete();
      return better ? next(collecting(selecting, offer)) : Step.stay(state);
    }
    wakeIn(DhcpState.COLLECT);
    return next(collecting(selecting, offer));
  }

  private DhcpState collecting(Selecting selecting, Reply best) {
    return new Selecting(selecting.attempt(), remembered, held, Optional.of(best));
  }

  private Step take(Selecting selecting, Reply offer) {
    int secs = selecting.attempt().secs(selecting.attempt().sentAt());
    Attempt attempt = new Attempt(offer.xid(), selecting.attempt().since(), moment.nanos(), 1);
    effects.add(new Effect.Send(Question.take(attempt, secs, offer)));
    wakeIn(attempt.patience(moment));
    return next(new Requesting(attempt, secs, offer, held));
  }

  private Step acknowledged(Reply reply) {
    if (!reply.isUsable()) {
      return Step.stay(state);
    }
    if (state instanceof Requesting requesting) {
      boolean answers =
          reply.xid() == requesting.attempt().xid()
              && reply.server().equals(requesting.offer().server())
              && reply.address().equals(requesting.offer().address());
      return answers ? granted(reply, requesting.attempt(), "leased") : Step.stay(state);
    }
    if (state instanceof Rebooting rebooting && reply.xid() == rebooting.attempt().xid()) {
      return granted(reply, rebooting.attempt(), "confirmed");
    }
    if (state instanceof Renewing renewing
        && reply.xid() == renewing.attempt().xid()
        && reply.server().equals(renewing.granted().server())) {
      return granted(reply, renewing.attempt(), "renewed");
    }
    if (state instanceof Rebinding rebinding && reply.xid() == rebinding.attempt().xid()) {
      return granted(reply, rebinding.attempt(), "renewed");
    }
    return Step.stay(state);
  }

  private Step granted(Reply reply, Attempt attempt, String how) {
    Granted granted = Granted.by(reply, attempt.sentAt());
    if (held.isPresent() && held.get().address().equals(granted.address())) {
      return bound(granted, how, false);
    }
    if (moment.check().questions() == 0) {
      return bound(granted, how, true);
    }
    Duration delay = moment.check().pauseAfter(0, moment);
    return delay.isZero() ? check(granted, 1) : checkLater(granted, delay);
  }

  private Step checkLater(Granted granted, Duration delay) {
    wakeIn(delay);
    return next(new Checking(granted, 0, held));
  }

  private Step check(Granted granted, int asked) {
    effects.add(new Effect.ProbeLink(granted.address()));
    wakeIn(moment.check().pauseAfter(asked, moment));
    return next(new Checking(granted, asked, held));
  }

  private Step bound(Granted granted, String how, boolean isNew) {
    String instead =
        held.filter(h -> !h.address().equals(granted.address()))
            .map(h -> " instead of " + h.address().getHostAddress())
            .orElse("");
    effects.add(new Effect.Rest());
    if (granted.isForever()) {
      effects.add(new Effect.CancelTimer());
    } else {
      effects.add(new Effect.WakeIn(moment.until(granted.renewAt())));
    }
    effects.add(new Effect.Remember(toRemember(granted)));
    effects.add(new Effect.Apply(granted));
    if (isNew) {
      effects.add(new Effect.Announce(granted.address()));
    }
    effects.add(new Effect.TellLeased(granted, "DHCP: " + how + " " + granted.text() + instead));
    return next(new Bound(granted));
  }

  private Step refused(Reply reply) {
    if (state instanceof Requesting requesting
        && reply.xid() == requesting.attempt().xid()
        && reply.server().equals(requesting.offer().server())) {
      if (!held.isPresent()) {
        effects.add(new Effect.TellLost(refusal(requesting.offer().address(), reply)));
        remembered = Optional.empty();
      }
      return pause(DhcpState.AFTER_REFUSAL);
    }
    if (state instanceof Rebooting rebooting && reply.xid() == rebooting.attempt().xid()) {
      return startOver(rebooting.remembered().address(), reply);
    }
    if (state instanceof Renewing renewing
        && reply.xid() == renewing.attempt().xid()
        && reply.server().equals(renewing.granted().server())) {
      return startOver(renewing.granted().address(), reply);
    }
    if (state instanceof Rebinding rebinding && reply.xid() == rebinding.attempt().xid()) {
      return startOver(rebinding.granted().address(), reply);
    }
    return Step.stay(state);
  }

  private Step startOver(Inet4Address address, Reply reply) {
    abandon();
    lose(refusal(address, reply));
    forget();
    return discover();
  }

  /** What an earlier run has left on the interface, if it ended without leave. */
  private void abandon() {
    if (!held.isPresent()) {
      remembered.ifPresent(r -> effects.add(new Effect.Abandon(r.address())));
    }
  }

  private static String refusal(Inet4Address address, Reply reply) {
    return "DHCP: "
        + reply.server().getHostAddress()
        + " refused "
        + address.getHostAddress()
        + " (NAK"
        + reply.message()
        + "): asking anew";
  }

  private Step claimed(Inet4Address address, LinkAddress by) {
    if (!(state instanceof Checking checking) || !checking.granted().address().equals(address)) {
      return Step.stay(state);
    }
    effects.add(new Effect.Send(Question.decline(moment.random().nextInt(), checking.granted())));
    String cause =
        "DHCP: "
            + address.getHostAddress()
            + " is in use by "
            + by.text()
            + " already: declined, asking anew";
    if (held.isPresent()) {
      return pause(DhcpState.AFTER_CONFLICT);
    }
    effects.add(new Effect.Abandon(address));
    forget();
    effects.add(new Effect.TellLost(cause));
    return pause(DhcpState.AFTER_CONFLICT);
  }

  private Step taken(Inet4Address address) {
    boolean inUse = !(state instanceof Linkless || state instanceof Resting);
    if (!inUse || !held.isPresent() || !held.get().address().equals(address)) {
      return Step.stay(state); // it has gone with its link, or is asked for anew
    }
    effects.add(new Effect.Apply(held.get()));
    effects.add(
        new Effect.TellTroubled(
            "somebody has taken the address " + address.getHostAddress() + " away: set again"));
    return next(state);
  }

  private Step applyFailed(String cause) {
    lose("DHCP: the address could not be set: " + cause);
    return pause(DhcpState.AFTER_FAILURE);
  }

  private Step timerDue() {
    if (state instanceof Linkless) {
      if (held.isPresent()) {
        lose("the link is down");
      }
      return next(new Linkless(remembered, held));
    }
    if (held.isPresent() && held.get().isOver(moment.nanos())) {
      loseWhatIsOver();
      return discover();
    }
    if (state instanceof Init) {
      return begin();
    }
    if (state instanceof Selecting selecting) {
      return selectingOn(selecting);
    }
    if (state instanceof Requesting requesting) {
      if (requesting.attempt().sent() >= DhcpState.REQUEST_TRIES) {
        return discover();
      }
      Attempt again = requesting.attempt().again(moment);
      effects.add(new Effect.Send(Question.take(again, requesting.secs(), requesting.offer())));
      wakeIn(again.patience(moment));
      return next(new Requesting(again, requesting.secs(), requesting.offer(), held));
    }
    if (state instanceof Rebooting rebooting) {
      return rebootingOn(rebooting);
    }
    if (state instanceof Checking checking) {
      return checking.asked() < moment.check().questions()
          ? check(checking.granted(), checking.asked() + 1)
          : bound(checking.granted(), "leased", true);
    }
    if (state instanceof Bound bound) {
      return renew(bound.granted(), Attempt.begin(moment));
    }
    if (state instanceof Renewing renewing) {
      return moment.nanos() - renewing.granted().rebindAt() >= 0
          ? rebindFirst(renewing.granted())
          : renew(renewing.granted(), renewing.attempt().again(moment));
    }
    return state instanceof Rebinding rebinding
        ? rebind(rebinding.granted(), rebinding.attempt().again(moment))
        : Step.stay(state);
  }

  private Step selectingOn(Selecting selecting) {
    if (selecting.best().isPresent()) {
      return take(selecting, selecting.best().get());
    }
    if (selecting.attempt().sent() == DhcpState.TELL_AFTER && !held.isPresent()) {
      effects.add(
          new Effect.TellLost(
              "DHCP: no server has answered for "
                  + selecting.attempt().secs(moment.nanos())
                  + " s; asking on. Is there one on this network?"));
    }
    return discover(selecting.attempt().again(moment));
  }

  private Step rebootingOn(Rebooting rebooting) {
    if (rebooting.attempt().sent() >= DhcpState.REBOOT_TRIES) {
      abandon();
      return discover();
    }
    Attempt again = rebooting.attempt().again(moment);
    effects.add(
        new Effect.Send(Question.reboot(again, moment.nanos(), rebooting.remembered().address())));
    wakeIn(rebootPatience(again));
    return next(new Rebooting(again, rebooting.remembered(), held));
  }

  private Step renew(Granted granted, Attempt attempt) {
    effects.add(new Effect.Listen());
    effects.add(new Effect.Send(Question.renew(attempt, moment.nanos(), granted)));
    wakeIn(halfOf(granted, granted.rebindAt()));
    return next(new Renewing(granted, attempt));
  }

  private Step rebindFirst(Granted granted) {
    effects.add(
        new Effect.TellTroubled(
            "DHCP: "
                + granted.server().getHostAddress()
                + " does not renew "
                + granted.address().getHostAddress()
                + ", which runs out in "
                + moment.until(granted.expiresAt()).getSeconds()
                + " s: asking any server"));
    return rebind(granted, Attempt.begin(moment));
  }

  private Step rebind(Granted granted, Attempt attempt) {
    effects.add(new Effect.Listen());
    effects.add(new Effect.Send(Question.rebind(attempt, moment.nanos(), granted)));
    wakeIn(halfOf(granted, granted.expiresAt()));
    return next(new Rebinding(granted, attempt));
  }

  /**
   * Half of what remains, and at least a minute (RFC 2131, 4.4.5) or, of leases under 20 minutes, a
   * twentieth; never beyond the end itself.
   */
  private Duration halfOf(Granted granted, long end) {
    Duration left = moment.until(end);
    Duration twentieth = Duration.ofSeconds(Math.max(1, granted.seconds().orElse(0L) / 20));
    Duration floor = twentieth.compareTo(LONGEST_FLOOR) < 0 ? twentieth : LONGEST_FLOOR;
    Duration half = left.dividedBy(2);
    Duration wait = half.compareTo(floor) < 0 ? floor : half;
    return wait.compareTo(left) < 0 ? wait : left;
  }
}
