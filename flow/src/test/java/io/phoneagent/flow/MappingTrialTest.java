// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.Endpoint;
import io.phoneagent.Transport;
import io.phoneagent.testkit.VirtualTime;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The second mapping of a phone: measured by both ends, and misused by whoever may send. */
class MappingTrialTest {
  private static final FlowSource HOME =
      FlowSource.udp(new InetSocketAddress("203.0.113.11", 40_000));
  private static final FlowSource SECOND =
      FlowSource.udp(new InetSocketAddress("203.0.113.11", 40_001));
  private static final FlowSource VICTIM =
      FlowSource.udp(new InetSocketAddress("198.51.100.77", 53));
  private static final String OWNER = "+15551230001";
  private static final FlowKey KEY = new FlowKey("key-0001", "secret-1");
  private static final FlowKey OTHER_KEY = new FlowKey("key-0002", "secret-2");
  private static final int HEADERS = 28;

  private final VirtualTime time = new VirtualTime();
  private final Random random = new Random(1);
  private final AtomicLong counter = new AtomicLong(1);
  private final List<String> events = new ArrayList<>();
  private final List<ByteBuffer> fromPhone = new ArrayList<>();
  private final Map<FlowSource, Integer> got = new HashMap<>();
  private boolean isBound;
  private int octetsIn;
  private int octetsOut;
  private Duration life = Duration.ofMinutes(1);
  private long spokeAt;
  private int dropped;
  private int toDrop;
  private FlowServer server = newServer(Duration.ofMinutes(10));
  private final FlowClient client =
      new FlowClient(
          KEY,
          Transport.UDP,
          counter,
          Duration.ofSeconds(15),
          time,
          m -> up(m, HOME),
          new FlowClient.Listener() {
            @Override
            public void bound(Endpoint mapped) {
              if (!isBound) {
                events.add("bound " + mapped.port());
              }
              isBound = true;
            }

            @Override
            public void unanswered() {
              events.add("unanswered");
            }

            @Override
            public void mappingLost() {
              events.add("lost");
            }

            @Override
            public void asked(TransactionId question, Measured answer) {
              second.asked(question, answer);
            }
          },
          random);
  private MappingTrial second = newSecond();

  private FlowServer newServer(Duration longest) {
    FlowServer made =
        new FlowServer(
            time,
            this::down,
            new FlowServer.Listener() {
              @Override
              public void bound(ServerFlow flow, String keyId, Optional<FlowSource> before) {}

              @Override
              public void answered(ServerFlow flow) {}
            },
            new Random(7),
            longest);
    made.addKey(OWNER, KEY);
    made.addKey("+15551230002", OTHER_KEY);
    return made;
  }

  private MappingTrial newSecond() {
    return new MappingTrial(
        () ->
            new MappingTrial.Proof() {
              @Override
              public FlowKey key() {
                return KEY;
              }

              @Override
              public long nextCounter() {
                return counter.getAndIncrement();
              }
            },
        time,
        m -> {
          spokeAt = time.nanos();
          up(m, SECOND);
        },
        () -> client.ask(),
        new MappingTrial.Listener() {
          @Override
          public void lived() {
            events.add("lived");
          }

          @Override
          public void died() {
            events.add("died");
          }

          @Override
          public void unclear() {
            events.add("unclear");
          }

          @Override
          public void permitted(Duration longest) {
            events.add("permitted " + longest.toSeconds());
          }
        },
        random);
  }

  private void up(ByteBuffer message, FlowSource from) {
    fromPhone.add(message.duplicate());
    time.schedule(Duration.ofMillis(10), () -> deliver(message, from));
  }

  private void deliver(ByteBuffer message, FlowSource from) {
    octetsIn += message.remaining() + HEADERS;
    server.received(message.duplicate(), from);
  }

  private void down(ByteBuffer message, FlowSource to) {
    octetsOut += message.remaining() + HEADERS;
    got.merge(to, 1, Integer::sum);
    if (to.equals(HOME)) {
      time.schedule(Duration.ofMillis(10), () -> client.received(message));
    } else if (to.equals(SECOND) && time.nanos() - spokeAt <= life.toNanos()) {
      if (StunMessage.read(message).orElseThrow().kind() == StunMessage.Kind.MEASURE_INDICATION
          && toDrop > 0) {
        toDrop--;
        dropped++;
      } else {
        time.schedule(Duration.ofMillis(10), () -> second.received(message));
      }
    }
  }

