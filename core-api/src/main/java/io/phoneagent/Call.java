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

  /**
   * The caller: a number in E.164 where there is one; with a SIP registrar the user alone where it
   * is of the registrar's domain or says an IP address for it, as in {@code 1002}, so that {@link
   * PhoneLine#call} reaches it; else a SIP address. It is what the other side says, as far as the
   * switch or the registrar lets it.
   */
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

  /**
   * Holds the call: offers the media as it was described last, from this phone to the other side
   * only (RFC 3264, section 8.4). {@link AgentListener#offerAccepted} or {@link
   * AgentListener#offerRefused} tells what became of it. A phone that describes its media itself
   * uses {@link #offer} instead, and does not mix the two.
   */
  void hold();

  /** Offers the media both ways again. */
  void resume();

  /**
   * Transfers the other side to somebody else, without asking that one first (RFC 3515, RFC 5589).
   * {@link AgentListener#callTransferred} tells how it goes. The call goes on until the other side
   * has an answer, and afterwards as it was where that is no; where it is yes, the switch ends this
   * one.
   *
   * @param target a number in E.164; with a SIP registrar whatever {@link CallTarget#of} reads
   * @throws InvalidSettingException if it is none
   */
  void transfer(String target);

  /**
   * Joins the other side with the other side of another call of the same line (RFC 3891), which
   * should be on hold. {@link AgentListener#callTransferred} tells how it goes, for this call.
   *
   * @throws InvalidSettingException if that is a call of another line, or this one
   */
  void transfer(Call other);

  /**
   * The id of the call whose place this one takes: as an incoming one is meant to (RFC 3891), or as
   * the other side of that call has transferred it ({@link AgentListener#callReferred}).
   */
  Optional<String> replaces();

  /** Ends the call, or gives up calling. */
  void hangUp();
}
