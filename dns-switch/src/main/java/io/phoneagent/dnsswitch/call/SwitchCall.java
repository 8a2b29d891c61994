// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.PhoneNumber;
import io.phoneagent.runtime.Timer;
import io.phoneagent.sip.IncomingRefer;
import io.phoneagent.sip.Rejection;
import io.phoneagent.sip.SipPeer;
import io.phoneagent.sip.SipSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call: the caller's leg and, until one of them answers, those of its targets: the number's
 * phones, and its backup number beside them where they are silent. The first to answer wins.
 *
 * <pre>
 *   phone called --answers--> joined --either hangs up--> over
 *     |  silent for a while: backup called too
 *     |  refused as unreachable: backup called instead
 * </pre>
 */
final class SwitchCall {
  // Somebody may let it ring for three minutes (RFC 3261, section 16.6, timer C).
  private static final Duration RING_TIME = Duration.ofMinutes(3);
  // With nowhere to go on, waiting for the phone's return costs nobody anything.
  private static final long PATIENCE_NANOS = Duration.ofSeconds(30).toNanos();
  // The remaining end of a transfer may be busy with a change of its own.
  private static final Duration AGAIN = Duration.ofMillis(500);
  private static final int MOST_TRIES = 20;
  // Who has not even said 100 over a connection by then is gone (RFC 5626, section 4.4.1).
  private static final Duration FLOW_TIME = Duration.ofSeconds(10);
  private static final Rejection UNAVAILABLE = Rejection.of(480);
  private static final Timer NONE = () -> {};

  private static final Logger LOG = LoggerFactory.getLogger(SwitchCall.class);

  private final Switchboard board;
  private final String id;
  private CallMedia callerMedia;
  private CallLeg caller;
  private final PhoneNumber called;
  private final int forwards;
  private final List<Target> targets = new ArrayList<>();
  private Optional<Target> joined = Optional.empty();
  private Optional<Routing.Destination> backup = Optional.empty();
  private Timer backupTimer = NONE;
  private Timer ringTimer = NONE;
  private boolean ringing;
  private Rejection refusal = UNAVAILABLE;
  private final SilenceWatch watch;
  private boolean over;
  private boolean callerIsBackup;
  private boolean paused;
  // A caller may leave it to the other side to say first what it can (RFC 3261, section 13.2.1).
  private boolean offered = true;
  private final PendingOffer pending = new PendingOffer();
  private Optional<SipPeer> accountable = Optional.empty();

  SwitchCall(Switchboard board, CallLeg caller, PhoneNumber called, int forwards) {
    this.board = board;
    this.caller = caller;
    this.id = caller.id();
    this.called = called;
    this.forwards = forwards;
    this.callerMedia = new CallMedia(board.relay(), board.mediaHost(), caller.peer());
    caller.through(callerMedia);
    this.watch = new SilenceWatch(board, this::ends, this::silent);
  }

  /** Joins two ends that talk already, for a transferor who answers for it. */
  static SwitchCall joined(
      Switchboard board, Party one, Party other, PhoneNumber called, SipPeer transferor) {
    SwitchCall call = new SwitchCall(board, one, called);
    call.accountable = Optional.of(transferor);
    Target target = call.new Target(called, other);
    call.targets.add(target);
    call.joined = Optional.of(target);
    return call;
  }

  private SwitchCall(Switchboard board, Party one, PhoneNumber called) {
    this.board = board;
    this.caller = one.leg();
    this.id = caller.id();
    this.called = called;
    this.forwards = 0;
    this.callerMedia = one.media();
    this.callerIsBackup = one.isBackup();
    this.watch = new SilenceWatch(board, this::ends, this::silent);
  }

  /** Both ends of {@link #joined} are told of each other. */
  void begin() {
    LOG.info("call {} from {} to {} begins by a transfer", id, callerNumber(), called);
    Target target = joined.orElseThrow();
    board.relay().join(callerMedia.leg(), target.media.leg());
    goOn();
    tellCaller(MOST_TRIES);
  }

  private void tellCaller(int triesLeft) {
    Optional<byte[]> sdp =
        joined.flatMap(l -> l.leg).flatMap(CallLeg::remoteSdp).flatMap(callerMedia::relayed);
    if (!over && sdp.isPresent() && triesLeft > 0 && !caller.offer(sdp.get())) {
      board.loop().schedule(AGAIN, () -> tellCaller(triesLeft - 1));
    }
  }

  /** The end of an established call that this leg leads to, and the one opposite. */
  Optional<Party> end(CallLeg leg) {
    return leg == caller
        ? joined.map(l -> new Party(caller, callerMedia, callerIsBackup))
        : joined
            .filter(l -> l.leg.filter(s -> s == leg).isPresent())
            .map(l -> new Party(leg, l.media, l.isBackup));
  }

