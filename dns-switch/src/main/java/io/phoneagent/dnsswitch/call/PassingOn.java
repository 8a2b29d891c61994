// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.sip.IncomingRefer;

/** What an end of a call says within it goes to the other one, as soon as there is one. */
abstract class PassingOn implements LegListener {
  private final SwitchCall call;

  PassingOn(SwitchCall call) {
    this.call = call;
  }

  @Override
  public void onOffer(CallLeg leg, LegOffer offer) {
    call.whereJoined(leg, (own, other) -> call.pending().passOn(offer, own, other));
    if (call.opposite(leg).isEmpty()) {
      offer.reject(488);
    }
  }

  @Override
  public void onAnswer(CallLeg leg) {
    call.whereJoined(leg, PendingOffer::answered);
  }

  @Override
  public void onOfferAccepted(CallLeg leg) {
    call.whereJoined(leg, (own, other) -> call.pending().accepted(own, other));
  }

  @Override
  public void onOfferRejected(CallLeg leg, int status) {
    call.whereJoined(leg, (own, other) -> call.pending().rejected(status));
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
