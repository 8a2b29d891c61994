// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import java.util.Optional;

/**
 * One call of a line. Its methods may be called from any thread and return at once; what they bring
 * about is told to the {@link AgentListener}. On a call that is over they do nothing.
 */
public interface Call {

  /** Tells this call from all others of the agent. */
  String id();

  /** The caller: a number in E.164 where there is one, else a SIP address. */
  String from();

  /** The called number, in the same form. */
  String to();

  /** Whether the other side called. */
  boolean incoming();

  /** How far it has come. */
  CallState state();

  /** The other side's offer of an incoming call; an empty text if it made none. */
  MediaDescription offer();

  /** What the other side last said about its media; empty before it said anything. */
  Optional<MediaDescription> remote();

  /**
   * Answers an incoming call. One that is no session description, or describes no audio, cannot be
   * used: the call is refused with 500, and {@link AgentListener#callEnded} says so.
   *
   * @param answer the answer to {@link #offer()}
   */
  void answer(MediaDescription answer);

  /**
   * Refuses an incoming call.
   *
   * @param status a SIP status from 400 to 699 (RFC 3261, section 21), such as 486 for busy
   * @throws InvalidSettingException if the status is outside of that range
   */
  void reject(int status);

  /** Offers other media within the call: hold, resume, another address. */
  void offer(MediaDescription offer);

  /** Ends the call, or gives up calling. */
  void hangUp();
}
