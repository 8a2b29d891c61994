// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

/**
 * The analogue line's hardware, which a maker implements: what is done to the telephone. What the
 * telephone does is told to the {@link MgcpEndpoint}. Called on the thread that owns the gateway;
 * must not block.
 */
public interface AnalogPort {
  /** Whether the handset is off the hook at this moment. */
  boolean isOffHook();

  /** Ringing current on or off; the cadence is the caller's. */
  void ring(boolean on);

  /** Sends who calls, in the first long pause of the ringing that follows, or at once off hook. */
  void showCaller(CallerId caller);

  /**
   * Plays a tone to the handset, in place of the one that plays, until {@link #stopTone}.
   *
   * @param once whether it sounds for one turn of its cadence, or as short as it can be, and ends
   *     by itself
   */
  void play(Tone tone, boolean once);

  /** Ends the tone that plays, if one does. */
  void stopTone();

  /** The lamp that says that messages wait. */
  void showMessages(boolean waiting);

  /** Line current off or on: the other end has hung up (L/osi). */
  void interruptCurrent(boolean off);
}
