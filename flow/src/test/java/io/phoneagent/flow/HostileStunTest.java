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

/** What comes to the flow port from whoever may send datagrams, under whatever source. */
class HostileStunTest {
  private static final FlowSource HOME =
      FlowSource.udp(new InetSocketAddress("203.0.113.11", 40_000));
  private static final String OWNER = "+15551230001";
  private static final FlowKey KEY = new FlowKey("key-0001", "secret-1");

  private final VirtualTime time = new VirtualTime();
  private final Random random = new Random(1);
  private final List<ByteBuffer> recorded = new ArrayList<>();
  private final Map<FlowSource, Integer> balance = new HashMap<>();
  private int answers;
  private int moves;
  private final FlowServer server =
      new FlowServer(
          time,
          this::down,
          new FlowServer.Listener() {
            @Override
            public void bound(ServerFlow flow, String keyId, Optional<FlowSource> before) {
              moves += before.equals(flow.path()) ? 0 : 1;
            }

            @Override
            public void answered(ServerFlow flow) {}
          },
          new Random(7));
  private final FlowClient client =
      new FlowClient(
          KEY,
          Transport.UDP,
          new AtomicLong(1),
          Duration.ofSeconds(25),
          time,
          this::up,
          new FlowClient.Listener() {
            @Override
            public void bound(Endpoint mapped) {}

            @Override
            public void unanswered() {}
          },
          random);

  @BeforeEach
  void aPhoneIsBound() {
    server.addKey(OWNER, KEY);
    client.bind();
    time.advance(Duration.ofMinutes(1));
    assertThat(server.of(OWNER).orElseThrow().path()).contains(HOME);
    assertThat(recorded).hasSizeGreaterThan(3);
    balance.clear();
    moves = 0;
    answers = 0;
  }

  private void up(ByteBuffer datagram) {
    recorded.add(datagram.duplicate());
    deliver(datagram, HOME);
  }

  private void deliver(ByteBuffer datagram, FlowSource source) {
    balance.merge(source, datagram.remaining(), Integer::sum);
    server.received(datagram.duplicate(), source);
  }

  private void down(ByteBuffer datagram, FlowSource to) {
    balance.merge(to, -datagram.remaining(), Integer::sum);
    answers++;
    if (to.equals(HOME)) {
      client.received(datagram);
    }
  }

  private static FlowSource forged(int i) {
    return FlowSource.udp(new InetSocketAddress("198.51.100." + (1 + i % 250), 1024 + i / 250));
  }

  private void thePhoneIsWhereItWas() {
    assertThat(moves).isZero();
    assertThat(server.of(OWNER).orElseThrow().path()).contains(HOME);
    assertThat(server.at(HOME)).isPresent();
  }

  private ByteBuffer request(String user, StunKey key) {
    return StunWriter.of(StunMessage.Kind.REQUEST, TransactionId.next(random))
        .username(user)
        .nonce(Nonces.NONE_YET)
        .counter(1_000)
        .integrity(key, 32);
  }

  @Test
  void badIntegrityDrawsSilenceFromEverySource() {
    for (int i = 0; i < 1_000; i++) {
      deliver(request(KEY.id(), new FlowKey(KEY.id(), "guess-" + i).key()), forged(i));
      deliver(request(KEY.id(), new FlowKey(KEY.id(), "guess-" + i).key()), HOME);
      deliver(request("key-" + (1_000_000 + i), KEY.key()), forged(i));
    }
    assertThat(answers).isZero();
    thePhoneIsWhereItWas();
  }

  @Test
  void aFloodOfForgedSourcesIsOnlyChallengedAndNotRemembered() {
    int timers = time.pendingTimers();
    for (int i = 0; i < 100_000; i++) {
      deliver(request(KEY.id(), KEY.key()), forged(i));
    }
    assertThat(answers).isEqualTo(100_000);
    assertThat(balance.values()).as("octets in less octets out").allMatch(n -> n >= 0);
    assertThat(server.size()).isEqualTo(1);
    assertThat(server.at(forged(7))).isEmpty();
    assertThat(time.pendingTimers()).isEqualTo(timers);
    thePhoneIsWhereItWas();
  }

  @Test
  void everythingThePhoneEverSentReplayedFromElsewhereDrawsNoMoreThanItBrings() {
    for (int i = 0; i < 10_000; i++) {
      deliver(recorded.get(i % recorded.size()), forged(i));
    }
    assertThat(balance.values()).allMatch(n -> n >= 0);
    thePhoneIsWhereItWas();
  }

  @Test
  void replayedCountersFromThePhonesOwnSourceChangeNothing() {
    long heard = server.of(OWNER).orElseThrow().heardAtNanos();
    List<ByteBuffer> all = List.copyOf(recorded);
    time.advance(Duration.ofSeconds(3));
    answers = 0;
    for (ByteBuffer datagram : all.subList(0, all.size() - 1)) {
      server.received(datagram.duplicate(), HOME);
    }
    assertThat(server.of(OWNER).orElseThrow().heardAtNanos()).isEqualTo(heard);
    thePhoneIsWhereItWas();
  }

  @Test
  void mutatedDatagramsNeitherMoveNorAmplifyNorFail() {
    for (int i = 0; i < 50_000; i++) {
      ByteBuffer original = recorded.get(i % recorded.size()).duplicate();
      byte[] octets = new byte[original.remaining()];
      original.get(octets);
      for (int j = 0; j <= i % 3; j++) {
        octets[random.nextInt(octets.length)] = (byte) random.nextInt();
      }
      int length = i % 5 == 0 ? random.nextInt(octets.length) : octets.length;
      deliver(ByteBuffer.wrap(octets, 0, length), forged(i));
    }
    assertThat(balance.values()).allMatch(n -> n >= 0);
    thePhoneIsWhereItWas();
  }
}
