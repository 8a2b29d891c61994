// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.Endpoint;
import io.phoneagent.testkit.VirtualTime;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both ends of a flow, joined by a network that the test bends. */
class FlowTest {
  private static final FlowSource HOME =
      FlowSource.udp(new InetSocketAddress("203.0.113.11", 40_000));
  private static final FlowSource AWAY =
      FlowSource.udp(new InetSocketAddress("203.0.113.12", 40_001));
  private static final String OWNER = "+15551230001";
  private static final FlowKey KEY = new FlowKey("key-0001", "secret-1");
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(25);

  private final VirtualTime time = new VirtualTime();
  private final Random random = new Random(1);
  private final List<String> events = new ArrayList<>();
  private final List<ByteBuffer> fromPhone = new ArrayList<>();
  private final List<ByteBuffer> toPhone = new ArrayList<>();
  private FlowSource seenAs = HOME;
  private boolean cutUp;
  private boolean cutDown;
  private AtomicLong counter = new AtomicLong();
  private int bytesIn;
  private int bytesOutToUnproven;

  private FlowServer server = newServer(7);
  private FlowClient client = newClient(KEY, 1);

  private FlowServer newServer(int seed) {
    return new FlowServer(
        time,
        new FlowServer.Output() {
          @Override
          public void send(ByteBuffer message, FlowSource to) {
            down(message, to);
          }

          @Override
          public void close(FlowSource connection) {
            events.add("close " + connection);
          }
        },
        new FlowServer.Listener() {
          @Override
          public void bound(ServerFlow flow, String keyId, Optional<FlowSource> before) {
            events.add("bound " + keyId + " " + flow.path().orElseThrow().address().getPort());
          }

          @Override
          public void answered(ServerFlow flow) {
            events.add("answered " + flow.secondPath().map(p -> p.address().getPort()).orElse(0));
          }
        },
        new Random(seed));
  }

  private FlowClient newClient(FlowKey key, long first) {
    counter = new AtomicLong(first);
    return new FlowClient(
        key,
        seenAs.transport(),
        counter,
        KEEP_ALIVE,
        time,
        this::up,
        new FlowClient.Listener() {
          @Override
          public void bound(Endpoint mapped) {
            events.add("mapped " + mapped);
          }

          @Override
          public void unanswered() {
            events.add("unanswered");
          }
        },
        random);
  }

  private void up(ByteBuffer datagram) {
    fromPhone.add(datagram.duplicate());
    if (!cutUp) {
      FlowSource source = seenAs;
      time.schedule(Duration.ofMillis(10), () -> deliver(datagram, source));
    }
  }

  private void deliver(ByteBuffer datagram, FlowSource source) {
    bytesIn += datagram.remaining();
    server.received(datagram, source);
  }

  private void down(ByteBuffer datagram, FlowSource to) {
    toPhone.add(datagram.duplicate());
    if (server.at(to).isEmpty()) {
      bytesOutToUnproven += datagram.remaining();
    }
    if (!cutDown && to.equals(seenAs)) {
      time.schedule(Duration.ofMillis(10), () -> client.received(datagram));
    }
  }

  private void bindAtHome() {
    server.addKey(OWNER, KEY);
    client.bind();
    time.advance(Duration.ofSeconds(1));
    assertThat(events).containsExactly("bound key-0001 40000", "mapped 203.0.113.11:40000");
    events.clear();
    fromPhone.clear();
    toPhone.clear();
  }

  @Test
  void bindsInTwoRoundTrips() {
    server.addKey(OWNER, KEY);
    client.bind();
    time.advance(Duration.ofMillis(39));
    assertThat(events).containsExactly("bound key-0001 40000");
    time.advance(Duration.ofMillis(1));
    assertThat(events).containsExactly("bound key-0001 40000", "mapped 203.0.113.11:40000");
    assertThat(fromPhone).hasSize(2);
    assertThat(server.at(HOME)).contains(server.of(OWNER).orElseThrow());
  }

  @Test
  void unknownSourceGetsOnlyAChallengeNotLongerThanItsRequest() {
    server.addKey(OWNER, KEY);
    cutDown = true;
    client.bind();
    time.advance(Duration.ofSeconds(5));
    assertThat(events).containsExactly("unanswered");
    assertThat(toPhone)
        .isNotEmpty()
        .allSatisfy(d -> assertThat(StunMessage.read(d).orElseThrow().errorCode()).hasValue(438));
    assertThat(bytesOutToUnproven).isLessThanOrEqualTo(bytesIn);
    assertThat(server.of(OWNER).orElseThrow().path()).isEmpty();
  }

