// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.CallTarget;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.RequestCredentials;
import io.phoneagent.sip.SipPeer;
import io.phoneagent.sip.SipTransport;
import io.phoneagent.sip.SipUri;

/** What a line's calls are like towards the one that it is registered with. On the loop. */
interface CallSide extends SipTransport {

  /** What this end calls itself. */
  SipUri contact(SipPeer to);

  /** Who calls: the line. */
  NameAddr self(SipPeer to);

  /** Who is called. */
  SipUri target(CallTarget target, SipPeer to);

  /** What proves that it is the line. */
  RequestCredentials credentials();

  /** A description of media as the other end is to see it. */
  byte[] described(byte[] sdp);
}
