// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.flow.StunMessage;
import io.phoneagent.flow.StunWriter;
import io.phoneagent.flow.TransactionId;
import io.phoneagent.runtime.Timer;
import io.phoneagent.runtime.Timers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Proves to a relay where this phone's media comes from, and again whenever that may have changed:
 * the controlling end of ICE towards a lite one (RFC 8445), with its consent (RFC 7675).
 */
final class PathCheck {
  // Quick enough that a changed path is known before a word is lost; RFC 8445 calls this Ta.
  private static final Duration PACE = Duration.ofMillis(50);
  // Two seconds of them; then the relay is away and is asked at the pace of consent.
  private static final int MOST_QUICK = 40;
  private static final Duration CONSENT = Duration.ofSeconds(2);
  // Five packets in a row that have not come: more than jitter, less than a word.
  private static final Duration STOPPED = Duration.ofMillis(100);
  // While nothing comes, as this end's way may change a moment after the other's.
  private static final Duration AGAIN = Duration.ofMillis(200);
  // Whoever is silent for longer is on hold, or says nothing: consent is enough.
  private static final Duration REST = Duration.ofSeconds(2);
  // RFC 7675, section 5.1: consent that nobody renewed is gone.
  private static final Duration EXPIRY = Duration.ofSeconds(30);
  // RFC 8445, section 5.1.2: a host candidate of the only component.
  private static final int PRIORITY = 110 << 24 | 65_535 << 8 | 255;

  private final Timers timers;
  private final Random random;
  private final long tieBreaker;
  private final String userName;
  private final String password;
  private final Consumer<ByteBuffer> output;
  private final Runnable expired;
  private final Set<TransactionId> open = new HashSet<>();
  private Timer next = () -> {};
  private int unanswered;
  private long lastAnswer;
  private long lastHeard;

  PathCheck(
      IceCredentials own,
      IceCredentials remote,
      Timers timers,
      Random random,
      Consumer<ByteBuffer> output,
      Runnable expired) {
    this.userName = remote.fragment() + ":" + own.fragment();
    this.password = remote.password();
    this.timers = timers;
    this.random = random;
    this.tieBreaker = random.nextLong();
    this.output = output;
    this.expired = expired;
    this.lastAnswer = timers.nanos();
    this.lastHeard = timers.nanos() - REST.toNanos();
  }

  /** Proves the path now, and goes on until that is answered. */
  void now() {
    open.clear(); // an answer that is still under way proves the path before
    unanswered = 0;
    ask();
  }

  /** Audio has come from the relay: the way leads here. */
  void heard() {
    lastHeard = timers.nanos();
  }

  /**
   * A beat of the audio: where that has just stopped coming, the firewall may have another address,
   * and nobody says so sooner. The path is proven then, unless it is being proven already.
   */
  void beat() {
    long silence = timers.nanos() - lastHeard;
    if (silence >= STOPPED.toNanos()
        && silence < REST.toNanos()
        && open.isEmpty()
        && timers.nanos() - lastAnswer >= AGAIN.toNanos()) {
      now();
    }
  }

  private void ask() {
    next.cancel();
    if (timers.nanos() - lastAnswer > EXPIRY.toNanos()) {
      expired.run();
      return;
    }
    TransactionId transaction = TransactionId.next(random);
    if (open.size() > MOST_QUICK) {
      open.clear();
    }
    open.add(transaction);
    output.accept(
        StunWriter.of(StunMessage.Kind.REQUEST, transaction)
            .username(userName)
            .nominate(PRIORITY, tieBreaker)
            .iceIntegrity(password));
    unanswered++;
    next = timers.schedule(unanswered < MOST_QUICK ? PACE : CONSENT, this::ask);
  }

  /** A STUN message from the relay; what does not answer is passed over. */
  void received(StunMessage message) {
    if (message.kind() == StunMessage.Kind.SUCCESS
        && open.contains(message.transaction())
        && message.iceIntegrityHolds(password)) {
      open.clear();
      lastAnswer = timers.nanos();
      next.cancel();
      next = timers.schedule(CONSENT, this::now);
    }
  }

  void stop() {
    next.cancel();
  }
}