  @Test
  void wrongKeyGetsSilence() {
    server.addKey(OWNER, KEY);
    client = newClient(new FlowKey("key-0001", "another secret"), 1);
    client.bind();
    time.advance(Duration.ofSeconds(5));
    assertThat(toPhone).isEmpty();
    assertThat(events).containsExactly("unanswered");
  }

  @Test
  void unknownKeyGetsSilence() {
    client.bind();
    time.advance(Duration.ofSeconds(5));
    assertThat(toPhone).isEmpty();
  }

  @Test
  void survivesALostChallenge() {
    server.addKey(OWNER, KEY);
    cutDown = true;
    client.bind();
    time.advance(Duration.ofMillis(100));
    cutDown = false;
    time.advance(Duration.ofMillis(200));
    assertThat(events).containsExactly("bound key-0001 40000", "mapped 203.0.113.11:40000");
  }

  @Test
  void lostAnswerIsRepeatedWithoutAnotherMove() {
    bindAtHome();
    client.bind();
    time.advance(Duration.ofMillis(25)); // the challenge, if any, has arrived
    cutDown = true;
    time.advance(Duration.ofMillis(50));
    cutDown = false;
    time.advance(Duration.ofSeconds(1));
    assertThat(events).containsExactly("bound key-0001 40000", "mapped 203.0.113.11:40000");
  }

  @Test
  void keepAlivesAreNotAnsweredAtAKnownSource() {
    bindAtHome();
    time.advance(Duration.ofSeconds(26));
    assertThat(fromPhone).hasSize(1);
    assertThat(fromPhone.get(0).remaining()).isEqualTo(64);
    assertThat(toPhone).isEmpty();
    assertThat(time.nanos() - server.of(OWNER).orElseThrow().heardAtNanos())
        .isLessThan(Duration.ofSeconds(4).toNanos());
  }

  @Test
  void silenceAsksForAnAnswerWithinAMinute() {
    bindAtHome();
    time.advance(Duration.ofMinutes(1));
    assertThat(events).containsExactly("bound key-0001 40000", "mapped 203.0.113.11:40000");
  }

  @Test
  void keepAliveFromANewSourceMovesTheFlow() {
    bindAtHome();
    seenAs = AWAY;
    time.advance(Duration.ofSeconds(26));
    assertThat(events).containsExactly("bound key-0001 40001", "mapped 203.0.113.12:40001");
    assertThat(server.of(OWNER).orElseThrow().path()).contains(AWAY);
  }

  @Test
  void whatIsInDoubtIsKeptAliveAtOnce() {
    bindAtHome();
    client.keepAliveNow();
    time.advance(Duration.ofMillis(100));
    assertThat(fromPhone).hasSize(1);
    assertThat(toPhone).as("nothing has changed").isEmpty();
    seenAs = AWAY;
    client.keepAliveNow();
    time.advance(Duration.ofMillis(100));
    assertThat(events).endsWith("bound key-0001 40001", "mapped 203.0.113.12:40001");
    client.close();
    client.keepAliveNow();
    int sent = fromPhone.size();
    time.advance(Duration.ofMinutes(1));
    assertThat(fromPhone).hasSize(sent);
  }

  @Test
  void oldPathThatDoesNotAnswerIsForgotten() {
    bindAtHome();
    seenAs = AWAY;
    client.bind();
    time.advance(Duration.ofSeconds(5));
    assertThat(server.of(OWNER).orElseThrow().secondPath()).isEmpty();
    assertThat(server.at(HOME)).isEmpty();
    assertThat(toPhone.stream().map(d -> StunMessage.read(d).orElseThrow().kind()))
        .contains(StunMessage.Kind.REQUEST);
  }

  @Test
  void oldPathThatAnswersIsKeptAsSecond() {
    bindAtHome();
    FlowClient atHome = client;
    seenAs = AWAY;
    client = newClient(KEY, 1_000);
    client.bind();
    time.advance(Duration.ofMillis(35));
    ByteBuffer challenge = toPhone.get(toPhone.size() - 1);
    assertThat(StunMessage.read(challenge).orElseThrow().kind())
        .isEqualTo(StunMessage.Kind.REQUEST);
    FlowClient both = newClient(KEY, 5_000);
    seenAs = HOME;
    both.received(challenge);
    time.advance(Duration.ofMillis(20));
    assertThat(server.of(OWNER).orElseThrow().path()).contains(AWAY);
    assertThat(server.of(OWNER).orElseThrow().secondPath()).contains(HOME);
    assertThat(server.at(HOME)).isPresent();
    atHome.close();
  }

