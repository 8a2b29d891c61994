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
import org.junit.jupiter.api.Test;

/** Both ends of a flow over connections: a path that cannot move, and may be dead silently. */
class ConnectionFlowTest {
  private static final String OWNER = "+15551230001";
  private static final FlowKey KEY = new FlowKey("key-0001", "secret-1");
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(25);
  private static final InetSocketAddress ADDRESS = new InetSocketAddress("203.0.113.11", 40_000);
  private static final FlowSource FIRST = new FlowSource(Transport.TCP, ADDRESS, 1);
  private static final FlowSource FIRST_AGAIN = new FlowSource(Transport.TCP, ADDRESS, 2);
  private static final FlowSource SECOND =
      new FlowSource(Transport.TLS, new InetSocketAddress("203.0.113.12", 40_001), 3);

  private final VirtualTime time = new VirtualTime();
  private final AtomicLong counter = new AtomicLong(1);
  private final Random random = new Random(1);
  private final List<String> events = new ArrayList<>();
  private final List<ByteBuffer> fromPhone = new ArrayList<>();
  private Duration wayDown = Duration.ofMillis(10);
  private final List<FlowSource> deadConnections = new ArrayList<>();
  private final Map<FlowSource, FlowClient> clients = new HashMap<>();
  private final FlowServer server =
      new FlowServer(
          time,
          new FlowServer.Output() {
            @Override
            public void send(ByteBuffer message, FlowSource to) {
              if (!deadConnections.contains(to) && clients.containsKey(to)) {
                time.schedule(wayDown, () -> clients.get(to).received(message.duplicate()));
              }
            }

            @Override
            public void close(FlowSource connection) {
              events.add("close " + connection);
            }
          },
          new FlowServer.Listener() {
            @Override
            public void bound(ServerFlow flow, String keyId, Optional<FlowSource> before) {
              events.add("bound " + flow.path().orElseThrow());
            }

            @Override
            public void answered(ServerFlow flow) {
              events.add("answered");
            }
          },
          new Random(7));

