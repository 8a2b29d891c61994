// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.sip.IncomingRefer;
import java.util.Optional;

/** What happens to a leg. On the loop. */
interface LegListener {
  /** The end that is called has reacted, and no more than that. */
  default void onTrying(CallLeg leg) {}

  /**
   * The end that is called rings.
   *
   * @param status of SIP, above 100
   * @param early what it says of audio before the answer
   */
  default void onProgress(CallLeg leg, int status, Optional<byte[]> early) {}

  /** The end that is called has answered; the end that calls knows that it was answered. */
  default void onEstablished(CallLeg leg) {}

  /** The end proposes other media, such as to hold, be it before the call is answered. */
  default void onOffer(CallLeg leg, LegOffer offer) {
    offer.reject(488);
  }

  /** The end has taken what was proposed; its answer is the remote SDP now. */
  default void onOfferAccepted(CallLeg leg) {}

  /** The end has refused what was proposed; all stays as it was. */
  default void onOfferRejected(CallLeg leg, int status) {}

  /** The answer to an offer that the end had asked for has come; it is the remote SDP now. */
  default void onAnswer(CallLeg leg) {}

  /** The end says something within the call, such as a key that was pressed. */
  default void onInfo(CallLeg leg, String contentType, byte[] body) {}

  /** The end wants the call to be transferred, which SIP alone can say. */
  default void onRefer(CallLeg leg, IncomingRefer refer) {
    refer.reject(603);
  }

  /** It is over; nothing comes after this. */
  default void onEnded(CallLeg leg, LegEnd end) {}
}
