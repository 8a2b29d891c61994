// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.PhoneNumber;
import io.phoneagent.runtime.Timer;
import io.phoneagent.sip.SessionEnd;
import io.phoneagent.sip.SessionListener;
import io.phoneagent.sip.SessionOffer;
import io.phoneagent.sip.SessionState;
import io.phoneagent.sip.SipPeer;
import io.phoneagent.sip.SipRequest;
import io.phoneagent.sip.SipResponse;
import io.phoneagent.sip.SipSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call: the caller's leg and, until one of them answers, one or two called legs: the phone, and
 * its backup number beside it where the phone is silent. The first to answer wins.
 *
 * <pre>
 *   phone called --answers--> joined --either hangs up--> over
 *     |  silent for a while: backup called too
 *     |  refused as unreachable: backup called instead
 * </pre>
 */
final class SwitchCall {
  // A silent phone's INVITE is repeated this often until it reacts: with 5 % loss each way and a
  // round trip of 300 ms, five tries before the backup rings leave one such call in 100,000 without
  // answer. Three seconds of it, and then as RFC 3261 says, for the path of a phone that is gone
  // may be somebody else's by now.
  private static final Duration NUDGE = Duration.ofMillis(150);
  private static final int MOST_NUDGES = 20;
  // Somebody may let it ring for three minutes (RFC 3261, section 16.6, timer C).
  private static final Duration RING_TIME = Duration.ofMinutes(3);
  // A mid-call outage: 0.6 s without audio or proof, then 1.9 s of unanswered challenges.
  private static final Duration WATCH = Duration.ofMillis(200);
  private static final long SILENT_NANOS = Duration.ofMillis(600).toNanos();
  private static final Duration ANSWER_TIME = Duration.ofMillis(1900);
  // A phone on hold may be silent for long; each question is 64 octets or so.
  private static final long ASK_AGAIN_NANOS = Duration.ofSeconds(2).toNanos();
  // With nowhere to go on, waiting for the phone's return costs nobody anything.
  private static final long PATIENCE_NANOS = Duration.ofSeconds(30).toNanos();
  private static final Timer NONE = () -> {};

  private static final Logger LOG = LoggerFactory.getLogger(SwitchCall.class);

  private final Switchboard board;
  private final String id;
  private CallMedia callerMedia;
  private SipSession caller;
  private final PhoneNumber called;
  private final int forwards;
  private final List<Leg> legs = new ArrayList<>();
  private Optional<Leg> joined = Optional.empty();
  private Optional<Routing.Destination> backup = Optional.empty();
  private Timer backupTimer = NONE;
  private Timer ringTimer = NONE;
  private boolean ringing;
  private int refusal = 480;
  private Timer watchTimer = NONE;
  private boolean over;
  private boolean callerIsBackup;

  SwitchCall(Switchboard board, SipSession caller, PhoneNumber called, int forwards) {
    this.board = board;
    this.caller = caller;
    this.id = caller.id();
    this.called = called;
    this.forwards = forwards;
    this.callerMedia = new CallMedia(board.relay(), board.mediaHost(), caller.peer());
  }

  void start(Routing.Route route) {
    LOG.info("call {} from {} to {} begins", id, callerNumber(), called);
    caller.listener(new CallerEvents());
    backup = route.backup();
    if (!callerMedia.isOpen() || caller.remoteSdp().isEmpty()) {
      refuse(callerMedia.isOpen() ? 488 : 503);
      return;
    }
    callerMedia.heard(caller.remoteSdp().get());
    ringTimer = board.loop().schedule(RING_TIME, () -> refuse(408));
    if (route.first().isPresent()) {
      Leg leg = new Leg(called, route.first().get(), false);
      legs.add(leg);
      leg.call();
      if (backup.isPresent()) {
        backupTimer = board.loop().schedule(board.backupAfter(leg.peer), this::callBackup);
      }
    } else {
      callBackup();
      if (legs.isEmpty() && !over) {
        refuse(refusal);
      }
    }
  }

