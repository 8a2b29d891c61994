// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.mgcp.ConnectionStatistics;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class AudioCountTest {
  private static final long FRAME = 20_000_000;

  private final AudioCount count = new AudioCount();

  private static ByteBuffer packet(int sequence, int source) {
    return ByteBuffer.allocate(172)
        .put((byte) 0x80)
        .put((byte) 0)
        .putShort((short) sequence)
        .putInt(sequence * 160)
        .putInt(source)
        .position(172)
        .flip();
  }

  @Test
  void countsWhatGoesAndComes() {
    count.sent(packet(1, 1));
    count.sent(packet(2, 1));
    count.received(packet(7, 9), 0);
    assertThat(count.statistics()).isEqualTo(new ConnectionStatistics(2, 320, 1, 160, 0, 0, 0));
    count.received(ByteBuffer.allocate(5), 0);
    count.received(ByteBuffer.allocate(40), 0);
    assertThat(count.statistics().packetsReceived()).isEqualTo(1);
  }

  @Test
  void countsWhatIsMissingAcrossTheEndOfTheNumbers() {
    for (int i = 0; i < 100; i++) {
      if (i % 10 != 5) {
        count.received(packet(65_500 + i, 9), i * FRAME);
      }
    }
    assertThat(count.statistics().lost()).isEqualTo(10);
    assertThat(count.statistics().packetsReceived()).isEqualTo(90);
  }

  @Test
  void anotherSourceBeginsAnewAndLosesNothing() {
    count.received(packet(1, 1), 0);
    count.received(packet(3, 1), FRAME);
    count.received(packet(30_000, 2), 2 * FRAME);
    count.received(packet(30_001, 2), 3 * FRAME);
    assertThat(count.statistics().lost()).isEqualTo(1);
  }

  @Test
  void reorderedAndDoubledPacketsAreNotLost() {
    for (int sequence : new int[] {1, 3, 2, 2, 4}) {
      count.received(packet(sequence, 1), sequence * FRAME);
    }
    assertThat(count.statistics().lost()).isZero();
  }

  @Test
  void measuresJitter() {
    for (int i = 0; i < 400; i++) {
      count.received(packet(i, 1), i * FRAME + (i % 2) * 8_000_000L);
    }
    assertThat(count.statistics().jitterMillis()).isEqualTo(8);
  }
}
