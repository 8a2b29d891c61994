// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.flow;

import io.phoneagent.runtime.Timer;
import io.phoneagent.runtime.Timers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/**
 * The phone's end of a second mapping, through which no call goes: leaves it idle for a time and
 * has the switch speak through it then. Owned by the thread of its timers.
 *
 * <pre>
 *   idle --measure--> noting --answered--> settling --3 s--> touching --answered--> waiting --time-->
 *     asking --something came--> idle, the mapping has lived
 *            --the switch has sent something three times, and nothing came--> ended, it has died
 * </pre>
 */
public final class MappingTrial {
  // A firewall may take what was spoken both ways for more than two seconds for something that
  // lasts: the flow itself has been, so this one has to be, too.
  private static final Duration SETTLING = Duration.ofSeconds(3);
  private static final long[] TRIES_MILLIS = {300, 600, 1_200, 2_400};
  private static final int MOST_CHALLENGES = 3;
  // With 5 % loss, three answers in ten thousand mappings that live are all lost.
  private static final int MOST_SENT = 3;
  private static final int MOST_ASKS = 8;
  private static final Duration ANSWER_WITHIN = Duration.ofMillis(1_500);

  /** Sends messages to the assigned endpoint through the second mapping. */
  @FunctionalInterface
  public interface Output {
    /** Sends one now. */
    void send(ByteBuffer message);
  }

  /** What proves messages: changes when the registration is renewed. */
  public interface Proof {
    /** The flow's key. */
    FlowKey key();

    /** The next number to prove a message with, shared with the flow itself. */
    long nextCounter();
  }

  /** Told how it ended, once for each {@link #measure}. */
  public interface Listener {
    /** Something came through the mapping after that time. */
    void lived();

    /** Nothing came, though the switch had sent it more than once. The mapping is of no use now. */
    void died();

    /** It could not be found out. The mapping is of no use now. */
    void unclear();

    /** The switch allows a phone to be silent so long; told before the first end. */
    void permitted(Duration longest);
  }

  private enum Phase {
    IDLE,
    NOTING,
    SETTLING,
    TOUCHING,
    WAITING,
    ASKING,
    ENDED
  }

  private final Supplier<Proof> proof;
  private final Timers timers;
  private final Output output;
  private final Supplier<TransactionId> ask;
  private final Listener listener;
  private final Random random;
  private final List<TransactionId> asks = new ArrayList<>(MOST_ASKS);
  private Phase phase = Phase.IDLE;
  private TransactionId request = new TransactionId(0, 0);
  private String nonce = Nonces.NONE_YET;
  private Duration wanted = Duration.ZERO;
  private boolean noted;
  private int tries;
  private int challenges;
  private int sent;
  private Timer timer = () -> {};

  /**
   * A mapping that nothing went through yet.
   *
   * @param ask asks the switch on the flow itself: {@link FlowClient#ask}
   * @param random unpredictable for others
   */
  public MappingTrial(
      Supplier<Proof> proof,
      Timers timers,
      Output output,
      Supplier<TransactionId> ask,
      Listener listener,
      Random random) {
    this.proof = proof;
    this.timers = timers;
    this.output = output;
    this.ask = ask;
    this.listener = listener;
    this.random = random;
  }

  /** Finds out whether the mapping lives for this time; only where nothing is under way. */
  public void measure(Duration time) {
    if (phase != Phase.IDLE) {
      return;
    }
    wanted = time;
    tries = 0;
    challenges = 0;
    phase = noted ? Phase.TOUCHING : Phase.NOTING;
    request();
  }

  /** Ends it without telling anybody. */
  public void close() {
    timer.cancel();
    phase = Phase.ENDED;
  }

  private void request() {
    if (tries == TRIES_MILLIS.length) {
      end(Phase.ENDED);
      listener.unclear();
      return;
    }
    request = TransactionId.next(random);
    StunWriter writer =
        StunWriter.of(StunMessage.Kind.MEASURE_REQUEST, request).username(proof.get().key().id());
    if (phase == Phase.NOTING) {
      writer.nonce(nonce);
    }
    timer.cancel();
    timer = timers.schedule(Duration.ofMillis(TRIES_MILLIS[tries++]), this::request);
    output.send(writer.counter(proof.get().nextCounter()).integrity(proof.get().key().key(), 16));
  }

  /** Takes a STUN message that came from the assigned endpoint through this mapping. */
  public void received(ByteBuffer datagram) {
    Optional<StunMessage> read = StunMessage.read(datagram);
    if (!read.isPresent()) {
      return;
    }
    StunMessage message = read.get();
    switch (message.kind()) {
      case MEASURE_ERROR -> challenged(message);
      case MEASURE_SUCCESS -> granted(message);
      case MEASURE_INDICATION -> spoken(message);
      default -> {
        // A second mapping is asked nothing else.
      }
    }
  }

  private void challenged(StunMessage answer) {
    Optional<String> fresh = answer.nonce();
    if (!answer.transaction().equals(request) || !fresh.isPresent()) {
      return;
    }
    if (phase == Phase.NOTING && ++challenges <= MOST_CHALLENGES) {
      nonce = fresh.get();
      tries = 0;
      request();
    } else if (phase == Phase.TOUCHING) {
      // The switch does not have it, or does not see it where it was.
      end(Phase.ENDED);
      listener.unclear();
    }
  }

  private void granted(StunMessage answer) {
    Optional<Measured> measured = answer.measured();
    if (!answer.transaction().equals(request)
        || !measured.isPresent()
        || !answer.integrityHolds(proof.get().key().key())) {
      return;
    }
    if (phase == Phase.NOTING) {
      end(Phase.SETTLING);
      noted = true;
      timer = timers.schedule(SETTLING, this::touch);
      listener.permitted(measured.get().longest());
    } else if (phase == Phase.TOUCHING) {
      end(Phase.WAITING);
      timer = timers.schedule(wanted, this::waited);
    }
  }

  private void touch() {
    phase = Phase.TOUCHING;
    tries = 0;
    request();
  }

  private void waited() {
    phase = Phase.ASKING;
    asks.clear();
    sent = 0;
    askAgain();
  }

  private void askAgain() {
    if (sent == MOST_SENT) {
      end(Phase.ENDED);
      listener.died();
    } else if (asks.size() == MOST_ASKS) {
      end(Phase.ENDED);
      listener.unclear();
    } else {
      // The question first: its answer may come before the timer is set.
      timer = timers.schedule(ANSWER_WITHIN, this::askAgain);
      asks.add(ask.get());
    }
  }

  /** The switch has answered a question on the flow itself. */
  public void asked(TransactionId question, Measured answer) {
    if (phase != Phase.ASKING || !asks.contains(question)) {
      return;
    }
    if (answer.noted()) {
      sent++;
    } else {
      // It has started again, or this phone has asked too often.
      end(Phase.ENDED);
      listener.unclear();
    }
  }

  private void spoken(StunMessage message) {
    if (phase == Phase.ASKING
        && asks.contains(message.transaction())
        && message.integrityHolds(proof.get().key().key())) {
      end(Phase.IDLE);
      listener.lived();
    }
  }

  private void end(Phase next) {
    timer.cancel();
    phase = next;
  }
}
