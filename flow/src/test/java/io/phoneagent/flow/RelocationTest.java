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
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The switch says on a flow that it is reached elsewhere. */
class RelocationTest {
  private static final FlowKey KEY = new FlowKey("key-0001", "secret");
  private static final FlowSource PHONE =
      FlowSource.udp(new InetSocketAddress("203.0.113.11", 40_000));
  private static final InetSocketAddress ELSEWHERE = new InetSocketAddress("198.51.100.2", 5060);

  private final VirtualTime time = new VirtualTime();
  private final List<ByteBuffer> sent = new ArrayList<>();
  private final FlowServer server =
      new FlowServer(
          time,
          (message, to) -> sent.add(message),
          new FlowServer.Listener() {
            @Override
            public void bound(ServerFlow flow, String keyId, Optional<FlowSource> before) {
              throw new AssertionError("nothing was bound");
            }

            @Override
            public void answered(ServerFlow flow) {
              throw new AssertionError("nothing was answered");
            }
          },
          new Random(1));
  private final List<String> heard = new ArrayList<>();

  private ByteBuffer word() {
    server.restore("ann", KEY, 5, Optional.of(PHONE));
    server.relocated("ann", ELSEWHERE, 1_700_000_000_000L);
    return sent.get(0);
  }

  private FlowClient client(FlowKey key) {
    return new FlowClient(
        key,
        Transport.UDP,
        new AtomicLong(1),
        Duration.ofSeconds(15),
        time,
        message -> {},
        new FlowClient.Listener() {
          @Override
          public void bound(Endpoint mapped) {
            throw new AssertionError("nothing was bound");
          }

          @Override
          public void unanswered() {
            throw new AssertionError("nothing was asked");
          }

          @Override
          public void relocated(Endpoint to, long stamp) {
            heard.add(to + " at " + stamp);
          }
        },
        new Random(2));
  }

  /** Counter, new endpoint, integrity: 12, 12 and 36 octets after the header. */
  @Test
  void theseAreItsOctets() {
    ByteBuffer word = word();
    assertThat(word.remaining()).isEqualTo(80);
    assertThat(word.getShort(0)).isEqualTo((short) 0x0011);
    assertThat(word.getShort(2)).isEqualTo((short) 60);
    assertThat(word.getInt(20)).isEqualTo(0xC0F1_0008);
    assertThat(word.getLong(24)).isEqualTo(1_700_000_000_000L);
    assertThat(word.getInt(32)).isEqualTo(0xC0F4_0008);
    assertThat(word.getShort(36)).isEqualTo((short) 1);
    assertThat(word.getShort(38)).isEqualTo((short) (5060 ^ 0x2112));
    assertThat(word.getInt(40)).isEqualTo(0xC633_6402 ^ 0x2112_A442); // 198.51.100.2
    assertThat(word.getInt(44)).isEqualTo(0x001C_0020);
  }

  @Test
  void overUdpItIsSaidThreeTimes() {
    ByteBuffer word = word();
    time.advance(Duration.ofSeconds(5));
    assertThat(sent).hasSize(3).allMatch(word::equals);
  }

  @Test
  void aPhoneHearsItFromAnywhere() {
    ByteBuffer word = word();
    assertThat(client(KEY).received(word)).isTrue();
    client(KEY).receivedFromElsewhere(word);
    String said = "198.51.100.2:5060 at 1700000000000";
    assertThat(heard).containsExactly(said, said);
  }

  @Test
  void notWithAnotherKeyOrAChangedOctet() {
    ByteBuffer word = word();
    assertThat(client(new FlowKey("key-0001", "other")).received(word)).isFalse();
    for (int at = 0; at < word.limit(); at++) {
      ByteBuffer forged = ByteBuffer.allocate(word.limit()).put(word.duplicate()).flip();
      forged.put(at, (byte) (forged.get(at) ^ 4));
      client(KEY).receivedFromElsewhere(forged);
    }
    assertThat(heard).isEmpty();
  }

  /**
   * Its counter is far above the phone's: taken for the phone's own it would lock the phone out.
   */
  @Test
  void sentBackToTheSwitchItCountsForNothing() {
    ByteBuffer word = word();
    server.received(word, PHONE);
    assertThat(server.of("ann").orElseThrow().counter("key-0001")).isEqualTo(5);
    assertThat(sent).hasSize(1);
  }
}
