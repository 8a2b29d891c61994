// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.CallTarget;
import io.phoneagent.InvalidSettingException;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.RequestCredentials;
import io.phoneagent.sip.SipPeer;
import io.phoneagent.sip.SipTransport;
import io.phoneagent.sip.SipUri;
import io.phoneagent.sip.Uri;
import java.util.function.Function;

/** What a line's calls are like towards the one that it is registered with. On the loop. */
interface CallSide extends SipTransport {

  /** What this end calls itself. */
  SipUri contact(SipPeer to);

  /** Who calls: the line. */
  NameAddr self(SipPeer to);

  /** Who is called. */
  SipUri target(CallTarget target, SipPeer to);

  /**
   * Reads whom another phone is to call, as a user has written it; on any thread.
   *
   * @return what that one is called towards whoever a call runs through
   * @throws InvalidSettingException if nobody can be called so
   */
  Function<SipPeer, SipUri> transferTarget(String text);

  /** What the other end of a call is called, where somebody else is to be joined with it. */
  Uri otherEnd(NameAddr other, SipPeer through);

  /** An end of a call as people read it, and may call it by. */
  String party(NameAddr end, SipPeer through);

  /** What proves that it is the line. */
  RequestCredentials credentials();

  /** A description of media as the other end is to see it. */
  byte[] described(byte[] sdp);
}
