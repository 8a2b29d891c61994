// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.sip.Rejection;
import io.phoneagent.sip.SipPeer;
import java.util.Optional;

/**
 * What is between a call and one of its ends, whatever that end speaks: it calls or is called,
 * talks, and is gone. Legs are compared by identity. On the loop.
 */
interface CallLeg {
  /** A name that no other leg has. */
  String id();

  /** Who is at its end. */
  SipPeer peer();

  /** What the end calls itself. */
  LegName name();

  /** Whether the end is called, or calls, and talks now: offers can be made. */
  boolean isEstablished();

  boolean isEnded();

  /** Whether other media can be proposed now, unless something else is proposed. */
  boolean takesOffers();

  /** What the end said last of its media: its offer, its early or final answer. */
  Optional<byte[]> remoteSdp();

  /** What the end was told last of the media on the other side, and has taken. */
  Optional<byte[]> localSdp();

  /** Who hears of it from now on. */
  void listener(LegListener listener);

  /** The end that calls is told that it rings. Without effect once it is answered. */
  void ring();

  /** Whether the end that calls can be told of audio before the answer. */
  boolean takesEarlyMedia();

  /** The end that calls gets audio before the answer. Without effect once it is answered. */
  void progress(byte[] sdp);

  /** The end that calls is answered. */
  void answer(byte[] sdp);

  /** The end that calls is refused, as SIP says it. Without effect once it is answered. */
  void reject(Rejection rejection);

  /** Ends it, however far it has come. */
  void hangUp();

  /**
   * Proposes other media, until that is answered.
   *
   * @return false if that is not possible now
   */
  boolean offer(byte[] sdp);

  /**
   * The same with what somebody else proposes: where the end proposes something at the same moment,
   * the listener is told 491 and nothing is tried again.
   */
  boolean offerOnce(byte[] sdp);

  /** What its end says and hears runs through this, from its beginning on. */
  default void through(CallMedia media) {}

  /** Tells the end something within the call, such as a key that was pressed. */
  void info(String contentType, byte[] body);

  /**
   * Asks whether the end is there; where it knows nothing of the call, or does not answer, the leg
   * ends.
   *
   * @param there run when it answers
   */
  void ask(Runnable there);

  /** Sends at once, to where the end is now, what it has not answered yet. */
  void repeat();
}
