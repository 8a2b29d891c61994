// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.sip.IncomingRefer;
import java.util.Optional;

/** What an end of a call says within it goes to the other one, as soon as there is one. */
abstract class PassingOn implements LegListener {
  private final SwitchCall call;

  PassingOn(SwitchCall call) {
    this.call = call;
  }

  @Override
  public void onOffer(CallLeg leg, LegOffer offer) {
    Optional<Party> calling = call.isJoined() ? Optional.empty() : call.party(leg);
    calling.ifPresent(own -> call.early().passOn(offer, own, call.calling(), call.pending()));
    call.whereJoined(leg, (own, other) -> call.pending().passOn(offer, own, other));
    if (calling.isEmpty() && call.opposite(leg).isEmpty()) {
      offer.reject(488);
    }
  }

  @Override
  public void onAnswer(CallLeg leg) {
    call.whereJoined(leg, PendingOffer::answered);
    if (!call.isJoined()) {
      call.early().answered(call.calling());
    }
  }

  @Override
  public void onOfferAccepted(CallLeg leg) {
    call.party(leg).ifPresent(call.pending()::accepted);
    if (call.early().hasChanged()) {
      call.offers().catchUp();
    }
  }

  @Override
  public void onOfferRejected(CallLeg leg, int status) {
    call.pending().rejected(leg, status);
  }

  @Override
  public void onRefer(CallLeg leg, IncomingRefer refer) {
    call.transfer(leg, refer);
  }

  @Override
  public void onInfo(CallLeg leg, String contentType, byte[] body) {
    call.whereJoined(leg, (own, other) -> other.leg().info(contentType, body));
  }
}
