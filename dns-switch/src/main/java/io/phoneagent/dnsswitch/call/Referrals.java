// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.PhoneNumber;
import io.phoneagent.sip.Dialog;
import io.phoneagent.sip.IncomingRefer;
import io.phoneagent.sip.Replaces;
import io.phoneagent.sip.SipSession;
import java.util.Optional;
import java.util.function.Function;

/** Who may have a call transferred, and where to; what is let in becomes a {@link Transfer}. */
final class Referrals {
  private final Switchboard board;
  private final Routing routing;
  private final Function<Dialog.Id, Optional<SipSession>> sessions;

  Referrals(
      Switchboard board, Routing routing, Function<Dialog.Id, Optional<SipSession>> sessions) {
    this.board = board;
    this.routing = routing;
    this.sessions = sessions;
  }

  /** An end of a call wants it to be transferred. */
  void transfer(SwitchCall call, CallLeg transferor, IncomingRefer refer) {
    Optional<Party> own = call.end(transferor);
    Optional<Party> remaining = call.opposite(transferor);
    if (board.isDraining() || !call.isTalking() || own.isEmpty() || remaining.isEmpty()) {
      refer.reject(board.isDraining() ? 503 : 491);
      return;
    }
    if (!(transferor.peer() instanceof Peers.Own)) {
      refer.reject(403);
      return;
    }
    // One that rings is a call more; one that joins two calls makes them one.
    Optional<Replaces> replaces = refer.referTo().replaces();
    boolean oneMore = replaces.isEmpty() || !Peers.areOne(call.caller(), transferor.peer());
    if (oneMore && board.limits().hasTooMany(transferor.peer())) {
      refer.reject(503);
      return;
    }
    Transfer transfer = new Transfer(board, call, own.get(), remaining.get(), refer);
    if (replaces.isPresent()) {
      attended(transfer, call, transferor, refer, replaces.get());
    } else {
      blind(transfer, remaining.get(), transferor, refer);
    }
  }

  private void blind(Transfer transfer, Party remaining, CallLeg transferor, IncomingRefer refer) {
    Optional<PhoneNumber> number = board.called(refer.referTo().target());
    if (number.isEmpty()) {
      refer.reject(404);
      return;
    }
    Routing.Route route =
        routing.route(number.get(), transferor.peer(), transferor.name().number());
    boolean same = route.first().contains(remaining.leg().peer());
    if (route.refusal() != 0 || (same && !(remaining.leg().peer() instanceof Peers.Trunk))) {
      refer.reject(same ? 486 : route.refusal());
      return;
    }
    transfer.blind(number.get(), route);
  }

  /** Both calls are the transferor's own, or nobody could name the second one. */
  private void attended(
      Transfer transfer,
      SwitchCall call,
      CallLeg transferor,
      IncomingRefer refer,
      Replaces replaces) {
    Optional<SipSession> second =
        sessions
            .apply(new Dialog.Id(replaces.callId(), replaces.toTag(), replaces.fromTag()))
            .filter(session -> session.peer().equals(transferor.peer()));
    Optional<SwitchCall> other =
        second.flatMap(s -> board.callOf(s).filter(found -> found != call));
    Optional<Party> there = second.flatMap(s -> other.flatMap(c -> c.end(s)));
    if (other.isEmpty() || there.isEmpty()) {
      refer.reject(481);
    } else if (!other.get().isTalking()) {
      refer.reject(491);
    } else {
      Party target = other.get().opposite(there.get().leg()).orElseThrow();
      transfer.attended(other.get(), there.get(), target, other.get().called());
    }
  }
}
