// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.flow;

import io.phoneagent.flow.ServerFlow.KeyInUse;
import io.phoneagent.flow.ServerFlow.MeasuredMapping;
import io.phoneagent.flow.ServerFlow.Path;
import io.phoneagent.runtime.Timer;
import io.phoneagent.runtime.Timers;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * The switch's end of all flows. A flow moves only to a source that has answered a challenge with
 * the flow's key; an unknown source is never sent more than it sent; what fails its proof is not
 * answered. A flow over a connection moves to another connection in the same way, and the one
 * before it is closed unless it still answers. Owned by the thread of its timers.
 */
public final class FlowServer {
  // Two repetitions: with 5 % loss each way one challenge in a thousand goes unanswered.
  private static final long[] REPEAT_AFTER_MILLIS = {300, 600, 1_000};
  private static final int KEY_LENGTH = 32;
  // A phone gives a bind up after 1.5 s: what is longer than a second was not one round trip.
  private static final Duration LONGEST_ROUND_TRIP = Duration.ofSeconds(1);

  /**
   * A question for the second mapping has at least so many octets: what both its answers have, and
   * the headers of one datagram more, over IPv6 too.
   */
  static final int ASK_LENGTH = 136;

  private static final Duration NOTED_FOR = Duration.ofMinutes(15);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  // One measurement takes up to three.
  private static final int MOST_ASKS_A_MINUTE = 20;
  // A connection that has been idle for five minutes is closed.
  private static final Duration LONGEST_STREAM_SILENCE = Duration.ofMinutes(4);

  /** How long a phone may be silent that has measured that its firewall allows it. */
  private static final Duration LONGEST_SILENCE = Duration.ofMinutes(10);

  /** Takes messages for phones. */
  @FunctionalInterface
  public interface Output {
    /** Sends one now, from the assigned endpoint; lost if a connection is gone. */
    void send(ByteBuffer message, FlowSource to);

    /** Closes a connection that leads nowhere; it need not be open any more. */
    default void close(FlowSource connection) {
      // Datagrams have none.
    }
  }

  /** Told what becomes of the flows. */
  public interface Listener {

    /**
     * A bind was granted.
     *
     * @param keyId the key that proved it
     * @param before the path it had before, which may be the same one
     */
    void bound(ServerFlow flow, String keyId, Optional<FlowSource> before);

    /** A path answered a challenge of {@link #challenge}. */
    void answered(ServerFlow flow);
  }

  private final Nonces nonces;
  private final Timers timers;
  private final Output output;
  private final Listener listener;
  private final Random random;
  private final Duration longestSilence;
  private final Map<String, ServerFlow> byOwner = new HashMap<>();
  private final Map<String, ServerFlow> byKey = new HashMap<>();
  private final Map<FlowSource, ServerFlow> byPath = new HashMap<>();
  private final Map<TransactionId, Challenge> challenges = new HashMap<>();

  /**
   * No flows yet.
   *
   * @param random unpredictable for others; also makes the secret of the nonces
   */
  public FlowServer(Timers timers, Output output, Listener listener, Random random) {
    this(timers, output, listener, random, LONGEST_SILENCE);
  }

  /**
   * No flows yet.
   *
   * @param random unpredictable for others; also makes the secret of the nonces
   * @param longestSilence how long a phone may be silent that has measured that its firewall allows
   *     it, in whole seconds to 65535; 0 for no longer than it was told at its registration
   */
  public FlowServer(
      Timers timers, Output output, Listener listener, Random random, Duration longestSilence) {
    byte[] secret = new byte[KEY_LENGTH];
    random.nextBytes(secret);
    this.nonces = new Nonces(secret);
    this.timers = timers;
    this.output = output;
    this.listener = listener;
    this.random = random;
    this.longestSilence = longestSilence;
  }

  /** Lets an owner bind with a new key; the one it uses holds until the new one has bound. */
  public void addKey(String owner, FlowKey key) {
    addKey(owner, key, 0, false);
  }

  /**
   * Takes up a flow again that an earlier run of the switch knew.
   *
   * @param counter the highest that may have been used with the key
   * @param path where the phone was; on trial until it answers a challenge. A connection is gone
   *     with that run: nothing that comes from there is the phone's until it has bound again
   */
  public void restore(String owner, FlowKey key, long counter, Optional<FlowSource> path) {
    ServerFlow flow = addKey(owner, key, counter, path.isPresent());
    if (path.isPresent()) {
      setCurrent(flow, new Path(path.get(), timers.nanos(), false));
      if (path.get().transport().isStream()) {
        byPath.remove(path.get());
      }
    }
  }