  /** Digits only: what a stranger calls itself does not go into the log. */
  private String callerNumber() {
    String claimed = Switchboard.number(caller);
    return PhoneNumber.isE164(claimed) ? claimed : "somebody";
  }

  /** A phone speaks from another address now. */
  void moved(Peers.Phone phone) {
    if (caller.peer().equals(phone)) {
      callerMedia.moved();
    }
    for (Leg leg : legs) {
      if (leg.peer.equals(phone)) {
        leg.media.moved();
      }
    }
  }

  private void watch() {
    if (over || joined.isEmpty()) {
      return;
    }
    Leg leg = joined.get();
    watchTimer = board.loop().schedule(WATCH, this::watch);
    watch(caller.peer(), callerMedia);
    watch(leg.peer, leg.media);
  }

  private void watch(SipPeer peer, CallMedia media) {
    long now = board.loop().nanos();
    if (peer instanceof Peers.Phone phone
        && media.isAgents()
        && now - media.leg().heardAtNanos() >= SILENT_NANOS
        && now - media.askedAtNanos() >= ASK_AGAIN_NANOS) {
      media.asked(now);
      board.liveness().ask(phone.number());
      board.loop().schedule(ANSWER_TIME, () -> judge(phone.number(), media, now));
    }
  }

  private void judge(PhoneNumber number, CallMedia media, long askedAt) {
    long heardAt = Math.max(media.leg().heardAtNanos(), board.liveness().heardAtNanos(number));
    boolean callers = media == callerMedia;
    if (over
        || joined.isEmpty()
        || heardAt >= askedAt
        || !(callers || media == joined.get().media)) {
      return;
    }
    // A chain is one long: what is itself a backup has none.
    boolean isBackup = callers ? callerIsBackup : joined.get().isBackup;
    SipSession remaining = callers ? joined.get().session.orElseThrow() : caller;
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
    Leg leg = joined.orElseThrow();
    joined = Optional.empty();
    watchTimer.cancel();
    legs.clear();
    if (callerIsLost) {
      SipSession gone = caller;
      callerMedia.close();
      callerMedia = leg.media;
      caller = leg.session.orElseThrow();
      callerIsBackup = leg.isBackup;
      caller.listener(new CallerEvents());
      gone.hangUp();
    } else {
      leg.close();
    }
    ringTimer = board.loop().schedule(RING_TIME, () -> refuse(408));
    backup = Optional.of(instead);
    refusal = 480;
    callBackup();
    if (legs.isEmpty()) {
      refuse(503);
    }
  }

  /** Whether the trunk is asked for this number's backup and has not answered yet. */
  boolean awaitsTrunkBackupOf(PhoneNumber number) {
    return joined.isEmpty()
        && legs.stream()
            .anyMatch(l -> l.peer instanceof Peers.Trunk && l.backupOf.equals(Optional.of(number)));
  }

  SipPeer caller() {
    return caller.peer();
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
    Leg leg = new Leg(destination.get().number(), destination.get().peer(), true);
    leg.backupOf = Optional.of(destination.get().of());
    if (leg.media.isOpen()) {
      legs.add(leg);
      leg.call();
    }
  }

  void hangUp() {
    caller.hangUp();
    end("ended by the switch");
  }

  private void refuse(int status) {
    if (isRescue()) {
      caller.hangUp();
    } else {
      caller.reject(status);
    }
    end("refused with " + status);
  }

  /** Whether the caller is what remains of a call whose other phone was lost. */
  private boolean isRescue() {
    return caller.state() == SessionState.ESTABLISHED;
  }

  private void end(String cause) {
    if (over) {
      return;
    }
    over = true;
    LOG.info("call {} to {} ended: {}", id, called, cause);
    watchTimer.cancel();
    backupTimer.cancel();
    ringTimer.cancel();
    for (Leg leg : new ArrayList<>(legs)) {
      leg.close();
    }
    callerMedia.close();
    board.forget(this);
  }

