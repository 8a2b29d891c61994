// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import io.phoneagent.runtime.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Provisional responses that the caller acknowledges (RFC 3262): each is repeated until its PRACK,
 * the next one waits for that, and so does the answer to the call.
 */
final class ReliableProgress {
  static final String OPTION = "100rel";
  // More than any call has to say before it is answered; what comes beyond is left out.
  private static final int MOST_WAITING = 8;
  private static final Timer NONE = () -> {};

  private final SipUserAgent agent;
  private final ServerTransaction transaction;
  private final Runnable lost;
  private final Deque<SipResponse.Builder> waiting = new ArrayDeque<>();
  private Optional<Runnable> afterwards = Optional.empty();
  private Optional<SipResponse> current = Optional.empty();
  private long sequence;
  private Duration pause = Duration.ZERO;
  private Timer resend = NONE;
  private Timer end = NONE;

  /**
   * For one INVITE.
   *
   * @param lost called when one was not acknowledged within 64 T1
   */
  ReliableProgress(SipUserAgent agent, ServerTransaction transaction, Runnable lost) {
    this.agent = agent;
    this.transaction = transaction;
    this.lost = lost;
    this.sequence = 1L + agent.tokens().below(1 << 30);
  }

  /** Whether the caller wants this response to be reliable: any, or those that matter to media. */
  static boolean isWanted(SipRequest invite, boolean withSdp) {
    return invite.tokens(HeaderName.REQUIRE).contains(OPTION)
        || (withSdp && invite.tokens(HeaderName.SUPPORTED).contains(OPTION));
  }

  void send(SipResponse.Builder response) {
    if (current.isPresent()) {
      if (waiting.size() < MOST_WAITING) {
        waiting.add(response);
      }
      return;
    }
    sequence++;
    SipResponse made =
        response
            .add(HeaderName.REQUIRE, OPTION)
            .add(HeaderName.RSEQ, Long.toString(sequence))
            .build();
    current = Optional.of(made);
    pause = agent.timings().t1();
    end = agent.timers().schedule(agent.timings().giveUp(), this::giveUp);
    put(made);
  }

  private void put(SipResponse response) {
    transaction.send(response);
    resend = agent.timers().schedule(pause, this::resendDue);
  }

  private void resendDue() {
    pause = pause.multipliedBy(2);
    current.ifPresent(this::put);
  }

  private void giveUp() {
    stop();
    lost.run();
  }

  /** Does it when everything that was sent is acknowledged: at once, or later, or never. */
  void afterwards(Runnable action) {
    if (current.isPresent()) {
      afterwards = Optional.of(action);
    } else {
      action.run();
    }
  }

  /** What a PRACK acknowledges; empty if nothing waits for it. */
  Optional<SipResponse> acknowledged(SipRequest prack) {
    CSeq invite = transaction.request().cseq();
    String wanted = sequence + " " + invite.number() + ' ' + invite.method();
    String named = prack.header(HeaderName.RACK).orElse("").trim().replaceAll("[ \t]+", " ");
    Optional<SipResponse> acknowledged = current.filter(c -> named.equals(wanted));
    if (acknowledged.isPresent()) {
      quiet();
    }
    return acknowledged;
  }

  /** What waited goes on; after the PRACK was answered. */
  void goOn() {
    if (current.isPresent()) {
      return;
    }
    SipResponse.Builder next = waiting.poll();
    if (next != null) {
      send(next);
      return;
    }
    Optional<Runnable> action = afterwards;
    afterwards = Optional.empty();
    action.ifPresent(Runnable::run);
  }

  private void quiet() {
    current = Optional.empty();
    resend.cancel();
    end.cancel();
  }

  void stop() {
    quiet();
    waiting.clear();
    afterwards = Optional.empty();
  }
}
