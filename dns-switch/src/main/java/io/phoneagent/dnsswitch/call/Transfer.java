// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.PhoneNumber;
import io.phoneagent.runtime.Timer;
import io.phoneagent.sip.IncomingRefer;
import io.phoneagent.sip.SdpDirection;
import io.phoneagent.sip.SipPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call on its way to somebody else: one of its ends, the transferor, wants the other one, the
 * remaining, to be joined with a target. The switch calls the target itself (blind), or takes it
 * from another call of the transferor (attended); the remaining end only sees its media change. As
 * long as the target has not answered, the first call goes on, and it does where the target
 * refuses. Owned by the loop.
 */
final class Transfer {
  // Somebody may let it ring for three minutes (RFC 3261, section 16.6, timer C).
  private static final Duration RING_TIME = Duration.ofMinutes(3);
  // Time for the word of it to arrive and for the transferor to hang up itself.
  private static final Duration FAREWELL = Duration.ofSeconds(2);
  // A change of the target's session that is under way is waited for.
  private static final Duration AGAIN = Duration.ofMillis(500);
  private static final int MOST_TRIES = 20;
  private static final int DECLINED = 603;
  private static final Timer NONE = () -> {};

  private static final Logger LOG = LoggerFactory.getLogger(Transfer.class);

  private final Switchboard board;
  private final SwitchCall call;
  private final Party transferor;
  private final Party remaining;
  private final IncomingRefer refer;
  private Optional<SwitchCall> otherCall = Optional.empty();
  private Optional<Party> otherTransferor = Optional.empty();
  // All phones of the number ring; the first to answer is the one.
  private final List<Party> targets = new ArrayList<>();
  private Optional<Routing.Destination> backup = Optional.empty();
  private Optional<PhoneNumber> number = Optional.empty();
  private Timer ringTimer = NONE;
  private Timer backupTimer = NONE;
  private boolean transferorGone;
  private boolean over;

  Transfer(
      Switchboard board, SwitchCall call, Party transferor, Party remaining, IncomingRefer refer) {
    this.board = board;
    this.call = call;
    this.transferor = transferor;
    this.remaining = remaining;
    this.refer = refer;
  }

  /** Who has the call that it makes on his account. */
  SipPeer caller() {
    return transferor.leg().peer();
  }

  private void begin(PhoneNumber to) {
    number = Optional.of(to);
    refer.accept();
    call.pause();
    transferor.leg().listener(new TransferorEvents());
    remaining.leg().listener(new RemainingEvents());
    LOG.info("call {} is transferred to {}", call, to);
  }

  /** Calls the target. */
  void blind(PhoneNumber to, Routing.Route route) {
    begin(to);
    backup = route.backup();
    board.limits().rings(this);
    ringTimer = board.loop().schedule(RING_TIME, () -> fail(408));
    Optional<Duration> patience =
        route.first().stream().map(board::backupAfter).max(Comparator.naturalOrder());
    if (patience.isPresent()) {
      if (backup.isPresent()) {
        backupTimer = board.loop().schedule(patience.get(), this::callBackup);
      }
      callTargets(to, route.first(), false);
    } else {
      callBackup();
    }
  }

  private void callBackup() {
    backupTimer.cancel();
    Optional<Routing.Destination> instead = backup;
    backup = Optional.empty();
    if (over) {
      return;
    }
    if (instead.isEmpty() || !board.limits().mayCall(instead.get(), transferor.leg().peer())) {
      fail(480);
      return;
    }
    leaveTargets();
    callTargets(instead.get().number(), instead.get().peers(), true);
  }

  private void callTargets(PhoneNumber to, List<SipPeer> peers, boolean isBackup) {
    for (SipPeer peer : peers) {
      if (!over) {
        callTarget(to, peer, isBackup);
      }
    }
  }

  private void callTarget(PhoneNumber to, SipPeer peer, boolean isBackup) {
    CallMedia media = new CallMedia(board.relay(), board.mediaHost(), peer);
    Optional<byte[]> offer = described().flatMap(media::relayed);
    if (offer.isEmpty()) {
      media.close();
      fail(media.isOpen() ? 488 : 503);
      return;
    }
    CallLeg leg =
        board.transfer(
            to, peer, remaining.leg(), transferor.leg(), offer.get(), new TargetEvents());
    leg.through(media);
    targets.add(new Party(leg, media, isBackup));
  }

  /** As the target is to see the remaining end: talking, though it may be held at the moment. */
  private Optional<byte[]> described() {
    return remaining
        .leg()
        .remoteSdp()
        .flatMap(sdp -> CallMedia.flowing(sdp, SdpDirection.SENDRECV));
  }