  private ServerFlow addKey(String owner, FlowKey key, long counter, boolean used) {
    ServerFlow flow = byOwner.computeIfAbsent(owner, ServerFlow::new);
    flow.addKey(new KeyInUse(key, counter, used)).forEach(byKey::remove);
    byKey.put(key.id(), flow);
    return flow;
  }

  /** Forgets an owner's flow. */
  public void remove(String owner) {
    ServerFlow flow = byOwner.remove(owner);
    if (flow == null) {
      return;
    }
    flow.keyIds().forEach(byKey::remove);
    flow.path().ifPresent(p -> byPath.remove(p, flow));
    flow.secondPath().ifPresent(p -> byPath.remove(p, flow));
  }

  /**
   * A connection is gone. Its phone is still tried there, in vain, until it has another one: it is
   * silent, not unregistered. Unless it has answered on an older one, which is its path again then:
   * of two connections that it has bound at once, the one that it has given up may come last.
   */
  public void closed(FlowSource connection) {
    ServerFlow flow = byPath.remove(connection);
    if (flow != null) {
      flow.forgetSecond(connection);
      goBack(flow);
    }
  }

  private void goBack(ServerFlow flow) {
    Optional<FlowSource> gone =
        flow.path().filter(p -> p.transport().isStream() && byPath.get(p) != flow);
    Optional<Path> older = flow.second().filter(p -> byPath.get(p.remote) == flow);
    Optional<KeyInUse> key = flow.provingKey();
    if (gone.isPresent() && older.isPresent() && key.isPresent()) {
      setCurrent(flow, older.get());
      listener.bound(flow, key.get().key.id(), gone);
    }
  }

  /** The flow of a number. */
  public Optional<ServerFlow> of(String owner) {
    return Optional.ofNullable(byOwner.get(owner));
  }

  /** The flow that has a proven path from this source. */
  public Optional<ServerFlow> at(FlowSource source) {
    return Optional.ofNullable(byPath.get(source));
  }

  /** How many flows there are. */
  public int size() {
    return byOwner.size();
  }

  /** How many flows have proven their path since this end started, and still have it. */
  public int proven() {
    int proven = 0;
    for (ServerFlow flow : byOwner.values()) {
      Optional<FlowSource> path = flow.path();
      if (flow.proven() && path.isPresent() && byPath.get(path.get()) == flow) {
        proven++;
      }
    }
    return proven;
  }

  /** Takes a STUN message. */
  public void received(ByteBuffer datagram, FlowSource source) {
    Optional<StunMessage> read = StunMessage.read(datagram);
    Optional<String> keyId = read.flatMap(StunMessage::username);
    Optional<ServerFlow> flow = keyId.flatMap(id -> Optional.ofNullable(byKey.get(id)));
    if (!read.isPresent() || !keyId.isPresent() || !flow.isPresent()) {
      return;
    }
    StunMessage message = read.get();
    Optional<KeyInUse> key = flow.get().key(keyId.get());
    if (!key.isPresent() || !message.integrityHolds(key.get().key.key())) {
      return;
    }
    switch (message.kind()) {
      case REQUEST -> bind(flow.get(), key.get(), message, source);
      case INDICATION -> keepAlive(flow.get(), key.get(), message, source);
      case SUCCESS -> answered(flow.get(), key.get(), message, source);
      case MEASURE_REQUEST -> measure(flow.get(), key.get(), message, source);
      case ERROR, MEASURE_INDICATION, MEASURE_SUCCESS, MEASURE_ERROR -> {}
    }
  }

  private void bind(ServerFlow flow, KeyInUse key, StunMessage request, FlowSource source) {
    boolean asked = nonces.valid(request.nonce().orElse(""), source.address(), timers.nanos());
    if (!asked && !takesNewKeyIntoUse(flow, key, source)) {
      sendChallenge(StunMessage.Kind.ERROR, request, source);
      return;
    }
    boolean repeated = request.transaction().equals(key.lastBind);
    if (!repeated && !rises(key, request)) {
      return;
    }
    output.send(
        StunWriter.of(StunMessage.Kind.SUCCESS, request.transaction())
            .mappedAddress(source.address())
            .integrity(key.key.key(), 32),
        source);
    if (repeated) {
      return;
    }
    key.lastBind = request.transaction();
    Optional<Path> before = flow.current();
    if (!before.map(p -> p.remote).equals(Optional.of(source))) {
      flow.roundTripUnknown();
    }
    if (asked) {
      measure(flow, request.nonce().orElse(""));
    }
    flow.settleOn(key).forEach(byKey::remove);
    if (before.isPresent() && before.get().remote.equals(source)) {
      hear(before.get());
      byPath.put(source, flow);
    } else {
      setCurrent(flow, new Path(source, timers.nanos(), true));
      before.ifPresent(old -> challenge(flow, old, true));
    }
    listener.bound(flow, key.key.id(), before.map(p -> p.remote));
  }

