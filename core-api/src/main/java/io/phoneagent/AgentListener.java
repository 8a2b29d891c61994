// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import java.time.Duration;
import java.util.Optional;

/**
 * Told what happens to an agent. Every method has an empty default. Calls come one at a time and in
 * the order of the events, on the vendor's executor; a method that blocks delays those after it and
 * nothing else. Each names the cause of what it tells. What a method throws stands in the timeline
 * ({@link PhoneAgent#explain()}) and has no other effect.
 */
public interface AgentListener {

  /**
   * The phone has an address: a first one, another one, or the same again, renewed or confirmed,
   * with what came with it this time. Compare {@link Lease#address()} to tell them apart.
   */
  default void leased(Lease lease, String cause) {}

  /** The firewall's public address is known, or is another one. */
  default void publicAddress(PublicAddress address, String cause) {}

  /** The switch holds the line for the first time since the start. */
  default void registered(
      LineName line, Assignment assignment, Optional<PublicAddress> address, String cause) {}

  /** The switch holds the line anew, because something changed or the time was up. */
  default void reregistered(
      LineName line, Assignment assignment, Optional<PublicAddress> address, String cause) {}

  /** The flow to the assigned endpoint is open: the phone can be called. */
  default void flowOpen(LineName line, FlowPath path, String cause) {}

  /** The flow goes another way, and is open. */
  default void flowMoved(LineName line, FlowPath path, String cause) {}

  /** The switch does not answer on the flow; the agent is opening it again. */
  default void flowLost(LineName line, FlowPath path, String cause) {}

  /** The called phone rings. */
  default void callRinging(Call call, String cause) {}

  /** The call is answered; {@link Call#remote()} is the other side's media. */
  default void callEstablished(Call call, String cause) {}

  /**
   * The other side offers other media within the call.
   *
   * @return the answer, or empty to refuse the change and keep what is
   */
  default Optional<MediaDescription> callChanged(Call call, MediaDescription offer, String cause) {
    return Optional.empty();
  }

  /** The other side took what {@link Call#offer(MediaDescription)} proposed: see its answer. */
  default void offerAccepted(Call call, String cause) {}

  /**
   * The other side refused what {@link Call#offer(MediaDescription)} proposed, or it could not be
   * proposed now; what was before holds on.
   *
   * @param status the SIP status; 491 where another change was under way
   */
  default void offerRefused(Call call, int status, String cause) {}

  /**
   * The other side holds the call, or goes on with it.
   *
   * @param held whether it wants to hear nothing now
   */
  default void callHeld(Call call, boolean held, String cause) {}

  /**
   * The other side has pressed a key, and told so in signalling (SIP INFO). Keys in the audio
   * stream (RFC 4733) are heard by who has the media.
   *
   * @param digit 0 to 9, *, #, A to D
   */
  default void callDigit(Call call, char digit, String cause) {}

  /**
   * How a transfer goes that {@link Call#transfer} has asked for.
   *
   * @param status 100 to 199 as it goes; 200 to 299, once, where the other side is connected with
   *     somebody else; 300 to 699, once, where it is not, and the call is as it was
   */
  default void callTransferred(Call call, int status, String cause) {}

  /**
   * The other side transfers this phone to somebody else (RFC 3515): a call to that one is about to
   * be made, and the other side hears how it goes. The call that was transferred goes on until the
   * other side ends it, or 5 s after the next one is answered. Not told where {@link
   * PhoneAgentBuilder#transfers} refuses that. Where this throws something, the transfer fails with
   * 500.
   *
   * @param call the call that is transferred
   * @param next the one that is made; hanging it up gives the transfer up
   * @return what the next call offers; empty to offer what this phone has described last in the one
   *     before, both ways
   */
  default Optional<MediaDescription> callReferred(Call call, Call next, String cause) {
    return Optional.empty();
  }

  /**
   * The call is over.
   *
   * @param status the SIP status that ended it before it was answered; 0 where it was answered; 500
   *     where this phone had to refuse it because its own {@link CallHandler} has thrown something
   *     or its own answer describes no audio
   * @param cause why; where it was 500, what is wrong on this side
   */
  default void callEnded(Call call, int status, String cause) {}

  /**
   * Something does not work, and the agent goes on trying. What it was doing is one of
   *
   * <ul>
   *   <li>{@code address}: watching or leasing the device's own address;
   *   <li>{@code public-address}: asking for the firewall's;
   *   <li>{@code switches}: finding the switches in DNS, or in what the network says;
   *   <li>{@code unique-address}: asking a switch for one;
   *   <li>{@code registration}: registering a line, or renewing that;
   *   <li>{@code flow}: opening a line's flow;
   *   <li>{@code callback}: calling the vendor's {@link CallHandler}, {@link #callChanged} or
   *       {@link #callReferred}, which has thrown something: the call, the change or the transfer
   *       was refused;
   *   <li>{@code identity-store}: remembering something; told once for each name until it works
   *       again;
   *   <li>{@code stop}: closing something of a plug-in.
   * </ul>
   *
   * More may be added.
   *
   * @param what what it was doing
   * @param detail what went wrong
   * @param retryIn when it tries again, give or take a fifth, so that phones do not come all at
   *     once; empty where an event decides
   */
  default void disrupted(String what, String detail, Optional<Duration> retryIn) {}

  /**
   * Something does not work and trying again will not help until somebody mends it.
   *
   * @param what what it was doing: {@code registration}, which the switch refuses; more may be
   *     added
   * @param detail what is wrong and how to mend it
   * @param retryIn when it tries again all the same, give or take a fifth
   */
  default void failed(String what, String detail, Optional<Duration> retryIn) {}

  /** The agent rests until {@link PhoneAgent#resume()}: nothing is sent, nothing is heard. */
  default void suspended(String cause) {}

  /** The agent goes on from where it was; {@link #flowOpen} tells when it can be called. */
  default void resumed(String cause) {}

  /** The agent has stopped; the last event of a run. */
  default void stopped(String cause) {}
}