  @Test
  void replayedBindFromElsewhereIsOnlyChallenged() {
    bindAtHome();
    client.bind();
    time.advance(Duration.ofSeconds(1));
    List<ByteBuffer> recorded = new ArrayList<>(fromPhone);
    toPhone.clear();
    for (ByteBuffer datagram : recorded) {
      deliver(datagram.duplicate(), AWAY);
    }
    time.advance(Duration.ofSeconds(1));
    assertThat(server.of(OWNER).orElseThrow().path()).contains(HOME);
    assertThat(toPhone)
        .allSatisfy(d -> assertThat(StunMessage.read(d).orElseThrow().errorCode()).hasValue(438));
  }

  @Test
  void replayedBindFromTheSameSourceChangesNothing() {
    bindAtHome();
    client.bind();
    time.advance(Duration.ofSeconds(1));
    ByteBuffer granted = fromPhone.get(fromPhone.size() - 1);
    client.bind();
    time.advance(Duration.ofSeconds(1));
    events.clear();
    toPhone.clear();
    deliver(granted.duplicate(), HOME);
    assertThat(events).isEmpty();
    assertThat(toPhone).isEmpty();
  }

  @Test
  void nonceOfAnEarlierRunIsNotTaken() {
    bindAtHome();
    client.bind();
    time.advance(Duration.ofSeconds(1));
    ByteBuffer granted = fromPhone.get(fromPhone.size() - 1);
    server = newServer(8);
    server.restore(OWNER, KEY, 0, Optional.of(HOME));
    events.clear();
    deliver(granted.duplicate(), AWAY);
    assertThat(server.of(OWNER).orElseThrow().path()).contains(HOME);
    assertThat(events).isEmpty();
  }

  @Test
  void restartedSwitchProvesThePathByAChallenge() {
    bindAtHome();
    server = newServer(8);
    server.restore(OWNER, KEY, counter.get() - 1, Optional.of(HOME));
    ServerFlow flow = server.of(OWNER).orElseThrow();
    assertThat(flow.proven()).isFalse();
    server.challenge(flow);
    time.advance(Duration.ofMillis(20));
    assertThat(flow.proven()).isTrue();
    assertThat(events).containsExactly("answered 0");
    time.advance(Duration.ofSeconds(2));
    assertThat(toPhone).as("no repetition after the answer").hasSize(1);
  }

  /** The one has got the port of the other, and the switch has started again since. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ofTwoThatWereAtOnePathTheOneThatProvesItIsThere(boolean asked) {
    bindAtHome();
    server = newServer(8);
    server.restore(OWNER, KEY, counter.get() - 1, Optional.of(HOME));
    server.restore("+15551230002", new FlowKey("key-0009", "secret-9"), 9, Optional.of(HOME));
    ServerFlow flow = server.of(OWNER).orElseThrow();
    assertThat(server.at(HOME)).isNotEqualTo(Optional.of(flow));
    if (asked) {
      server.challenge(flow);
      time.advance(Duration.ofMillis(100));
    } else {
      time.advance(KEEP_ALIVE);
    }
    assertThat(server.at(HOME)).contains(flow);
  }

  @Test
  void newKeyReplacesTheOldOneOnlyWhenItHasBound() {
    bindAtHome();
    FlowKey next = new FlowKey("key-0002", "secret-2");
    server.addKey(OWNER, next);
    client.bind();
    time.advance(Duration.ofSeconds(1));
    assertThat(events).containsExactly("bound key-0001 40000", "mapped 203.0.113.11:40000");
    client = newClient(next, 1);
    client.bind();
    time.advance(Duration.ofSeconds(1));
    assertThat(events).contains("bound key-0002 40000");
    toPhone.clear();
    events.clear();
    client = newClient(KEY, 90);
    client.bind();
    time.advance(Duration.ofSeconds(3));
    assertThat(toPhone).as("the old key is no longer known").isEmpty();
  }

  @Test
  void aThirdKeyDropsTheUnusedSecond() {
    bindAtHome();
    server.addKey(OWNER, new FlowKey("key-0002", "secret-2"));
    server.addKey(OWNER, new FlowKey("key-0003", "secret-3"));
    assertThat(server.of(OWNER).orElseThrow().keyIds()).containsExactly("key-0001", "key-0003");
  }

  @Test
  void removedFlowIsUnknown() {
    bindAtHome();
    server.remove(OWNER);
    assertThat(server.at(HOME)).isEmpty();
    assertThat(server.of(OWNER)).isEmpty();
    client.bind();
    time.advance(Duration.ofSeconds(3));
    assertThat(events).containsExactly("unanswered");
  }

  @Test
  void forgedChallengesDoNotKeepThePhoneBusy() {
    client.bind();
    for (int i = 0; i < 20; i++) {
      ByteBuffer last = fromPhone.get(fromPhone.size() - 1);
      TransactionId id = StunMessage.read(last).orElseThrow().transaction();
      client.received(StunWriter.of(StunMessage.Kind.ERROR, id).error(438).nonce("n" + i).end());
    }
    assertThat(fromPhone).hasSizeLessThanOrEqualTo(4);
  }

  /** Who knows the mapping can forge the switch's source, but guesses no transaction. */
  @Test
  void aForgedChallengeToNothingIsIgnored() {
    bindAtHome();
    TransactionId none = new TransactionId(0, 0);
    client.received(StunWriter.of(StunMessage.Kind.ERROR, none).error(438).nonce("n").end());
    assertThat(fromPhone).isEmpty();
  }