  /** The same by the session of an end that speaks SIP. */
  Optional<Party> end(SipSession session) {
    return Stream.concat(Stream.of(caller), joined.flatMap(t -> t.leg).stream())
        .filter(leg -> leg instanceof SipLeg sip && sip.isOf(session))
        .findFirst()
        .flatMap(this::end);
  }

  Optional<Party> opposite(CallLeg leg) {
    Optional<CallLeg> other = leg == caller ? joined.flatMap(l -> l.leg) : Optional.of(caller);
    return end(leg).flatMap(own -> other).flatMap(this::end);
  }

  PendingOffer pending() {
    return pending;
  }

  /** Does this with the end of this leg and the one opposite, if it is joined. */
  void whereJoined(CallLeg leg, BiConsumer<Party, Party> action) {
    end(leg).ifPresent(own -> opposite(leg).ifPresent(other -> action.accept(own, other)));
  }

  void transfer(CallLeg transferor, IncomingRefer refer) {
    board.referrals().transfer(this, transferor, refer);
  }

  /** Whether it can be transferred now. */
  boolean isTalking() {
    return !over && !paused && joined.isPresent() && caller.isEstablished();
  }

  /** A transfer has begun: its ends are heard elsewhere. */
  void pause() {
    paused = true;
    watch.end();
  }

  /** The ends are heard here again; one that has left meanwhile ends the call. */
  void goOn() {
    paused = false;
    caller.listener(new CallerEvents());
    Target target = joined.orElseThrow();
    CallLeg other = target.leg.orElseThrow();
    other.listener(target);
    if (caller.isEnded() || other.isEnded()) {
      hangUp();
    } else {
      watch.begin();
    }
  }

  /** Its ends belong to another call now; nobody is hung up on, and nothing is closed. */
  void release() {
    over = true;
    watch.end();
    board.forget(this);
  }

  void start(Routing.Route route) {
    LOG.info("call {} from {} to {} begins", id, callerNumber(), called);
    caller.listener(new CallerEvents());
    backup = route.backup();
    if (!callerMedia.isOpen()) {
      refuse(503);
      return;
    }
    offered = caller.remoteSdp().isPresent();
    caller.remoteSdp().ifPresent(callerMedia::heard);
    ringTimer = board.loop().schedule(RING_TIME, () -> refuse(408));
    if (!route.first().isEmpty()) {
      for (SipPeer peer : route.first()) {
        targets.add(new Target(called, peer, false));
      }
      Optional<Duration> patience = patience();
      // A leg that has no port ends the call, and so all of them.
      new ArrayList<>(targets).forEach(target -> whileTrying(target::call));
      if (backup.isPresent() && !over) {
        backupTimer =
            board.loop().schedule(patience.orElse(Duration.ZERO), this::callBackupOfSilent);
      }
    } else {
      callBackup();
      if (targets.isEmpty() && !over) {
        refuse(refusal);
      }
    }
  }

  /** How long its phones may be silent; empty if all of them were so the last time already. */
  private Optional<Duration> patience() {
    return targets.stream()
        .map(l -> l.peer)
        .filter(p -> !(p instanceof Peers.Plain plain && plain.isSilent()))
        .map(board::backupAfter)
        .max(Comparator.naturalOrder());
  }

  private void whileTrying(Runnable step) {
    if (!over) {
      step.run();
    }
  }

  private void callBackupOfSilent() {
    targets.forEach(Target::wasSilent);
    callBackup();
  }

  /** Digits only: what a stranger calls itself does not go into the log. */
  private String callerNumber() {
    String claimed = caller.name().number();
    return PhoneNumber.isE164(claimed) ? claimed : "somebody";
  }

  /** A phone speaks from another address now. */
  void moved(Peers.Own phone) {
    if (caller.peer().equals(phone)) {
      callerMedia.moved();
    }
    for (Target target : targets) {
      if (target.peer.equals(phone)) {
        target.media.moved();
      }
    }
  }

  private List<SilenceWatch.End> ends() {
    return joined.isEmpty()
        ? List.of()
        : List.of(
            new SilenceWatch.End(caller, callerMedia),
            new SilenceWatch.End(joined.get().leg.orElseThrow(), joined.get().media));
  }

  private void silent(PhoneNumber number, CallMedia media, long heardAt) {
    boolean callers = media == callerMedia;
    // A chain is one long: what is itself a backup has none.
    boolean isBackup = callers ? callerIsBackup : joined.orElseThrow().isBackup;
    CallLeg remaining = callers ? joined.orElseThrow().leg.orElseThrow() : caller;
    Optional<Routing.Destination> instead =
        isBackup ? Optional.empty() : board.backup(number, remaining);
    if (instead.isPresent()) {
      rescue(number, callers, instead.get());
    } else if (board.loop().nanos() - heardAt >= PATIENCE_NANOS) {
      LOG.info("call {}: {} is lost", id, number);
      hangUp();
    }
  }

