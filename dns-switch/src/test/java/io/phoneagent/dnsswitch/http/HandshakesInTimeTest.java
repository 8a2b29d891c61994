// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.phoneagent.testkit.VirtualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** New connections within one pass of a thread. */
class HandshakesInTimeTest {
  private final VirtualTime time = new VirtualTime();

  /** Its first octets, as the thread comes to it. */
  private static ByteBuf hello(EmbeddedChannel connection) {
    ByteBuf octets = Unpooled.copiedBuffer(new byte[] {0x16, 3, 1});
    connection.pipeline().fireChannelRead(octets);
    return octets;
  }

  private EmbeddedChannel connection() {
    return new EmbeddedChannel(new HandshakesInTime(time));
  }

  @Test
  void whoWouldWaitTooLongIsLetGoBeforeItCosts() {
    EmbeddedChannel first = connection();
    hello(first);
    time.advance(Duration.ofMillis(400)); // what the first handshakes of the pass took
    EmbeddedChannel inTime = connection();
    hello(inTime);
    time.advance(Duration.ofMillis(1));
    EmbeddedChannel late = connection();
    ByteBuf dropped = hello(late);
    assertThat(inTime.isOpen()).isTrue();
    assertThat(inTime.inboundMessages()).hasSize(1);
    assertThat(late.isOpen()).isFalse();
    assertThat(late.inboundMessages()).isEmpty();
    assertThat(dropped.refCnt()).isZero();

    first.runPendingTasks(); // the pass is over
    EmbeddedChannel next = connection();
    hello(next);
    assertThat(next.isOpen()).isTrue();
    next.runPendingTasks();
  }

  @Test
  void withoutTlsNothingIsSpared() {
    EmbeddedChannel first = connection();
    hello(first);
    time.advance(Duration.ofSeconds(2));
    EmbeddedChannel plain = connection();
    plain.pipeline().fireChannelRead(Unpooled.copiedBuffer(new byte[] {0, 1, 0}));
    assertThat(plain.isOpen()).isTrue();
    assertThat(plain.inboundMessages()).hasSize(1);
    first.runPendingTasks();
  }

  @Test
  void aConnectionThatWasBegunGoesOn() {
    EmbeddedChannel first = connection();
    hello(first);
    time.advance(Duration.ofSeconds(2));
    hello(first);
    assertThat(first.isOpen()).isTrue();
    assertThat(first.inboundMessages()).hasSize(2);
    first.runPendingTasks();
  }
}
