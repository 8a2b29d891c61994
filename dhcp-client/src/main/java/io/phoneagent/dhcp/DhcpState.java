// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import io.phoneagent.dhcpmessage.LinkAddress;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a device stands with its address (RFC 2131, 4.4).
 *
 * <pre>
 *   Stopped --start--> Linkless --link up--> Selecting --offer--> Requesting --ack--> Checking
 *                        |   ^                  ^ |                                     |
 *     an address is known|   |link down         | +-- pauses in Init after a refusal    |nobody
 *                        v   |(from anywhere)   |     or a conflict                     |has it
 *                     Rebooting --no answer-----+                                       v
 *                        +--------------- ack ------------- (Checking) -------------> Bound
 *                                                                                       |T1
 *                Selecting &lt;--run out-- Rebinding &lt;--T2-- Renewing &lt;---------------+
 * </pre>
 *
 * RFC 2131's INIT is {@link Init} and its INIT-REBOOT the {@link Linkless} that knows an address;
 * both are left at once where the link is up. An address that has not run out stays in use while
 * the link returns and while other servers are asked, until another one is granted or it is
 * refused.
 */
sealed interface DhcpState {
  /** How long an address outlives its link: a plug that is pulled and put back. */
  Duration LINK_GRACE = Duration.ofSeconds(3);

  /** How long to wait for a better offer than one that lacks something. */
  Duration COLLECT = Duration.ofMillis(300);

  /** RFC 2131, 3.1 (5): after an address was found to be another's. */
  Duration AFTER_CONFLICT = Duration.ofSeconds(10);

  /** After an offer that was taken and then refused. */
  Duration AFTER_REFUSAL = Duration.ofSeconds(1);

  /** After the system would not take the address. */
  Duration AFTER_FAILURE = Duration.ofSeconds(10);

  /** A known address is asked for so often, then any. */
  int REBOOT_TRIES = 3;

  /** An offer is taken so often, then another is asked for. */
  int REQUEST_TRIES = 4;

  /** After so many questions without an answer the agent is told. */
  int TELL_AFTER = 3;

  /** Off. */
  record Stopped() implements DhcpState {}

  /** Waits for the link. */
  record Linkless(Optional<Remembered> remembered, Optional<Granted> held) implements DhcpState {}

  /** Rests with the agent. */
  record Resting(Optional<Remembered> remembered, Optional<Granted> held, boolean up)
      implements DhcpState {}

  /** Waits before it asks anew. */
  record Init(Optional<Remembered> remembered, Optional<Granted> held) implements DhcpState {}

  /**
   * Has asked for offers.
   *
   * @param best one that lacks something
   */
  record Selecting(
      Attempt attempt,
      Optional<Remembered> remembered,
      Optional<Granted> held,
      Optional<Reply> best)
      implements DhcpState {}

  /**
   * Has taken an offer.
   *
   * @param secs of the message that brought it
   */
  record Requesting(Attempt attempt, int secs, Reply offer, Optional<Granted> held)
      implements DhcpState {}

  /** Has asked for the address it had. */
  record Rebooting(Attempt attempt, Remembered remembered, Optional<Granted> held)
      implements DhcpState {}

  /**
   * Asks whether another device has the address.
   *
   * @param asked how often it has
   * @param held another one that is in use meanwhile
   */
  record Checking(Granted granted, int asked, Optional<Granted> held) implements DhcpState {}

  /** Has an address. */
  record Bound(Granted granted) implements DhcpState {
    @Override
    public Optional<Granted> held() {
      return Optional.of(granted);
    }
  }

  /** Asks its server for more time. */
  record Renewing(Granted granted, Attempt attempt) implements DhcpState {
    @Override
    public Optional<Granted> held() {
      return Optional.of(granted);
    }
  }

  /** Asks any server for more time. */
  record Rebinding(Granted granted, Attempt attempt) implements DhcpState {
    @Override
    public Optional<Granted> held() {
      return Optional.of(granted);
    }
  }

  /** What can happen. */
  sealed interface Event {
    /** The agent wants an address. */
    record Start(Optional<Remembered> remembered) implements Event {}

    /** The link is there. */
    record LinkUp() implements Event {}

    /** It is gone. */
    record LinkDown(String cause) implements Event {}

    /** A server offers an address. */
    record Offered(Reply reply) implements Event {}

    /** A server grants one. */
    record Acknowledged(Reply reply) implements Event {}

    /** A server refuses one. */
    record Refused(Reply reply) implements Event {}

    /** Another device has an address, or is about to take it. */
    record Claimed(Inet4Address address, LinkAddress by) implements Event {}

    /** The time that was asked for has come. */
    record TimerDue() implements Event {}

    /** The system would not take the address. */
    record ApplyFailed(String cause) implements Event {}

    /** Somebody has taken an address from the interface. */
    record Taken(Inet4Address address) implements Event {}

    /** The agent rests. */
    record Suspend() implements Event {}

    /** It goes on. */
    record Resume() implements Event {}

    /**
     * It ends.
     *
     * @param release whether the address is given back, or kept for the next start
     */
    record Stop(boolean release) implements Event {}
  }

  /** What is to be done. */
  sealed interface Effect {
    /** Receive what comes. */
    record Listen() implements Effect {}

    /** Receive nothing. */
    record Rest() implements Effect {}

    /** Ask a server. */
    record Send(Question question) implements Effect {}

    /** Ask everybody who has this address. */
    record ProbeLink(Inet4Address address) implements Effect {}

    /** Tell everybody who has it now. */
    record Announce(Inet4Address address) implements Effect {}

    /** Wake after this time; in place of any other. */
    record WakeIn(Duration delay) implements Effect {}

    /** Do not wake. */
    record CancelTimer() implements Effect {}

    /** The interface is to have this, in place of what it had. */
    record Apply(Granted granted) implements Effect {}

    /** The interface is to have it no more. */
    record Remove(Granted granted) implements Effect {}

    /** The interface is not to have what an earlier run may have left it. */
    record Abandon(Inet4Address address) implements Effect {}

    /** Keep this over restarts. */
    record Remember(Remembered remembered) implements Effect {}

    /** Keep nothing. */
    record Forget() implements Effect {}

    /** Tell the agent its address. */
    record TellLeased(Granted granted, String cause) implements Effect {}

    /** Tell the agent that it has none. */
    record TellLost(String cause) implements Effect {}

    /** Tell the agent of what does not take its address away. */
    record TellTroubled(String cause) implements Effect {}
  }

  /** The address in use, and told to the agent. */
  default Optional<Granted> held() {
    return Optional.empty();
  }

  /** The next state and what is to be done. */
  default Step on(Event event, Moment moment) {
    return new DhcpTransition(this, moment).on(event);
  }
}
