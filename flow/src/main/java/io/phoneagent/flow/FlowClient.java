// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.flow;

import io.phoneagent.Endpoint;
import io.phoneagent.Transport;
import io.phoneagent.runtime.Timer;
import io.phoneagent.runtime.Timers;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * The phone's end of a flow from one local port, or over one connection that is up: binds it, keeps
 * it alive, answers the switch's challenges. Owned by the thread of its timers.
 *
 * <pre>
 *   idle --bind--> binding --answer--> bound --keep-alives...-->
 *                     |                  |  a challenge to a keep-alive, silence, or the owner's
 *                     | no answer        |  suspicion: bind again
 *                     v                  v
 *                 unanswered          binding
 * </pre>
 */
public final class FlowClient {
  // A challenge and an answer take two round trips. The first repetition comes after what a bad
  // mobile network needs for one; four tries take 1.5 s before the bind counts as unanswered.
  private static final long[] DATAGRAM_TRIES_MILLIS = {150, 250, 400, 700};
  // TCP repeats by itself. Two round trips of a bad network and one repetition fit into two
  // seconds.
  private static final long[] STREAM_TRIES_MILLIS = {2_000};
  // A switch needs one challenge per bind, and one more if it restarts in between.
  private static final int MOST_CHALLENGES = 3;
  // Keep-alives of UDP are not answered, so silence is noticed by a full bind after this time. A
  // connection's are binds all of them: it can be dead without anybody being told.
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(40);
  // Phones which were switched on together spread. Those that have measured have done so already.
  private static final double SPREAD = 0.1;
  private static final double MEASURED_SPREAD = 0.02;
  // Between two keep-alives that name the flow, and so say where it comes from. Each half of the
  // measured time something is said, so that a lost packet leaves the path open.
  private static final int BARE_BETWEEN = 3;
  private static final byte[] BARE = {'\r', '\n'};
  // Three tries: one answered keep-alive in a thousand is lost with 5 % each way.
  private static final long[] ANSWER_TRIES_MILLIS = {300, 600, 1_200};

  /** Takes messages for the assigned endpoint. */
  @FunctionalInterface
  public interface Output {
    /** Sends one now. */
    void send(ByteBuffer message);
  }

  /** Told what becomes of the flow. */
  public interface Listener {

    /** The switch has granted a bind; the flow runs through this mapping of the firewall. */
    void bound(Endpoint mapped);

    /** The switch has answered none of a bind's tries. */
    void unanswered();

    /** A keep-alive came from a mapping that the switch does not know: the old one has died. */
    default void mappingLost() {
      // Nobody asks.
    }

    /**
     * The switch has answered {@link #ask}.
     *
     * @param question which one
     */
    default void asked(TransactionId question, Measured answer) {
      // Nobody asks.
    }

    /**
     * The switch says, proven by the flow's key, that it is reached elsewhere.
     *
     * @param stamp of the change; what does not rise was said before
     */
    default void relocated(Endpoint to, long stamp) {}
  }

  private final FlowKey key;
  private final boolean stream;
  private final Timers timers;
  private final Output output;
  private final Listener listener;
  private final Random random;
  private Duration keepAliveInterval;
  private double spread = SPREAD;
  private int answeredEach = 0;
  private final AtomicLong counter;
  private Optional<Bind> pending = Optional.empty();
  private Optional<TransactionId> lastKeepAlive = Optional.empty();
  private String nonce = Nonces.NONE_YET;
  private long heardAt;
  private Timer keepAliveTimer = () -> {};
  private Timer answerTimer = () -> {};
  private Optional<TransactionId> lastAnswered = Optional.empty();
  private Optional<TransactionId> lastAsk = Optional.empty();
  private int sinceAnswer;
  private int bareBetween;
  private int sinceNamed;
  private boolean kept;
  private long keptAt;
  private boolean closed;
  private boolean asksNoMore;

  /**
   * An idle flow.
   *
   * @param transport what carries it
   * @param counter the next number to prove messages of this key with; shared by all flows that use
   *     the key, and larger than any number used before
   * @param keepAliveInterval how often the path is kept alive once it is bound
   * @param random unpredictable for others
   */
  public FlowClient(
      FlowKey key,
      Transport transport,
      AtomicLong counter,
      Duration keepAliveInterval,
      Timers timers,
      Output output,
      Listener listener,
      Random random) {
    this.key = key;
    this.stream = transport.isStream();
    this.counter = counter;
    this.keepAliveInterval = keepAliveInterval;
    this.timers = timers;
    this.output = output;
    this.listener = listener;
    this.random = random;
  }

  /** Asks the switch to move the flow to this path; one that is under way goes on. */
  public void bind() {
    if (closed || pending.isPresent()) {
      return;
    }
    asksNoMore = false;
    begin(new Bind());
  }