  private void leaveTargets() {
    List<Party> left = List.copyOf(targets);
    targets.clear();
    for (Party party : left) {
      party.leg().listener(new LegListener() {});
      party.leg().hangUp();
      party.media().close();
    }
  }

  /** Takes the other end of another call of the transferor. */
  void attended(SwitchCall other, Party transferorThere, Party there, PhoneNumber to) {
    begin(to);
    otherCall = Optional.of(other);
    otherTransferor = Optional.of(transferorThere);
    targets.add(there);
    other.pause();
    transferorThere.leg().listener(new OtherTransferorEvents());
    there.leg().listener(new TargetEvents());
    offerTarget(there, MOST_TRIES);
  }

  private void offerTarget(Party there, int triesLeft) {
    if (over) {
      return;
    }
    Optional<byte[]> offer = described().flatMap(there.media()::relayed);
    if (offer.isEmpty() || triesLeft == 0) {
      fail(488);
    } else if (!there.leg().offer(offer.get())) {
      board.loop().schedule(AGAIN, () -> offerTarget(there, triesLeft - 1));
    }
  }

  private void succeed(Party reached) {
    if (over) {
      return;
    }
    over = true;
    board.limits().over(this);
    ringTimer.cancel();
    backupTimer.cancel();
    targets.remove(reached);
    leaveTargets();
    reached.leg().remoteSdp().ifPresent(reached.media()::heard);
    refer.progress(200);
    call.release();
    otherCall.ifPresent(SwitchCall::release);
    part(transferor);
    otherTransferor.ifPresent(this::part);
    board.begin(
        SwitchCall.joined(
            board, remaining, reached, number.orElseThrow(), transferor.leg().peer()));
  }

  private void part(Party leaving) {
    leaving.leg().listener(new LegListener() {});
    board.loop().schedule(FAREWELL, leaving.leg()::hangUp);
    leaving.media().close();
  }

  /** All goes on as it was, unless the transferor has left. */
  private void fail(int status) {
    if (over) {
      return;
    }
    over = true;
    board.limits().over(this);
    LOG.info("call {} is not transferred: {}", call, status);
    ringTimer.cancel();
    backupTimer.cancel();
    if (otherCall.isEmpty()) {
      leaveTargets();
    }
    refer.progress(status);
    if (transferorGone) {
      call.hangUp();
    } else {
      call.goOn();
    }
    otherCall.ifPresent(SwitchCall::goOn);
  }

  /** Nothing changes in a session while it waits. */
  private abstract static class Waiting implements LegListener {
    @Override
    public void onOffer(CallLeg leg, LegOffer offer) {
      offer.reject(491);
    }

    @Override
    public void onRefer(CallLeg leg, IncomingRefer second) {
      second.reject(491);
    }
  }

  private final class TransferorEvents extends Waiting {
    @Override
    public void onEnded(CallLeg leg, LegEnd end) {
      transferorGone = true;
      if (otherCall.isPresent()) {
        return; // the target is there, and settles it
      }
      ringTimer.cancel();
      ringTimer = board.loop().schedule(RING_TIME, () -> fail(408));
    }
  }

  /** The transferor's other call: where it hangs up there too early, the target goes on waiting. */
  private static final class OtherTransferorEvents extends Waiting {}

  private final class RemainingEvents extends Waiting {
    @Override
    public void onEnded(CallLeg leg, LegEnd end) {
      fail(DECLINED);
    }
  }

  private final class TargetEvents extends Waiting {
    private Optional<Party> current(CallLeg leg) {
      return targets.stream().filter(party -> party.leg() == leg).findFirst();
    }

    @Override
    public void onTrying(CallLeg leg) {
      backupTimer.cancel();
    }

    @Override
    public void onProgress(CallLeg leg, int status, Optional<byte[]> early) {
      backupTimer.cancel();
      if (current(leg).isPresent()) {
        refer.progress(status);
      }
    }

    @Override
    public void onEstablished(CallLeg leg) {
      current(leg).ifPresent(Transfer.this::succeed);
    }

    @Override
    public void onOfferAccepted(CallLeg leg) {
      current(leg).ifPresent(Transfer.this::succeed);
    }

    @Override
    public void onOfferRejected(CallLeg leg, int status) {
      fail(status);
    }

    @Override
    public void onEnded(CallLeg leg, LegEnd end) {
      Optional<Party> left = current(leg);
      if (over || left.isEmpty()) {
        return;
      }
      targets.remove(left.get());
      left.get().media().close();
      if (!targets.isEmpty() && end.status() < 600) {
        return; // another phone of the number may still answer
      }
      if (otherCall.isEmpty() && backup.isPresent() && Refusals.isUnreachable(end.status())) {
        callBackup();
      } else {
        fail(Refusals.told(leg.peer(), end.status()));
      }
    }
  }
}