  @BeforeEach
  void aPhoneIsBound() {
    client.bind();
    time.advance(Duration.ofSeconds(1));
    assertThat(events).containsExactly("bound 40000");
    forget();
  }

  private void forget() {
    events.clear();
    got.clear();
    fromPhone.clear();
    octetsIn = 0;
    octetsOut = 0;
  }

  private void measure(int seconds) {
    second.measure(Duration.ofSeconds(seconds));
    time.advance(Duration.ofSeconds(seconds + 20L));
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 30, 59})
  void aMappingLives(int seconds) {
    measure(seconds);
    assertThat(events).containsExactly("permitted 600", "lived");
    assertThat(server.of(OWNER).orElseThrow().path()).contains(HOME);
    assertThat(server.at(SECOND)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {61, 120, 600})
  void aMappingDies(int seconds) {
    measure(seconds);
    assertThat(events).containsExactly("permitted 600", "died");
    assertThat(got.get(SECOND)).as("challenge, two answers, three in vain").isEqualTo(6);
  }

  @Test
  void oneThatLivedIsMeasuredAgainWithoutAChallenge() {
    measure(20);
    forget();
    measure(40);
    assertThat(events).containsExactly("lived");
    assertThat(got.get(SECOND)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void whatIsLostIsNotTakenForDead(int losses) {
    toDrop = losses;
    measure(30);
    assertThat(dropped).isEqualTo(losses);
    assertThat(events).containsExactly("permitted 600", "lived");
  }

  @Test
  void aSwitchThatStartedAgainMakesItUnclear() {
    second.measure(Duration.ofSeconds(30));
    time.advance(Duration.ofSeconds(10));
    server = newServer(Duration.ofMinutes(10));
    client.bind();
    time.advance(Duration.ofSeconds(30));
    assertThat(events).containsExactly("permitted 600", "unclear");
  }

  @Test
  void aSwitchThatDoesNotAnswerMakesItUnclear() {
    server.remove(OWNER);
    measure(30);
    assertThat(events).contains("unclear").doesNotContain("died", "lived");
  }

  @Test
  void theSwitchSaysWhatItPermits() {
    server = newServer(Duration.ZERO);
    client.bind();
    time.advance(Duration.ofSeconds(1));
    measure(10);
    assertThat(events).contains("permitted 0");
  }

  @Test
  void theSwitchNeverSendsMoreThanItGot() {
    client.keepAliveEvery(Duration.ofMinutes(10), 8);
    measure(20);
    assertThat(octetsOut).isLessThanOrEqualTo(octetsIn);
    for (ByteBuffer recorded : List.copyOf(fromPhone)) {
      int in = octetsIn;
      int out = octetsOut;
      deliver(recorded, VICTIM);
      assertThat(octetsOut - out).isLessThanOrEqualTo(octetsIn - in);
    }
    int in = octetsIn;
    int out = octetsOut;
    client.ask();
    time.advance(Duration.ofSeconds(2));
    assertThat(octetsOut - out).isPositive().isLessThanOrEqualTo(octetsIn - in);
  }

  @Test
  void whatIsReplayedNotesNobodyAndMakesNobodySpeak() {
    measure(20);
    List<ByteBuffer> recorded = List.copyOf(fromPhone);
    forget();
    recorded.forEach(m -> deliver(m, HOME));
    recorded.forEach(m -> deliver(m, SECOND));
    assertThat(got.getOrDefault(SECOND, 0)).isZero();
    recorded.forEach(m -> deliver(m, VICTIM));
    client.ask();
    time.advance(Duration.ofSeconds(1));
    assertThat(got.get(SECOND)).as("still the one that is noted").isEqualTo(1);
  }

  @Test
  void anotherPhonesKeyAsksNothingOfThisPhonesMapping() {
    measure(20);
    forget();
    deliver(measureRequest(OTHER_KEY, 1_000, FlowServer.ASK_LENGTH), HOME);
    deliver(measureRequest(OTHER_KEY, 1_001, FlowServer.ASK_LENGTH), VICTIM);
    assertThat(got.getOrDefault(SECOND, 0)).isZero();
  }

  @Test
  void whoHasNoKeyIsNotAnswered() {
    FlowKey forged = new FlowKey(KEY.id(), "a guess");
    deliver(measureRequest(forged, 1_000, FlowServer.ASK_LENGTH), HOME);
    deliver(measureRequest(forged, 1_001, 0), VICTIM);
    time.advance(Duration.ofSeconds(1));
    assertThat(got).isEmpty();
  }

  @Test
  void aSourceThatAnswersNoChallengeIsNotNoted() {
    deliver(measureRequest(KEY, 1_000, FlowServer.ASK_LENGTH), VICTIM);
    counter.set(2_000);
    forget();
    client.ask();
    time.advance(Duration.ofSeconds(1));
    assertThat(got).doesNotContainKey(VICTIM);
  }

  @Test
  void aShortQuestionIsAnsweredAndNobodyElseIsSpokenTo() {
    measure(20);
    forget();
    deliver(measureRequest(KEY, 5_000, FlowServer.ASK_LENGTH - 4), HOME);
    assertThat(got).containsOnlyKeys(HOME);
  }

  @Test
  void aPhoneThatAsksTooOftenIsNotServed() {
    measure(20);
    forget();
    for (int i = 0; i < 100; i++) {
      client.ask();
      time.advance(Duration.ofMillis(50));
    }
    assertThat(got.get(SECOND)).isLessThanOrEqualTo(20);
    time.advance(Duration.ofMinutes(2));
    forget();
    client.ask();
    time.advance(Duration.ofSeconds(1));
    assertThat(got.get(SECOND)).isEqualTo(1);
  }

  @Test
  void aNotedMappingIsForgotten() {
    measure(20);
    client.keepAliveSafely(Duration.ofSeconds(15));
    time.advance(Duration.ofMinutes(15));
    forget();
    client.ask();
    time.advance(Duration.ofSeconds(1));
    assertThat(got).containsOnlyKeys(HOME);
  }

  @Test
  void damageIsNeitherAnsweredNorThrown() {
    measure(20);
    List<ByteBuffer> recorded = List.copyOf(fromPhone);
    forget();
    for (int i = 0; i < 20_000; i++) {
      ByteBuffer original = recorded.get(random.nextInt(recorded.size()));
      byte[] bytes = new byte[original.remaining()];
      original.duplicate().get(bytes);
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
      deliver(ByteBuffer.wrap(bytes), random.nextBoolean() ? HOME : SECOND);
      second.received(ByteBuffer.wrap(bytes));
      client.received(ByteBuffer.wrap(bytes));
    }
    assertThat(got).isEmpty();
    assertThat(events).isEmpty();
  }

  private long nameless() {
    return fromPhone.stream().filter(m -> m.remaining() == 2).count();
  }

  @Test
  void eachFourthKeepAliveNamesTheFlowAndSomeOfTheseAreAnswered() {
    client.keepAliveEvery(Duration.ofSeconds(100), 4);
    time.advance(Duration.ofSeconds(1_610));
    assertThat(got).containsExactly(Map.entry(HOME, 2));
    assertThat(nameless()).isEqualTo(24);
    assertThat(fromPhone).hasSize(32).allMatch(m -> m.remaining() == 2 || m.remaining() == 64);
  }

  @Test
  void aKeepAliveThatIsDueNowNamesTheFlow() {
    client.keepAliveEvery(Duration.ofSeconds(100), 4);
    client.keepAliveNow();
    client.keepAliveNow();
    assertThat(nameless()).isZero();
    client.keepAliveSafely(Duration.ofSeconds(15));
    time.advance(Duration.ofSeconds(100));
    assertThat(nameless()).as("each names it, as before").isZero();
  }

  @Test
  void keepAlivesThatAreAllAnsweredAreRepeatedInstead() {
    client.keepAliveEvery(Duration.ofSeconds(100), 1);
    time.advance(Duration.ofSeconds(510));
    assertThat(nameless()).isZero();
    assertThat(got).containsExactly(Map.entry(HOME, 5));
  }

  @Test
  void aDeadSwitchIsNoticedByTheAnsweredKeepAlive() {
    client.keepAliveEvery(Duration.ofSeconds(100), 1);
    server.remove(OWNER);
    time.advance(Duration.ofSeconds(104));
    assertThat(events).containsExactly("unanswered");
  }

  private ByteBuffer measureRequest(FlowKey key, long number, int shortest) {
    StunWriter writer =
        StunWriter.of(StunMessage.Kind.MEASURE_REQUEST, TransactionId.next(random))
            .username(key.id())
            .counter(number);
    if (shortest > 68) {
      writer.fill(shortest - 68);
    }
    return writer.integrity(key.key(), 16);
  }
}