  /** The answer to a challenge comes after one round trip; but an older nonce is used again. */
  private void measure(ServerFlow flow, String nonce) {
    Duration sinceChallenge = Nonces.age(nonce, timers.nanos());
    if (flow.isFirstUse(Nonces.made(nonce)) && sinceChallenge.compareTo(LONGEST_ROUND_TRIP) < 0) {
      flow.roundTrip(sinceChallenge);
    }
  }

  /** Moves nothing, and nobody but the phone has that key: a challenge would prove nothing more. */
  private static boolean takesNewKeyIntoUse(ServerFlow flow, KeyInUse key, FlowSource source) {
    return !key.used && flow.proven() && flow.path().equals(Optional.of(source));
  }

  private void keepAlive(ServerFlow flow, KeyInUse key, StunMessage indication, FlowSource source) {
    if (!rises(key, indication)) {
      return;
    }
    Optional<Path> path = currentAt(flow, source);
    if (path.isPresent()) {
      hear(path.get());
    } else {
      sendChallenge(StunMessage.Kind.ERROR, indication, source);
    }
  }

  /**
   * The current path, if it is this one and no other phone is there by now. What is kept alive on
   * the second one is where the phone thinks it is: binds from two of its ports have crossed, and
   * it has to bind once more.
   */
  private Optional<Path> currentAt(ServerFlow flow, FlowSource source) {
    return flow.current().filter(p -> p.remote.equals(source) && byPath.get(source) == flow);
  }

  /**
   * From the flow's path: a keep-alive that is answered, and, if it is as long as both answers with
   * their headers, a wish that the second mapping be sent something. From anywhere else: a second
   * mapping that is to be noted, once its source has answered a challenge, or that is kept alive.
   */
  private void measure(ServerFlow flow, KeyInUse key, StunMessage request, FlowSource source) {
    if (flow.secondPath().equals(Optional.of(source))) {
      sendChallenge(StunMessage.Kind.MEASURE_ERROR, request, source);
      return;
    }
    Optional<Path> path = currentAt(flow, source);
    if (path.isPresent()) {
      if (rises(key, request)) {
        hear(path.get());
        boolean sent = request.length() >= ASK_LENGTH && speakThroughNoted(flow, key, request);
        answerMeasure(key, request, source, sent);
      }
      return;
    }
    Optional<MeasuredMapping> noted = noted(flow).filter(m -> m.source.equals(source));
    boolean asked = nonces.valid(request.nonce().orElse(""), source.address(), timers.nanos());
    if (!asked && !noted.isPresent()) {
      sendChallenge(StunMessage.Kind.MEASURE_ERROR, request, source);
      return;
    }
    boolean another = byPath.containsKey(source) || !flow.proven();
    if (another || !rises(key, request)) {
      return;
    }
    if (noted.isPresent()) {
      noted.get().usedAt = timers.nanos();
    } else {
      flow.measure(Optional.of(new MeasuredMapping(source, timers.nanos())));
    }
    answerMeasure(key, request, source, true);
  }

  private Optional<MeasuredMapping> noted(ServerFlow flow) {
    Optional<MeasuredMapping> noted =
        flow.measured().filter(m -> timers.nanos() - m.usedAt < NOTED_FOR.toNanos());
    flow.measure(noted);
    return noted;
  }

  private boolean speakThroughNoted(ServerFlow flow, KeyInUse key, StunMessage ask) {
    Optional<MeasuredMapping> noted = noted(flow);
    if (!noted.isPresent()) {
      return false;
    }
    MeasuredMapping mapping = noted.get();
    if (timers.nanos() - mapping.minute >= MINUTE.toNanos()) {
      mapping.minute = timers.nanos();
      mapping.asks = 0;
    }
    if (++mapping.asks > MOST_ASKS_A_MINUTE) {
      return false;
    }
    output.send(
        StunWriter.of(StunMessage.Kind.MEASURE_INDICATION, ask.transaction())
            .integrity(key.key.key(), 16),
        mapping.source);
    return true;
  }

  private void answerMeasure(KeyInUse key, StunMessage request, FlowSource source, boolean noted) {
    Duration longest =
        source.transport().isStream() && longestSilence.compareTo(LONGEST_STREAM_SILENCE) > 0
            ? LONGEST_STREAM_SILENCE
            : longestSilence;
    ByteBuffer answer =
        StunWriter.of(StunMessage.Kind.MEASURE_SUCCESS, request.transaction())
            .measured(new Measured(noted, longest))
            .integrity(key.key.key(), 16);
    if (answer.remaining() <= request.length()) {
      output.send(answer, source);
    }
  }