  /** A called leg is gone before any was joined. */
  private void lost(Leg leg, SessionEnd end) {
    legs.remove(leg);
    leg.close();
    refusal = leg.isBackup ? refusal : told(leg, end.status());
    if (isUnreachable(end.status())) {
      callBackup();
    } else if (!leg.isBackup) {
      // The phone is there and says no: that is an answer, for the backup too.
      backup = Optional.empty();
      backupTimer.cancel();
      for (Leg other : new ArrayList<>(legs)) {
        other.close();
      }
      legs.clear();
    }
    if (legs.isEmpty() && !over) {
      refuse(refusal);
    }
  }

  /** What the caller is told of a refusal: a trunk's own word, for a phone whether it is there. */
  private static int told(Leg leg, int status) {
    boolean own =
        leg.peer instanceof Peers.Trunk && status >= 400 && status != 401 && status != 407;
    return own || !isUnreachable(status) ? status : 480;
  }

  /** What a phone that cannot be reached, or an SDK without a person behind it, answers. */
  private static boolean isUnreachable(int status) {
    return status == 408
        || status == 480
        || status == 404
        || status == 481
        || status < 400 // a hang-up without an answer, or sent elsewhere
        || status == 401 // asks the switch, not the caller, for a proof
        || status == 407
        || (status >= 500 && status < 600);
  }

  private final class CallerEvents implements SessionListener {
    @Override
    public void onOffer(SipSession session, SessionOffer offer) {
      passOn(offer, joined.map(l -> l.media), joined.flatMap(l -> l.session));
    }

    @Override
    public void onInfo(SipSession session, SipRequest info) {
      joined.flatMap(l -> l.session).ifPresent(s -> s.info(info.contentType(), info.body()));
    }

    @Override
    public void onOfferAccepted(SipSession session) {
      joined.ifPresent(l -> l.pending.accepted(session, callerMedia, l.media));
    }

    @Override
    public void onOfferRejected(SipSession session, int status) {
      joined.ifPresent(l -> l.pending.rejected(status));
    }

    @Override
    public void onEnded(SipSession session, SessionEnd end) {
      if (session == caller) {
        end("caller: " + end.status() + (end.byRemote() ? " there" : " here"));
      }
    }
  }

  /**
   * Passes a re-INVITE's offer on to the other leg; its answer comes back through the pending one.
   */
  private void passOn(SessionOffer offer, Optional<CallMedia> to, Optional<SipSession> other) {
    if (offer.sdp().isEmpty() || to.isEmpty() || other.isEmpty() || joined.isEmpty()) {
      offer.reject(488);
      return;
    }
    Optional<byte[]> relayed = to.get().relayed(offer.sdp().get());
    if (relayed.isEmpty() || !other.get().offer(relayed.get())) {
      offer.reject(relayed.isEmpty() ? 488 : 491);
      return;
    }
    joined.get().pending.begin(offer);
  }

  /** An offer of one leg that the other has not answered yet. */
  private static final class PendingOffer {
    private Optional<SessionOffer> offer = Optional.empty();

    void begin(SessionOffer made) {
      offer = Optional.of(made);
    }

    void accepted(SipSession answered, CallMedia answeredMedia, CallMedia offeredMedia) {
      Optional<SessionOffer> open = offer;
      offer = Optional.empty();
      if (open.isPresent() && answered.remoteSdp().isPresent()) {
        open.get().sdp().ifPresent(offeredMedia::heard);
        answeredMedia.heard(answered.remoteSdp().get());
        Optional<byte[]> relayed = offeredMedia.relayed(answered.remoteSdp().get());
        if (relayed.isPresent()) {
          open.get().accept(relayed.get());
        } else {
          open.get().reject(488);
        }
      }
    }

