// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.PhoneNumber;
import io.phoneagent.runtime.Clock;
import io.phoneagent.sip.SipPeer;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/** How many calls each may have, be it that they still ring. Owned by the loop. */
final class CallLimits {
  // A phone has a handful of lines; a company behind one address, some more.
  private static final int MOST_CALLS_OF_ONE = 20;
  // A stranger's address may be forged, so all of them together leave the relay to others.
  private static final int MOST_CALLS_OF_STRANGERS = 200;
  // So may a trunk's that proves nothing, but over TCP. A call whose answer it has acknowledged was
  // not forged; what is not rings for at most three minutes. A phone whose network has changed is
  // called again and again until it is back.
  static final int MOST_UNPROVEN_FOR_ONE = 100;
  static final int MOST_UNPROVEN = 500;

  private final Collection<SwitchCall> calls;
  private final Clock clock;
  private final boolean trunkProves;
  private final TrunkBackups trunkBackups = new TrunkBackups();
  // A transfer that rings is a call of the transferor's, beside the one that is transferred.
  private final Set<Transfer> transfers = new LinkedHashSet<>();

  /**
   * Of these calls.
   *
   * @param trunkProves whether the trunk's calls are its own for certain
   */
  CallLimits(Collection<SwitchCall> calls, Clock clock, boolean trunkProves) {
    this.calls = calls;
    this.clock = clock;
    this.trunkProves = trunkProves;
  }

  /** A transfer calls its target. */
  void rings(Transfer transfer) {
    transfers.add(transfer);
  }

  /** It does so no more. */
  void over(Transfer transfer) {
    transfers.remove(transfer);
  }

  /** Whether one more call of this caller to that number would be too many. */
  boolean isFull(SipPeer caller, PhoneNumber called) {
    return isUnproven(caller) ? ringsTooOften(called) : hasTooMany(caller);
  }

  /** Whether it has as many calls on its account as it may. */
  boolean hasTooMany(SipPeer caller) {
    if (caller instanceof Peers.Trunk) {
      return false;
    }
    boolean stranger = caller instanceof Peers.Stranger;
    int same = 0;
    int strangers = 0;
    for (SwitchCall call : calls) {
      strangers += call.caller() instanceof Peers.Stranger ? 1 : 0;
      same += Peers.areOne(call.caller(), caller) ? 1 : 0;
    }
    for (Transfer transfer : transfers) {
      same += Peers.areOne(transfer.caller(), caller) ? 1 : 0;
    }
    return same >= MOST_CALLS_OF_ONE || (stranger && strangers >= MOST_CALLS_OF_STRANGERS);
  }

  private boolean isUnproven(SipPeer caller) {
    return caller instanceof Peers.Trunk && !trunkProves && !caller.reliable();
  }

  private boolean ringsTooOften(PhoneNumber called) {
    int all = 0;
    int same = 0;
    for (SwitchCall call : calls) {
      if (isUnproven(call.caller()) && !call.calling().leg().isEstablished()) {
        all++;
        same += call.called().equals(called) ? 1 : 0;
      }
    }
    return same >= MOST_UNPROVEN_FOR_ONE || all >= MOST_UNPROVEN;
  }

  /** Whether a backup may be called now for this caller. */
  boolean mayCall(Routing.Destination backup, SipPeer caller) {
    if (!backup.isOverTrunk()) {
      return true;
    }
    long unanswered = calls.stream().filter(c -> c.awaitsTrunkBackupOf(backup.of())).count();
    return trunkBackups.allows(backup.of(), caller, unanswered, clock.nanos());
  }
}