  private void answered(ServerFlow flow, KeyInUse key, StunMessage answer, FlowSource source) {
    Challenge challenge = challenges.get(answer.transaction());
    if (challenge == null
        || challenge.flow != flow
        || !challenge.path.remote.equals(source)
        || !rises(key, answer)) {
      return;
    }
    challenge.end();
    hear(challenge.path);
    if (flow.path().equals(Optional.of(source))) {
      byPath.put(source, flow);
    }
    if (challenge.keepAsSecond) {
      flow.second().ifPresent(old -> byPath.remove(old.remote, flow));
      flow.setSecond(challenge.path);
      byPath.put(source, flow);
      goBack(flow);
    }
    listener.answered(flow);
  }

  private void hear(Path path) {
    path.heardAt = timers.nanos();
    path.proven = true;
  }

  /** An unproven message must never lower or skip the counter, so this comes after the proof. */
  private static boolean rises(KeyInUse key, StunMessage message) {
    long counter = message.counter().orElse(-1);
    if (counter <= key.counter) {
      return false;
    }
    key.counter = counter;
    return true;
  }

  private void sendChallenge(StunMessage.Kind kind, StunMessage to, FlowSource source) {
    ByteBuffer challenge =
        StunWriter.of(kind, to.transaction())
            .error(438)
            .nonce(nonces.make(source.address(), timers.nanos()))
            .end();
    if (challenge.remaining() <= to.length()) {
      output.send(challenge, source);
    }
  }

  private void setCurrent(ServerFlow flow, Path path) {
    flow.path().ifPresent(old -> byPath.remove(old, flow));
    flow.setCurrent(path);
    byPath.put(path.remote, flow);
  }

  /** Asks the phone to prove that it is still at its path; the listener is told if it does. */
  public void challenge(ServerFlow flow) {
    flow.current().ifPresent(p -> challenge(flow, p, false));
  }

  private void challenge(ServerFlow flow, Path path, boolean keepAsSecond) {
    Optional<KeyInUse> key = flow.provingKey();
    if (key.isPresent()) {
      new Challenge(flow, path, key.get(), keepAsSecond).send();
    }
  }

  /**
   * The switch is reached elsewhere: an owner is told so on each path of its flow, three times over
   * UDP. The message has no user name, so that nobody can send it back to us as the phone's own.
   *
   * @param to the endpoint that its flow is to be opened to
   * @param stamp rises with each change; the phone heeds nothing that does not
   */
  public void relocated(String owner, InetSocketAddress to, long stamp) {
    ServerFlow flow = byOwner.get(owner);
    if (flow == null) {
      return;
    }
    Optional<KeyInUse> key = flow.provingKey();
    if (!key.isPresent()) {
      return;
    }
    ByteBuffer message =
        StunWriter.of(StunMessage.Kind.INDICATION, TransactionId.next(random))
            .counter(stamp)
            .movedTo(to)
            .integrity(key.get().key.key(), 32);
    flow.path().ifPresent(p -> tell(message, p, 0));
    flow.secondPath().ifPresent(p -> tell(message, p, 0));
  }

  private void tell(ByteBuffer message, FlowSource to, int tries) {
    output.send(message.duplicate(), to);
    if (!to.transport().isStream() && tries + 1 < REPEAT_AFTER_MILLIS.length) {
      Timer unused =
          timers.schedule(
              Duration.ofMillis(REPEAT_AFTER_MILLIS[tries]), () -> tell(message, to, tries + 1));
    }
  }

  private final class Challenge {
    private final ServerFlow flow;
    private final Path path;
    private final boolean keepAsSecond;
    private final TransactionId transaction = TransactionId.next(random);
    private final ByteBuffer datagram;
    private Timer repeat = () -> {};
    private int tries;

    Challenge(ServerFlow flow, Path path, KeyInUse key, boolean keepAsSecond) {
      this.flow = flow;
      this.path = path;
      this.keepAsSecond = keepAsSecond;
      this.datagram =
          StunWriter.of(StunMessage.Kind.REQUEST, transaction)
              .username(key.key.id())
              .integrity(key.key.key(), 32);
      challenges.put(transaction, this);
    }

    void send() {
      if (tries == REPEAT_AFTER_MILLIS.length) {
        end();
        if (keepAsSecond && path.remote.transport().isStream()) {
          closed(path.remote);
          output.close(path.remote);
        }
        return;
      }
      if (tries == 0 || !path.remote.transport().isStream()) {
        output.send(datagram.duplicate(), path.remote);
      }
      repeat = timers.schedule(Duration.ofMillis(REPEAT_AFTER_MILLIS[tries++]), this::send);
    }

    void end() {
      repeat.cancel();
      challenges.remove(transaction);
    }
  }
}
