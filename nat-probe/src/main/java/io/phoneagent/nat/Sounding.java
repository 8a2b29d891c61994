// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import java.net.InetAddress;
import java.time.Duration;

/**
 * One question to a STUN server. It is repeated after 500 ms and then after twice as long, as RFC
 * 8489, section 6.2.1, has it; but three times at most and not seven, as a round of questions waits
 * for its slowest and the next check asks again.
 */
sealed interface Sounding {
  /** After this long the first datagram is repeated. */
  Duration FIRST_WAIT = Duration.ofMillis(500);

  /**
   * Waits for an answer.
   *
   * @param sent datagrams so far
   * @param most so many at most
   */
  record Waiting(int sent, int most) implements Sounding {}

  /** The server has said what it sees. */
  record Told(InetAddress address) implements Sounding {}

  /** It has said something else. */
  record Refused(String why) implements Sounding {}

  /** It has said nothing. */
  record Silent() implements Sounding {}

  /** What can happen. */
  sealed interface Event {
    /** It sees this address. */
    record Sees(InetAddress address) implements Event {}

    /** An error answer, or another one that has no address. */
    record Denied(String why) implements Event {}

    /** Nothing has come in time. */
    record TimeOut() implements Event {}
  }

  /**
   * What an event leads to.
   *
   * @param next the state from now on
   * @param sends whether the datagram is to be sent again
   */
  record Step(Sounding next, boolean sends) {}

  /** How long to wait for an answer to the datagram sent last. */
  static Duration patience(Waiting state) {
    return FIRST_WAIT.multipliedBy(1L << (state.sent() - 1));
  }

  /** The next state. */
  default Step on(Event event) {
    if (!(this instanceof Waiting waiting)) {
      return new Step(this, false);
    }
    if (event instanceof Event.Sees sees) {
      return new Step(new Told(sees.address()), false);
    }
    if (event instanceof Event.Denied denied) {
      return new Step(new Refused(denied.why()), false);
    }
    return waiting.sent() < waiting.most()
        ? new Step(new Waiting(waiting.sent() + 1, waiting.most()), true)
        : new Step(new Silent(), false);
  }
}