  /** A phone is lost: the other end goes on as the caller of its backup number. */
  private void rescue(PhoneNumber lost, boolean callerIsLost, Routing.Destination instead) {
    LOG.info("call {}: {} is lost, its backup {} is called", id, lost, instead.number());
    Target target = joined.orElseThrow();
    joined = Optional.empty();
    pending.rejected(500); // who would have answered is gone
    watch.end();
    targets.clear();
    if (callerIsLost) {
      CallLeg gone = caller;
      callerMedia.close();
      callerMedia = target.media;
      caller = target.leg.orElseThrow();
      callerIsBackup = target.isBackup;
      caller.listener(new CallerEvents());
      gone.hangUp();
    } else {
      target.close();
    }
    ringTimer = board.loop().schedule(RING_TIME, () -> refuse(408));
    backup = Optional.of(instead);
    refusal = UNAVAILABLE;
    callBackup();
    if (targets.isEmpty()) {
      refuse(503);
    }
  }

  /** Whether the trunk is asked for this number's backup and has not answered yet. */
  boolean awaitsTrunkBackupOf(PhoneNumber number) {
    return joined.isEmpty()
        && targets.stream()
            .anyMatch(l -> l.peer instanceof Peers.Trunk && l.backupOf.equals(Optional.of(number)));
  }

  PhoneNumber called() {
    return called;
  }

  /** Who has this call on his account. */
  SipPeer caller() {
    return accountable.orElseGet(caller::peer);
  }

  private void callBackup() {
    backupTimer.cancel();
    Optional<Routing.Destination> destination = backup;
    backup = Optional.empty(); // once is enough
    if (over || joined.isPresent() || destination.isEmpty()) {
      return;
    }
    if (!board.mayCall(destination.get(), caller.peer())) {
      LOG.info("call {}: too many backup calls for {}", id, destination.get().of());
      return;
    }
    for (SipPeer peer : destination.get().peers()) {
      Target target = new Target(destination.get().number(), peer, true);
      target.backupOf = Optional.of(destination.get().of());
      if (target.media.isOpen()) {
        targets.add(target);
        whileTrying(target::call);
      }
    }
  }

  void hangUp() {
    caller.hangUp();
    end("ended by the switch");
  }

  private void refuse(int status) {
    refuse(Rejection.of(status));
  }

  private void refuse(Rejection rejection) {
    if (isRescue()) {
      caller.hangUp();
    } else {
      caller.reject(rejection);
    }
    end("refused with " + rejection.status());
  }

  /** Whether the caller is what remains of a call whose other phone was lost. */
  private boolean isRescue() {
    return caller.isEstablished();
  }

  private void end(String cause) {
    if (over) {
      return;
    }
    over = true;
    LOG.info("call {} to {} ended: {}", id, called, cause);
    watch.end();
    backupTimer.cancel();
    ringTimer.cancel();
    for (Target target : new ArrayList<>(targets)) {
      target.close();
    }
    callerMedia.close();
    board.forget(this);
  }

  /** A called leg is gone before any was joined. */
  private void lost(Target target, LegEnd end) {
    targets.remove(target);
    target.close();
    boolean others = targets.stream().anyMatch(l -> !l.isBackup && !target.isBackup);
    // That somebody is there and busy says more than that a device cannot.
    boolean worse = refusal.status() == 480 || refusal.status() == 488 || end.status() >= 600;
    if (!target.isBackup && worse) {
      refusal = Refusals.told(target.peer, end);
    }
    if (Refusals.isUnreachable(end.status())) {
      if (!others) {
        callBackup();
      }
    } else if (!target.isBackup) {
      // The phone is there and says no: that is an answer, for the backup too.
      backup = Optional.empty();
      backupTimer.cancel();
      // Other devices of the number ring on, unless a person declines for all of them.
      for (Target other : new ArrayList<>(targets)) {
        if (!others || end.status() >= 600) {
          other.close();
          targets.remove(other);
        }
      }
    }
    if (targets.isEmpty() && !over) {
      refuse(refusal);
    }
  }

  private final class CallerEvents extends PassingOn {
    CallerEvents() {
      super(SwitchCall.this);
    }

    /** The ACK has come; where it has the answer, that is when the caller's media is known. */
    @Override
    public void onEstablished(CallLeg leg) {
      Optional<byte[]> answer = leg.remoteSdp();
      if (answer.isEmpty()) {
        hangUp();
      } else if (!offered) {
        callerMedia.heard(answer.get());
      }
    }

