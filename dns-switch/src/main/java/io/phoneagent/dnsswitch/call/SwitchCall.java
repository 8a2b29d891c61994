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
  private static final Rejection UNAVAILABLE = Rejection.of(480);
  private static final Timer NONE = () -> {};

  private static final Logger LOG = LoggerFactory.getLogger(SwitchCall.class);

  private final Switchboard board;
  private final String id;
  private Party caller;
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
  private boolean paused;
  // A caller may leave it to the other side to say first what it can (RFC 3261, section 13.2.1).
  private boolean offered = true;
  private final PendingOffer pending;
  private EarlyMedia early;
  private final SwitchOffers offers;
  private Optional<SipPeer> accountable = Optional.empty();

  SwitchCall(Switchboard board, CallLeg leg, PhoneNumber called, int forwards) {
    this(
        board,
        new Party(leg, new CallMedia(board.relay(), board.mediaHost(), leg.peer()), false),
        called,
        forwards);
    leg.through(caller.media());
  }

  private SwitchCall(Switchboard board, Party caller, PhoneNumber called, int forwards) {
    this.board = board;
    this.caller = caller;
    this.id = caller.leg().id();
    this.called = called;
    this.forwards = forwards;
    this.watch = new SilenceWatch(board, this::ends, this::silent);
    this.pending = new PendingOffer(board.loop());
    this.early = new EarlyMedia(board.relay());
    this.offers = new SwitchOffers(this, board.loop());
  }

  /** Joins two ends that talk already, for a transferor who answers for it. */
  static SwitchCall joined(
      Switchboard board, Party one, Party other, PhoneNumber called, SipPeer transferor) {
    SwitchCall call = new SwitchCall(board, one, called, 0);
    call.accountable = Optional.of(transferor);
    Target target = call.new Target(called, other);
    call.targets.add(target);
    call.joined = Optional.of(target);
    return call;
  }

  /** Both ends of {@link #joined} are told of each other. */
  void begin() {
    LOG.info("call {} from {} to {} begins by a transfer", id, caller.leg().name().inLog(), called);
    Target target = joined.orElseThrow();
    board.relay().join(caller.media().leg(), target.media.leg());
    goOn();
    offers.tellCaller();
  }

  /** The end of an established call that this leg leads to, and the one opposite. */
  Optional<Party> end(CallLeg leg) {
    return leg == caller.leg()
        ? joined.map(l -> caller)
        : joined.filter(l -> l.isAt(leg)).map(Target::party);
  }

  /** The same by the session of an end that speaks SIP. */
  Optional<Party> end(SipSession session) {
    return Stream.concat(Stream.of(caller.leg()), joined.flatMap(t -> t.leg).stream())
        .filter(leg -> leg instanceof SipLeg sip && sip.isOf(session))
        .findFirst()
        .flatMap(this::end);
  }

  Optional<Party> opposite(CallLeg leg) {
    Optional<CallLeg> other =
        leg == caller.leg() ? joined.flatMap(l -> l.leg) : Optional.of(caller.leg());
    return end(leg).flatMap(own -> other).flatMap(this::end);
  }

  /** Who calls, or is what remains of a call. */
  Party calling() {
    return caller;
  }

  boolean isJoined() {
    return joined.isPresent();
  }

  PendingOffer pending() {
    return pending;
  }

  EarlyMedia early() {
    return early;
  }

  SwitchOffers offers() {
    return offers;
  }

  /** Does this with the end of this leg and the one opposite, if it is joined. */
  void whereJoined(CallLeg leg, BiConsumer<Party, Party> action) {
    end(leg).ifPresent(own -> opposite(leg).ifPresent(other -> action.accept(own, other)));
  }

  /** Does this with the caller and the other end, while they talk here. */
  void whereTalking(BiConsumer<Party, Party> action) {
    if (!over && !paused) {
      whereJoined(caller.leg(), action);
    }
  }

  /** Whoever is at this leg, be it that nobody has answered yet. */
  Optional<Party> party(CallLeg leg) {
    return leg == caller.leg()
        ? Optional.of(caller)
        : targets.stream().filter(l -> l.isAt(leg)).findFirst().map(Target::party);
  }

  void transfer(CallLeg transferor, IncomingRefer refer) {
    board.referrals().transfer(this, transferor, refer);
  }

  /** Whether it can be transferred now. */
  boolean isTalking() {
    return !over && !paused && joined.isPresent() && caller.leg().isEstablished();
  }

  /** A transfer has begun: its ends are heard elsewhere. */
  void pause() {
    paused = true;
    watch.end();
  }

  /** The ends are heard here again; one that has left meanwhile ends the call. */
  void goOn() {
    paused = false;
    caller.leg().listener(new CallerEvents());
    Target target = joined.orElseThrow();
    CallLeg other = target.leg.orElseThrow();
    other.listener(target);
    if (caller.leg().isEnded() || other.isEnded()) {
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
    LOG.info("call {} from {} to {} begins", id, caller.leg().name().inLog(), called);
    caller.leg().listener(new CallerEvents());
    backup = route.backup();
    if (!caller.media().isOpen()) {
      refuse(503);
      return;
    }
    offered = caller.leg().remoteSdp().isPresent();
    caller.leg().remoteSdp().ifPresent(caller.media()::heard);
    ringTimer = board.loop().schedule(RING_TIME, () -> refuse(408));
    if (!route.first().isEmpty()) {
      for (SipPeer peer : route.first()) {
        targets.add(new Target(called, peer, false));
      }
      Optional<Duration> patience = Patience.ofThose(route.first(), board::backupAfter);
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

  private void whileTrying(Runnable step) {
    if (!over) {
      step.run();
    }
  }

  private void callBackupOfSilent() {
    targets.forEach(Target::wasSilent);
    callBackup();
  }

  /** A phone speaks from another address now. */
  void moved(Peers.Own phone) {
    if (caller.leg().peer().equals(phone)) {
      caller.media().moved();
    }
    for (Target target : targets) {
      if (target.peer.equals(phone)) {
        target.media.moved();
      }
    }
  }

  private List<Party> ends() {
    return joined.map(target -> List.of(caller, target.party())).orElse(List.of());
  }

  private void silent(PhoneNumber number, CallMedia media, long heardAt) {
    boolean callers = media == caller.media();
    // A chain is one long: what is itself a backup has none.
    boolean isBackup = callers ? caller.isBackup() : joined.orElseThrow().isBackup;
    CallLeg remaining = callers ? joined.orElseThrow().leg.orElseThrow() : caller.leg();
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
    early = new EarlyMedia(board.relay());
    pending.gone(callerIsLost ? caller.leg() : target.leg.orElseThrow());
    watch.end();
    targets.clear();
    if (callerIsLost) {
      Party gone = caller;
      gone.media().close();
      caller = target.party();
      caller.leg().listener(new CallerEvents());
      gone.leg().hangUp();
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
    return accountable.orElseGet(() -> caller.leg().peer());
  }

  private void callBackup() {
    backupTimer.cancel();
    Optional<Routing.Destination> destination = backup;
    backup = Optional.empty(); // once is enough
    if (over || joined.isPresent() || destination.isEmpty()) {
      return;
    }
    if (!board.limits().mayCall(destination.get(), caller.leg().peer())) {
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
    caller.leg().hangUp();
    end("ended by the switch");
  }

  private void refuse(int status) {
    refuse(Rejection.of(status));
  }

  private void refuse(Rejection rejection) {
    if (isRescue()) {
      caller.leg().hangUp();
    } else {
      caller.leg().reject(rejection);
    }
    end("refused with " + rejection.status());
  }

  /** Whether the caller is what remains of a call whose other phone was lost. */
  private boolean isRescue() {
    return caller.leg().isEstablished();
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
    caller.media().close();
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
      } else if (early.hasChanged()) {
        offers.catchUp();
      } else if (!offered) {
        caller.media().heard(answer.get());
      }
    }

    @Override
    public void onEnded(CallLeg leg, LegEnd end) {
      if (leg == caller.leg()) {
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
    private final FirstReaction reaction;
    private boolean closed;
    private Optional<PhoneNumber> backupOf = Optional.empty();

    Target(PhoneNumber number, SipPeer peer, boolean isBackup) {
      super(SwitchCall.this);
      this.number = number;
      this.peer = peer;
      this.isBackup = isBackup;
      this.media = new CallMedia(board.relay(), board.mediaHost(), peer);
      this.reaction = new FirstReaction(peer);
    }

    /** One that has been called already. */
    Target(PhoneNumber number, Party party) {
      super(SwitchCall.this);
      this.number = number;
      this.peer = party.leg().peer();
      this.isBackup = party.isBackup();
      this.media = party.media();
      this.leg = Optional.of(party.leg());
      this.reaction = new FirstReaction(peer);
    }

    boolean isAt(CallLeg other) {
      return leg.filter(own -> own == other).isPresent();
    }

    Party party() {
      return new Party(leg.orElseThrow(), media, isBackup);
    }

    void call() {
      Optional<byte[]> offer =
          media.relayed(caller.leg().remoteSdp().orElseGet(CallMedia::ofTelephone));
      if (offer.isEmpty()) {
        refuse(media.isOpen() ? 488 : 503);
        return;
      }
      CallLeg made = board.call(number, peer, caller.leg(), offer.get(), forwards, this);
      leg = Optional.of(made);
      made.through(media);
      reaction.await(made, !isBackup, board);
    }

    @Override
    public void onTrying(CallLeg from) {
      reacted();
    }

    private void wasSilent() {
      if (!isBackup) {
        reaction.missed();
      }
    }

    private void reacted() {
      reaction.comes();
      if (!isBackup) {
        backupTimer.cancel();
      }
    }

    @Override
    public void onProgress(CallLeg from, int status, Optional<byte[]> described) {
      reacted();
      boolean hears =
          described.isPresent()
              && joined.isEmpty()
              && early.begins(new Party(from, media, isBackup), caller, described.get());
      if (!hears && !ringing) {
        ringing = true;
        caller.leg().ring();
      }
    }

    @Override
    public void onEstablished(CallLeg from) {
      reacted();
      Optional<byte[]> relayed = from.remoteSdp().flatMap(caller.media()::relayed);
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
      board.relay().join(caller.media().leg(), media.leg());
      if (isRescue() && early.hasChanged()) {
        offers.catchUp();
      } else if (isRescue()) {
        caller.leg().offer(relayed.get());
      } else {
        caller.leg().answer(relayed.get());
      }
      watch.begin();
    }

    @Override
    public void onEnded(CallLeg from, LegEnd end) {
      reaction.end();
      pending.gone(from);
      if (closed || over) {
        return;
      }
      closed = true;
      media.close();
      if (joined.isPresent()) {
        if (joined.get() == this) {
          caller.leg().hangUp();
          SwitchCall.this.end("called: " + end.status() + (end.there() ? " there" : " here"));
        }
        return;
      }
      lost(this, end);
    }

    void close() {
      reaction.end();
      if (closed) {
        return;
      }
      closed = true;
      leg.ifPresent(pending::gone);
      leg.ifPresent(CallLeg::hangUp);
      media.close();
    }
  }

  @Override
  public String toString() {
    return id;
  }
}
