// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import java.util.Optional;

/** Other media, which an end proposes. */
interface LegOffer {
  /** What it proposes; empty if it asks for a proposal. */
  Optional<byte[]> sdp();

  /** Takes it, with the answer or the proposal that was asked for. */
  void accept(byte[] answer);

  /** Refuses it, with a status of SIP; all stays as it was. */
  void reject(int status);
}