  private FlowClient bind(FlowSource source) {
    FlowClient client =
        new FlowClient(
            KEY,
            source.transport(),
            counter,
            KEEP_ALIVE,
            time,
            message -> {
              fromPhone.add(message.duplicate());
              if (!deadConnections.contains(source)) {
                time.schedule(Duration.ofMillis(10), () -> server.received(message, source));
              }
            },
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
    clients.put(source, client);
    client.bind();
    return client;
  }

  private FlowClient bindFirst() {
    server.addKey(OWNER, KEY);
    FlowClient client = bind(FIRST);
    time.advance(Duration.ofMillis(40));
    assertThat(events).containsExactly("bound " + FIRST, "mapped 203.0.113.11:40000");
    events.clear();
    fromPhone.clear();
    return client;
  }

  @Test
  void nothingIsRepeatedOverAConnection() {
    server.addKey(OWNER, KEY);
    deadConnections.add(FIRST);
    bind(FIRST);
    time.advance(Duration.ofMillis(1_999));
    assertThat(events).isEmpty();
    time.advance(Duration.ofMillis(1));
    assertThat(events).containsExactly("unanswered");
    assertThat(fromPhone).hasSize(1);
  }

  @Test
  void theAnswerToAChallengeMeasuresTheRoundTrip() {
    bindFirst();
    assertThat(roundTrip()).hasMillis(20);
  }

  @Test
  void aNonceThatIsUsedAgainMeasuresNothing() {
    FlowClient client = bindFirst();
    time.advance(Duration.ofMillis(500));
    client.bind();
    time.advance(Duration.ofMillis(40));
    assertThat(events).containsExactly("bound " + FIRST, "mapped 203.0.113.11:40000");
    assertThat(roundTrip()).hasMillis(20);
  }

  @Test
  void whatTookTooLongToBeARoundTripIsNotTakenForNone() {
    server.addKey(OWNER, KEY);
    wayDown = Duration.ofMillis(1_200); // the challenge was lost, and TCP sent it again
    bind(FIRST);
    time.advance(Duration.ofMillis(1_300));
    assertThat(events).containsExactly("bound " + FIRST);
    assertThat(roundTrip()).hasMillis(300);
  }

  @Test
  void aShortWayBeforeIsNotTakenForThatOfANewPath() {
    bindFirst();
    wayDown = Duration.ofMillis(1_200);
    bind(SECOND);
    time.advance(Duration.ofMillis(1_300));
    assertThat(events).contains("bound " + SECOND);
    assertThat(roundTrip()).hasMillis(300);
  }

  private Duration roundTrip() {
    return server.of(OWNER).orElseThrow().roundTrip();
  }

  @Test
  void everyKeepAliveAsksForAnAnswer() {
    bindFirst();
    time.advance(KEEP_ALIVE);
    assertThat(events).containsExactly("bound " + FIRST, "mapped 203.0.113.11:40000");
    events.clear();
    deadConnections.add(FIRST);
    time.advance(KEEP_ALIVE.plusSeconds(2));
    assertThat(events).containsExactly("unanswered");
  }

  @Test
  void whereTheNewConnectionIsGoneTheOneBeforeIsThePathAgain() {
    bindFirst();
    bind(SECOND);
    time.advance(Duration.ofMillis(100));
    events.clear();
    server.closed(SECOND);
    assertThat(events).containsExactly("bound " + FIRST);
    assertThat(server.at(FIRST)).isPresent();
  }

  @Test
  void itIsSoWhenItAnswersOnlyAfterwards() {
    bindFirst();
    bind(SECOND);
    time.advance(Duration.ofMillis(35)); // bound there, and the one before is being asked
    assertThat(events).contains("bound " + SECOND);
    events.clear();
    server.closed(SECOND);
    assertThat(events).isEmpty();
    time.advance(Duration.ofMillis(20));
    assertThat(events).contains("bound " + FIRST);
  }

  @Test
  void aConnectionThatDoesNotAnswerIsNoPathAgain() {
    bindFirst();
    deadConnections.add(FIRST);
    bind(SECOND);
    time.advance(Duration.ofMillis(100));
    events.clear();
    server.closed(SECOND);
    time.advance(Duration.ofSeconds(5));
    assertThat(events).doesNotContain("bound " + FIRST);
  }

  @Test
  void theDeadConnectionBeforeIsClosed() {
    bindFirst();
    deadConnections.add(FIRST);
    bind(SECOND);
    time.advance(Duration.ofSeconds(3));
    assertThat(events)
        .containsExactly("bound " + SECOND, "mapped 203.0.113.12:40001", "close " + FIRST);
    assertThat(server.at(FIRST)).isEmpty();
    assertThat(server.at(SECOND)).isPresent();
  }

  @Test
  void aConnectionThatStillAnswersIsKeptAsTheSecondPathUntilItCloses() {
    bindFirst();
    bind(SECOND);
    time.advance(Duration.ofSeconds(3));
    assertThat(events).contains("answered").doesNotContain("close " + FIRST);
    ServerFlow flow = server.of(OWNER).orElseThrow();
    assertThat(flow.secondPath()).contains(FIRST);
    server.closed(FIRST);
    assertThat(flow.secondPath()).isEmpty();
    assertThat(server.at(FIRST)).isEmpty();
  }

  @Test
  void aPhoneWhoseConnectionClosedIsSilentAndNobodyElseSpeaksForIt() {
    bindFirst();
    server.closed(FIRST);
    assertThat(server.of(OWNER).orElseThrow().path()).contains(FIRST);
    assertThat(server.at(FIRST)).isEmpty();
    bind(FIRST_AGAIN);
    time.advance(Duration.ofMillis(40));
    assertThat(server.at(FIRST_AGAIN)).isPresent();
    assertThat(server.of(OWNER).orElseThrow().path()).contains(FIRST_AGAIN);
  }

  @Test
  void anotherConnectionFromTheSameAddressIsAnotherPath() {
    bindFirst();
    assertThat(server.at(FIRST_AGAIN)).as("it has proven nothing").isEmpty();
    server.closed(FIRST_AGAIN);
    assertThat(server.at(FIRST)).as("that one is still open").isPresent();
  }

  @Test
  void sameAddressOverAnotherTransportIsAnotherPath() {
    bindFirst();
    assertThat(server.at(FlowSource.udp(ADDRESS))).isEmpty();
    assertThat(server.at(new FlowSource(Transport.TLS, ADDRESS))).isEmpty();
  }

  @Test
  void aRestoredConnectionIsRememberedButNotTrusted() {
    server.restore(OWNER, KEY, 5, Optional.of(FIRST));
    assertThat(server.of(OWNER).orElseThrow().path()).contains(FIRST);
    assertThat(server.at(FIRST)).isEmpty();
  }
}