    void rejected(int status) {
      Optional<SessionOffer> open = offer;
      offer = Optional.empty();
      open.ifPresent(o -> o.reject(status));
    }
  }

  /** A called leg. */
  private final class Leg implements SessionListener {
    private final PhoneNumber number;
    private final SipPeer peer;
    private final boolean isBackup;
    private final CallMedia media;
    private final PendingOffer pending = new PendingOffer();
    private Optional<SipSession> session = Optional.empty();
    private Timer nudge = NONE;
    private boolean closed;
    private Optional<PhoneNumber> backupOf = Optional.empty();

    Leg(PhoneNumber number, SipPeer peer, boolean isBackup) {
      this.number = number;
      this.peer = peer;
      this.isBackup = isBackup;
      this.media = new CallMedia(board.relay(), board.mediaHost(), peer);
    }

    void call() {
      Optional<byte[]> offer = caller.remoteSdp().flatMap(media::relayed);
      if (offer.isEmpty()) {
        refuse(media.isOpen() ? 488 : 503);
        return;
      }
      SipSession made =
          board.call(number, peer, board.callerOf(caller), offer.get(), forwards, this);
      session = Optional.of(made);
      // A connection repeats what is lost by itself.
      if (peer instanceof Peers.Phone && !isBackup && !peer.reliable()) {
        nudge = board.loop().schedule(NUDGE, () -> nudge(made, MOST_NUDGES));
      }
    }

    private void nudge(SipSession silent, int left) {
      silent.moveTo(peer);
      if (left > 1) {
        nudge = board.loop().schedule(NUDGE, () -> nudge(silent, left - 1));
      }
    }

    @Override
    public void onTrying(SipSession from) {
      reacted();
    }

    private void reacted() {
      nudge.cancel();
      if (!isBackup) {
        backupTimer.cancel();
      }
    }

    @Override
    public void onProgress(SipSession from, SipResponse response) {
      reacted();
      Optional<byte[]> early = response.sdp();
      if (early.isPresent() && joined.isEmpty()) {
        media.heard(early.get());
        board.relay().join(callerMedia.leg(), media.leg());
        Optional<byte[]> relayed = callerMedia.relayed(early.get());
        caller.progress(183, relayed.orElse(new byte[0]));
      } else if (!ringing) {
        ringing = true;
        caller.ring();
      }
    }

    @Override
    public void onEstablished(SipSession from) {
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
      for (Leg other : new ArrayList<>(legs)) {
        if (other != this) {
          other.close();
          legs.remove(other);
        }
      }
      board.relay().join(callerMedia.leg(), media.leg());
      if (isRescue()) {
        caller.offer(relayed.get());
      } else {
        caller.answer(relayed.get());
      }
      watchTimer = board.loop().schedule(WATCH, SwitchCall.this::watch);
    }

    @Override
    public void onOffer(SipSession from, SessionOffer offer) {
      passOn(offer, Optional.of(callerMedia), Optional.of(caller));
    }

    @Override
    public void onOfferAccepted(SipSession from) {
      pending.accepted(from, media, callerMedia);
    }

    @Override
    public void onOfferRejected(SipSession from, int status) {
      pending.rejected(status);
    }

    @Override
    public void onInfo(SipSession from, SipRequest info) {
      caller.info(info.contentType(), info.body());
    }

    @Override
    public void onEnded(SipSession from, SessionEnd end) {
      nudge.cancel();
      if (closed || over) {
        return;
      }
      closed = true;
      media.close();
      if (joined.isPresent()) {
        if (joined.get() == this) {
          caller.hangUp();
          SwitchCall.this.end("called: " + end.status() + (end.byRemote() ? " there" : " here"));
        }
        return;
      }
      lost(this, end);
    }

    void close() {
      nudge.cancel();
      if (closed) {
        return;
      }
      closed = true;
      session.ifPresent(SipSession::hangUp);
      media.close();
    }
  }
}