  /**
   * Sends nothing more of its own accord, but goes on answering challenges: another flow has taken
   * over, and this path may still serve as the second.
   */
  public void rest() {
    pending.ifPresent(b -> b.repeat.cancel());
    pending = Optional.empty();
    keepAliveTimer.cancel();
    answerTimer.cancel();
    kept = false;
    // What the switch still says to these would have this path take the flow back.
    lastKeepAlive = Optional.empty();
    lastAnswered = Optional.empty();
    lastAsk = Optional.empty();
  }

  /**
   * Another path is being tried: what was asked on this one may still be granted, and nothing more
   * is asked, which would be younger than what the other one asks.
   */
  public void askNoMore() {
    asksNoMore = true;
    pending.ifPresent(b -> b.repeat.cancel());
  }

  /**
   * The path is kept alive as often as its firewall was measured to need, from the next keep-alive
   * on; one that is due by then is sent at once. Where answers repeat nothing that is lost, there
   * is one to spare between two keep-alives, and of all these each fourth names the flow.
   *
   * @param answered every so many keep-alives that name the flow one is answered, which takes the
   *     place of a bind after a silence; 1 for all keep-alives
   */
  public void keepAliveEvery(Duration interval, int answered) {
    boolean repeated = stream || answered == 1;
    keepAliveInterval = repeated ? interval : interval.dividedBy(2);
    bareBetween = repeated ? 0 : BARE_BETWEEN;
    spread = MEASURED_SPREAD;
    answeredEach = answered;
    rescheduleKeepAlive();
  }

  /** As before {@link #keepAliveEvery}, and so often. */
  public void keepAliveSafely(Duration interval) {
    keepAliveInterval = interval;
    spread = SPREAD;
    answeredEach = 0;
    bareBetween = 0;
    answerTimer.cancel();
    rescheduleKeepAlive();
  }

  /**
   * Keeps the path alive now, if it is bound, as the firewall may have forgotten it. The switch
   * answers where it comes from elsewhere than before; then it is bound.
   */
  public void keepAliveNow() {
    if (kept && !pending.isPresent()) {
      sinceNamed = bareBetween;
      keepAlive();
    }
  }

  private void rescheduleKeepAlive() {
    if (kept) {
      scheduleKeepAlive(timers.nanos() - keptAt);
    }
  }

  /**
   * Asks the switch to send something through the mapping it has noted ({@link MappingTrial}).
   *
   * @return which question the answer will be to
   */
  public TransactionId ask() {
    TransactionId question = TransactionId.next(random);
    lastAsk = Optional.of(question);
    ByteBuffer ask = measureRequest(question, FlowServer.ASK_LENGTH);
    if (!closed) {
      output.send(ask);
    }
    return question;
  }

  private ByteBuffer measureRequest(TransactionId transaction, int shortest) {
    StunWriter writer =
        StunWriter.of(StunMessage.Kind.MEASURE_REQUEST, transaction)
            .username(key.id())
            .counter(counter.getAndIncrement());
    int integrity = 16;
    int missing = shortest - writer.length() - 4 - integrity;
    if (missing > 0) {
      writer.fill(Math.max(0, missing - 4));
    }
    return writer.integrity(key.key(), integrity);
  }

  /** Something came from the switch on this flow other than STUN: the path lives. */
  public void heard() {
    heardAt = timers.nanos();
  }

  /** Ends all sending. */
  public void close() {
    closed = true;
    rest();
  }

  /**
   * Takes a STUN message that came from the assigned endpoint.
   *
   * @return whether it was proven by the flow's key
   */
  public boolean received(ByteBuffer datagram) {
    Optional<StunMessage> read = StunMessage.read(datagram);
    if (closed || !read.isPresent()) {
      return false;
    }
    StunMessage message = read.get();
    return switch (message.kind()) {
      case REQUEST -> answerChallenge(message);
      case SUCCESS -> granted(message);
      case ERROR -> {
        challenged(message);
        yield false;
      }
      case MEASURE_SUCCESS -> measured(message);
      case MEASURE_ERROR -> {
        challenged(message);
        yield false;
      }
      case INDICATION -> relocated(message);
      case MEASURE_REQUEST, MEASURE_INDICATION -> false;
    };
  }

  private boolean measured(StunMessage answer) {
    Optional<Measured> measured = answer.measured();
    if (!measured.isPresent() || !answer.integrityHolds(key.key())) {
      return false;
    }
    Optional<TransactionId> question = Optional.of(answer.transaction());
    if (question.equals(lastAnswered)) {
      answerTimer.cancel();
    } else if (question.equals(lastAsk)) {
      listener.asked(answer.transaction(), measured.get());
    } else {
      return false;
    }
    heardAt = timers.nanos();
    return true;
  }

  /** Takes a STUN message from elsewhere: where the switch has moved, it speaks from there. */
  public void receivedFromElsewhere(ByteBuffer datagram) {
    Optional<StunMessage> read = StunMessage.read(datagram);
    if (!closed && read.isPresent() && read.get().kind() == StunMessage.Kind.INDICATION) {
      boolean unused = relocated(read.get());
    }
  }