  @Test
  void forgedGrantIsIgnored() {
    client.bind();
    TransactionId id = StunMessage.read(fromPhone.get(0)).orElseThrow().transaction();
    client.received(
        StunWriter.of(StunMessage.Kind.SUCCESS, id)
            .mappedAddress(AWAY.address())
            .integrity(new FlowKey("key-0001", "guess").key(), 32));
    assertThat(events).isEmpty();
  }

  @Test
  void restingClientOnlyAnswersChallenges() {
    bindAtHome();
    client.rest();
    time.advance(Duration.ofMinutes(5));
    assertThat(fromPhone).isEmpty();
    server.challenge(server.of(OWNER).orElseThrow());
    time.advance(Duration.ofSeconds(1));
    assertThat(fromPhone).hasSize(1);
    assertThat(events).containsExactly("answered 0");
  }

  /** Its last keep-alive crossed the change, and what the switch says to that comes too late. */
  @Test
  void restingClientDoesNotTakeTheFlowBack() {
    bindAtHome();
    seenAs = AWAY;
    while (fromPhone.isEmpty()) {
      time.advance(Duration.ofMillis(1)); // until a keep-alive comes from elsewhere
    }
    client.rest();
    time.advance(Duration.ofSeconds(5));
    assertThat(toPhone).as("a challenge").hasSize(1);
    assertThat(fromPhone).as("no bind").hasSize(1);
    assertThat(server.of(OWNER).orElseThrow().path()).contains(HOME);
  }

  @Test
  void whatWasAskedMayBeGrantedWhereNothingMoreIsAsked() {
    server.addKey(OWNER, KEY);
    client.bind();
    time.advance(Duration.ofMillis(25));
    assertThat(fromPhone).as("the nonce is used").hasSize(2);
    client.askNoMore();
    time.advance(Duration.ofSeconds(2));
    assertThat(events).containsExactly("bound key-0001 40000", "mapped 203.0.113.11:40000");
  }

  /** Else a port that another one has overtaken could be the last to be bound. */
  @Test
  void whereNothingMoreIsAskedAChallengeIsNotAnswered() {
    server.addKey(OWNER, KEY);
    client.bind();
    client.askNoMore();
    time.advance(Duration.ofSeconds(2));
    assertThat(toPhone).hasSize(1);
    assertThat(fromPhone).hasSize(1);
    assertThat(events).isEmpty();
  }

  /** Its binds from two ports have crossed: the switch took them in the other order. */
  @Test
  void aPhoneThatKeepsTheSecondPathAliveIsThere() {
    bindAtHome();
    seenAs = AWAY;
    client.bind();
    time.advance(Duration.ofMillis(40));
    ByteBuffer toHome =
        toPhone.stream()
            .filter(d -> StunMessage.read(d).orElseThrow().kind() == StunMessage.Kind.REQUEST)
            .findFirst()
            .orElseThrow();
    seenAs = HOME;
    client.received(toHome);
    time.advance(Duration.ofMillis(100));
    ServerFlow flow = server.of(OWNER).orElseThrow();
    assertThat(flow.path()).contains(AWAY);
    assertThat(flow.secondPath()).contains(HOME);
    time.advance(KEEP_ALIVE);
    assertThat(flow.path()).contains(HOME);
  }

  @Test
  void closedClientIsSilent() {
    bindAtHome();
    client.close();
    client.bind();
    time.advance(Duration.ofHours(1));
    assertThat(fromPhone).isEmpty();
    assertThat(time.pendingTimers()).isZero();
  }

  @Test
  void aDayWithoutChangeMovesNothing() {
    bindAtHome();
    time.advance(Duration.ofDays(1));
    assertThat(events).allMatch(e -> e.endsWith("40000"));
    assertThat(server.of(OWNER).orElseThrow().path()).contains(HOME);
  }
}
