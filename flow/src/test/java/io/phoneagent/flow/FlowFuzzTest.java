// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.phoneagent.Endpoint;
import io.phoneagent.Transport;
import io.phoneagent.testkit.VirtualTime;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** Runs the stored inputs as tests; with JAZZER_FUZZ=1 it looks for new ones. */
final class FlowFuzzTest {
  private static final String OWNER = "+15551230001";
  private static final FlowKey KEY = new FlowKey("key-0001", "secret-1");
  private static final FlowSource HOME = source("203.0.113.11");
  private static final FlowSource STRANGER = source("198.51.100.7");

  private final VirtualTime time = new VirtualTime();
  private final List<byte[]> recorded = new ArrayList<>();
  private final FlowServer server =
      new FlowServer(
          time,
          this::down,
          new FlowServer.Listener() {
            @Override
            public void bound(ServerFlow flow, String keyId, Optional<FlowSource> before) {}

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
          new Random(1));

  private static FlowSource source(String address) {
    return FlowSource.udp(new InetSocketAddress(address, 40_000));
  }

  private void up(ByteBuffer datagram) {
    recorded.add(octets(datagram));
    server.received(datagram, HOME);
  }

  private void down(ByteBuffer datagram, FlowSource to) {
    if (to.equals(HOME)) {
      recorded.add(octets(datagram));
      client.received(datagram);
    }
  }

  private static byte[] octets(ByteBuffer datagram) {
    byte[] copy = new byte[datagram.remaining()];
    datagram.duplicate().get(copy);
    return copy;
  }

  /** The first octet says which message the rest is laid over; without one it stands alone. */
  @FuzzTest(maxDuration = "60s")
  void nothingThatComesMovesTheFlow(byte[] data) {
    server.addKey(OWNER, KEY);
    client.bind();
    time.advance(Duration.ofMinutes(1));
    List<byte[]> spoken = List.copyOf(recorded);
    byte[] message = data;
    if (data.length > 0 && (data[0] & 0x7f) < spoken.size()) {
      message = spoken.get(data[0] & 0x7f).clone();
      for (int i = 1; i < data.length && i <= message.length; i++) {
        message[i - 1] ^= data[i];
      }
    }
    server.received(ByteBuffer.wrap(message), STRANGER);
    client.receivedFromElsewhere(ByteBuffer.wrap(message));
    client.received(ByteBuffer.wrap(message));
    server.received(ByteBuffer.wrap(message), HOME);
    time.advance(Duration.ofMinutes(1));
    assertThat(server.of(OWNER).orElseThrow().path()).contains(HOME);
    assertThat(server.size()).isEqualTo(1);
  }
}