  private boolean relocated(StunMessage message) {
    Optional<InetSocketAddress> to = message.movedTo();
    if (!to.isPresent() || !message.counter().isPresent() || !message.integrityHolds(key.key())) {
      return false;
    }
    listener.relocated(Endpoint.of(to.get()), message.counter().getAsLong());
    return true;
  }

  private boolean answerChallenge(StunMessage challenge) {
    if (!challenge.integrityHolds(key.key())) {
      return false;
    }
    heardAt = timers.nanos();
    output.send(
        StunWriter.of(StunMessage.Kind.SUCCESS, challenge.transaction())
            .username(key.id())
            .counter(counter.getAndIncrement())
            .integrity(key.key(), 32));
    return true;
  }

  private boolean granted(StunMessage answer) {
    if (!pending.isPresent()
        || !pending.get().transaction.equals(answer.transaction())
        || !answer.integrityHolds(key.key())
        || !answer.mappedAddress().isPresent()) {
      return false;
    }
    pending.get().repeat.cancel();
    pending = Optional.empty();
    heardAt = timers.nanos();
    scheduleKeepAlive();
    listener.bound(Endpoint.of(answer.mappedAddress().get()));
    return true;
  }

  private void challenged(StunMessage answer) {
    Optional<String> fresh = answer.nonce();
    if (asksNoMore || answer.errorCode().orElse(0) != 438 || !fresh.isPresent()) {
      return;
    }
    if (pending.isPresent() && pending.get().transaction.equals(answer.transaction())) {
      Bind bind = pending.get();
      if (++bind.challenges <= MOST_CHALLENGES) {
        nonce = fresh.get();
        bind.repeat.cancel();
        begin(bind);
      }
    } else if (!pending.isPresent()
        && Stream.of(lastKeepAlive, lastAnswered, lastAsk)
            .anyMatch(Optional.of(answer.transaction())::equals)) {
      // The switch does not know the address that the keep-alive came from: the path has changed.
      answerTimer.cancel();
      nonce = fresh.get();
      bind();
      listener.mappingLost();
    }
  }

  private void begin(Bind bind) {
    bind.transaction = TransactionId.next(random);
    bind.datagram =
        StunWriter.of(StunMessage.Kind.REQUEST, bind.transaction)
            .username(key.id())
            .nonce(nonce)
            .counter(counter.getAndIncrement())
            .integrity(key.key(), 32);
    bind.tries = 0;
    pending = Optional.of(bind);
    send(bind);
  }

  private void send(Bind bind) {
    long[] tries = stream ? STREAM_TRIES_MILLIS : DATAGRAM_TRIES_MILLIS;
    if (bind.tries == tries.length) {
      pending = Optional.empty();
      nonce = Nonces.NONE_YET;
      listener.unanswered();
      return;
    }
    output.send(bind.datagram.duplicate());
    long wait = tries[bind.tries++];
    bind.repeat = timers.schedule(Duration.ofMillis(wait), () -> send(bind));
  }

  private void scheduleKeepAlive() {
    kept = true;
    keptAt = timers.nanos();
    scheduleKeepAlive(0);
  }

  private void scheduleKeepAlive(long sinceNanos) {
    keepAliveTimer.cancel();
    long nanos = keepAliveInterval.toNanos();
    long early = (long) (nanos * spread * random.nextDouble());
    long wait = Math.max(0, nanos - early - sinceNanos);
    keepAliveTimer = timers.schedule(Duration.ofNanos(wait), this::keepAlive);
  }

  private void keepAlive() {
    if (closed) {
      return;
    }
    if (sinceNamed < bareBetween) {
      sinceNamed++;
      output.send(ByteBuffer.wrap(BARE));
      scheduleKeepAlive();
      return;
    }
    sinceNamed = 0;
    if (answeredEach > 0 && (stream || ++sinceAnswer >= answeredEach)) {
      sinceAnswer = 0;
      askForAnswer(0);
    } else if (answeredEach == 0
        && (stream || timers.nanos() - heardAt >= LONGEST_SILENCE.toNanos())) {
      bind();
    } else {
      TransactionId indication = TransactionId.next(random);
      lastKeepAlive = Optional.of(indication);
      output.send(
          StunWriter.of(StunMessage.Kind.INDICATION, indication)
              .username(key.id())
              .counter(counter.getAndIncrement())
              .integrity(key.key(), 16));
    }
    scheduleKeepAlive();
  }

  private void askForAnswer(int tries) {
    long[] waits = stream ? STREAM_TRIES_MILLIS : ANSWER_TRIES_MILLIS;
    if (tries == waits.length) {
      bind();
      return;
    }
    TransactionId question = TransactionId.next(random);
    lastAnswered = Optional.of(question);
    output.send(measureRequest(question, 0));
    answerTimer = timers.schedule(Duration.ofMillis(waits[tries]), () -> askForAnswer(tries + 1));
  }

  private static final class Bind {
    private TransactionId transaction = new TransactionId(0, 0);
    private ByteBuffer datagram = ByteBuffer.allocate(0);
    private Timer repeat = () -> {};
    private int tries;
    private int challenges;
  }
}
