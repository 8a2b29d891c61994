// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FramedMessageTest {
  private static ByteBuffer octets(int... values) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length);
    for (int value : values) {
      buffer.put((byte) value);
    }
    return buffer.flip();
  }

  @Test
  void hasItsLengthInFront() {
    ByteBuffer framed = FramedMessage.of(StandardCharsets.US_ASCII.encode("200 1"));
    assertThat(framed).isEqualTo(octets(0x80, 0, 5, '2', '0', '0', ' ', '1'));
    assertThat(FramedMessage.begins(framed)).isTrue();
    assertThat(FramedMessage.read(framed)).contains(octets('2', '0', '0', ' ', '1'));
  }

  @Test
  void isNoStunAndStunIsNoFrame() {
    ByteBuffer framed = FramedMessage.of(ByteBuffer.allocate(40));
    assertThat(StunMessage.begins(framed)).isFalse();
    assertThat(FramedMessage.begins(octets(0, 1, 0, 0))).isFalse();
    assertThat(FramedMessage.begins(octets('R', 'S', 'I', 'P'))).isFalse();
    assertThat(FramedMessage.begins(octets())).isFalse();
  }

  @Test
  void isReadOnlyIfItIsWhole() {
    assertThat(FramedMessage.read(octets(0x80, 0))).isEmpty();
    assertThat(FramedMessage.read(octets(0x80, 0, 2, 'a'))).isEmpty();
    assertThat(FramedMessage.read(octets(0x80, 0, 1, 'a', 'b'))).isEmpty();
    assertThat(FramedMessage.read(octets('a', 0, 1, 'a'))).isEmpty();
    assertThat(FramedMessage.read(octets(0x80, 0, 0))).contains(octets());
  }

  @Test
  void hasABound() {
    ByteBuffer longest = ByteBuffer.allocate(FramedMessage.LONGEST);
    assertThat(FramedMessage.read(FramedMessage.of(longest))).contains(longest);
    assertThatThrownBy(() -> FramedMessage.of(ByteBuffer.allocate(FramedMessage.LONGEST + 1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