    @Override
    public void onEnded(CallLeg leg, LegEnd end) {
      if (leg == caller) {
        end("caller: " + end.status() + (end.there() ? " there" : " here"));
      }
    }
  }

  /** Somebody who is called, or was. */
  private final class Target extends PassingOn {
    private final PhoneNumber number;
    private final SipPeer peer;
    private final boolean isBackup;
    private final CallMedia media;
    private Optional<CallLeg> leg = Optional.empty();
    private Optional<Nudging> nudging = Optional.empty();
    private Timer flowTimer = NONE;
    private boolean closed;
    private boolean reacted;
    private Optional<PhoneNumber> backupOf = Optional.empty();

    Target(PhoneNumber number, SipPeer peer, boolean isBackup) {
      super(SwitchCall.this);
      this.number = number;
      this.peer = peer;
      this.isBackup = isBackup;
      this.media = new CallMedia(board.relay(), board.mediaHost(), peer);
    }

    /** One that has been called already. */
    Target(PhoneNumber number, Party party) {
      super(SwitchCall.this);
      this.number = number;
      this.peer = party.leg().peer();
      this.isBackup = party.isBackup();
      this.media = party.media();
      this.leg = Optional.of(party.leg());
    }

    void call() {
      Optional<byte[]> offer = media.relayed(caller.remoteSdp().orElseGet(CallMedia::ofTelephone));
      if (offer.isEmpty()) {
        refuse(media.isOpen() ? 488 : 503);
        return;
      }
      CallLeg made = board.call(number, peer, caller, offer.get(), forwards, this);
      leg = Optional.of(made);
      made.through(media);
      // A connection repeats what is lost by itself.
      if (peer instanceof Peers.Own && !isBackup && !peer.reliable()) {
        nudging = Optional.of(Nudging.begin(board.loop(), made));
      }
      if (peer instanceof Peers.Plain plain && peer.reliable()) {
        flowTimer = board.loop().schedule(FLOW_TIME, () -> board.disconnect(plain));
      }
    }

    @Override
    public void onTrying(CallLeg from) {
      reacted();
    }

    private void wasSilent() {
      if (!reacted && !isBackup && peer instanceof Peers.Plain plain) {
        plain.silent(true);
      }
    }

    private void reacted() {
      flowTimer.cancel();
      nudging.ifPresent(Nudging::end);
      if (!reacted && peer instanceof Peers.Plain plain) {
        plain.silent(false);
      }
      reacted = true;
      if (!isBackup) {
        backupTimer.cancel();
      }
    }

    @Override
    public void onProgress(CallLeg from, int status, Optional<byte[]> early) {
      reacted();
      if (early.isPresent() && joined.isEmpty() && offered) {
        media.heard(early.get());
        board.relay().join(callerMedia.leg(), media.leg());
        Optional<byte[]> relayed = callerMedia.relayed(early.get());
        caller.progress(relayed.orElse(new byte[0]));
      } else if (!ringing) {
        ringing = true;
        caller.ring();
      }
    }

    @Override
    public void onEstablished(CallLeg from) {
      reacted();
      Optional<byte[]> relayed = from.remoteSdp().flatMap(callerMedia::relayed);
      if (over || joined.isPresent() || relayed.isEmpty()) {
        from.hangUp(); // the other was faster, or nobody waits any more
        return;
      }
      joined = Optional.of(this);
      backupTimer.cancel();
      ringTimer.cancel();
      media.heard(from.remoteSdp().get());
      for (Target other : new ArrayList<>(targets)) {
        if (other != this) {
          other.close();
          targets.remove(other);
        }
      }
      board.relay().join(callerMedia.leg(), media.leg());
      if (isRescue()) {
        caller.offer(relayed.get());
      } else {
        caller.answer(relayed.get());
      }
      watch.begin();
    }

    @Override
    public void onEnded(CallLeg from, LegEnd end) {
      flowTimer.cancel();
      nudging.ifPresent(Nudging::end);
      if (closed || over) {
        return;
      }
      closed = true;
      media.close();
      if (joined.isPresent()) {
        if (joined.get() == this) {
          caller.hangUp();
          SwitchCall.this.end("called: " + end.status() + (end.there() ? " there" : " here"));
        }
        return;
      }
      lost(this, end);
    }

    void close() {
      flowTimer.cancel();
      nudging.ifPresent(Nudging::end);
      if (closed) {
        return;
      }
      closed = true;
      leg.ifPresent(CallLeg::hangUp);
      media.close();
    }
  }

  @Override
  public String toString() {
    return id;
  }
}
