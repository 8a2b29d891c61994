// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import java.net.InetAddress;
import java.time.Duration;

/**
 * One question to the gateway. It is repeated after 250 ms and each time twice as late (RFC 6886,
 * section 3.1), a few times only, because the next check asks again anyway; PCP's own first wait of
 * 3 s (RFC 6887, section 8.1.1) is longer than the agent waits for all of it. A gateway that speaks
 * the other protocol is asked in that one, once.
 */
sealed interface Asking {
  /** After this long the first datagram is repeated. */
  Duration FIRST_WAIT = Duration.ofMillis(250);

  /**
   * Waits for an answer.
   *
   * @param sent datagrams in this dialect so far
   * @param most so many at most
   * @param turned whether the other dialect has been tried before
   */
  record Waiting(Dialect dialect, int sent, int most, boolean turned) implements Asking {}

  /** The gateway has said an address. */
  record Told(InetAddress address) implements Asking {}

  /** It has said something else. */
  record Refused(String why) implements Asking {}

  /** It has said nothing. */
  record Silent() implements Asking {}

  /** What can happen. */
  sealed interface Event {
    /** The gateway has answered in this dialect, for this question. */
    record Answered(Dialect dialect, InetAddress address) implements Event {}

    /** It refuses. */
    record Refusal(Dialect dialect, int code) implements Event {}

    /**
     * It speaks this version only.
     *
     * @param same whether it answers what the last datagram asked for; else it may be a late answer
     *     in the dialect before
     */
    record Unsupported(int version, boolean same) implements Event {}

    /** Nothing has come in time. */
    record TimeOut() implements Event {}
  }

  /**
   * What an event leads to.
   *
   * @param next the state from now on
   * @param sends whether a datagram is to be sent, in the dialect of that state
   */
  record Step(Asking next, boolean sends) {}

  /** How long to wait for an answer to the datagram sent last. */
  static Duration patience(Waiting state) {
    return FIRST_WAIT.multipliedBy(1L << (state.sent() - 1));
  }

  /** Begins; a datagram is to be sent. */
  static Waiting begin(Dialect dialect, int most) {
    return new Waiting(dialect, 1, most, false);
  }

  /** The next state. */
  default Step on(Event event) {
    return this instanceof Waiting waiting ? waitingOn(waiting, event) : new Step(this, false);
  }

  private static Step waitingOn(Waiting state, Event event) {
    if (event instanceof Event.TimeOut) {
      return state.sent() < state.most()
          ? new Step(
              new Waiting(state.dialect(), state.sent() + 1, state.most(), state.turned()), true)
          : new Step(new Silent(), false);
    }
    if (event instanceof Event.Answered answered && answered.dialect() == state.dialect()) {
      return new Step(new Told(answered.address()), false);
    }
    if (event instanceof Event.Refusal refusal && refusal.dialect() == state.dialect()) {
      return new Step(new Refused(reason(refusal)), false);
    }
    if (event instanceof Event.Unsupported unsupported) {
      return unsupported(state, unsupported.version(), unsupported.same());
    }
    return new Step(state, false);
  }

  private static Step unsupported(Waiting state, int version, boolean same) {
    if (version != 0 && version != 2) {
      return new Step(
          new Refused("the gateway speaks version " + version + " of PCP only, an unknown one"),
          false);
    }
    Dialect spoken = version == 0 ? Dialect.NAT_PMP : Dialect.PCP;
    if (spoken == state.dialect() && same) {
      return new Step(
          new Refused("the gateway says that it does not speak " + spoken + ", in " + spoken),
          false);
    }
    if (spoken == state.dialect() || state.turned()) {
      return new Step(state, false); // a late repetition of what made us turn, or nonsense
    }
    return new Step(new Waiting(spoken, 1, state.most(), true), true);
  }

  private static String reason(Event.Refusal refusal) {
    int noAddress = refusal.dialect() == Dialect.NAT_PMP ? 3 : 7;
    return refusal.code() == noAddress
        ? "the gateway has no public address now"
        : "the gateway refuses to say it by "
            + refusal.dialect()
            + ", with result code "
            + refusal.code();
  }
}
