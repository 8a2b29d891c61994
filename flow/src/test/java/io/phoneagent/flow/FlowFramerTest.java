// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlowFramerTest {
  private static final FlowKey KEY = new FlowKey("key-0001", "secret-1");

  private final List<String> seen = new ArrayList<>();
  private final LineFramer lines = new LineFramer();
  private final FlowFramer framer =
      new FlowFramer(
          own ->
              seen.add(
                  FramedMessage.read(own)
                      .map(m -> "framed " + StandardCharsets.US_ASCII.decode(m))
                      .orElseGet(
                          () ->
                              "stun " + StunMessage.read(own).orElseThrow().username().orElse(""))),
          lines::receive);

  /** A protocol of lines, in which any octet may come. */
  private final class LineFramer {
    private final StringBuilder line = new StringBuilder();

    boolean receive(ByteBuffer octets) {
      while (octets.hasRemaining()) {
        int next = octets.get(octets.position());
        if (line.length() == 0 && FlowFramer.begins(next & 0xff)) {
          return true;
        }
        octets.get();
        if (next == '\n') {
          seen.add(line.toString());
          line.setLength(0);
        } else {
          line.append((char) next);
        }
      }
      return true;
    }
  }

  private static byte[] stun() {
    ByteBuffer message =
        StunWriter.of(StunMessage.Kind.REQUEST, new TransactionId(1, 2))
            .username(KEY.id())
            .integrity(KEY.key(), 32);
    byte[] octets = new byte[message.remaining()];
    message.get(octets);
    return octets;
  }

  private static byte[] framed(String text) {
    ByteBuffer framed = FramedMessage.of(StandardCharsets.US_ASCII.encode(text));
    byte[] octets = new byte[framed.remaining()];
    framed.get(octets);
    return octets;
  }

  @Test
  void endsAtAFrameThatIsTooLong() {
    byte[] header = {(byte) 0x80, 0x40, 0x01};
    assertThat(framer.receive(ByteBuffer.wrap(header))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 19, 20, 21, 1_000})
  void cutsBothHoweverTheyArrive(int size) {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    stream.writeBytes(stun());
    stream.writeBytes(new byte[] {'a', 1, 2, 'b', '\n'});
    stream.writeBytes(stun());
    stream.writeBytes(stun());
    stream.writeBytes(framed("RSIP 1\n"));
    stream.writeBytes(framed(""));
    stream.writeBytes(new byte[] {'c', '\n'});
    stream.writeBytes(framed("\u0001".repeat(3_000)));
    byte[] all = stream.toByteArray();
    for (int i = 0; i < all.length; i += size) {
      ByteBuffer part = ByteBuffer.wrap(all, i, Math.min(size, all.length - i));
      assertThat(framer.receive(part)).isTrue();
      assertThat(part.hasRemaining()).isFalse();
    }
    assertThat(seen)
        .containsExactly(
            "stun key-0001",
            "a\001\002b",
            "stun key-0001",
            "stun key-0001",
            "framed RSIP 1\n",
            "framed ",
            "c",
            "framed " + "\u0001".repeat(3_000));
  }

  @Test
  void endsAtALengthThatNoMessageHas() {
    byte[] octets = stun();
    octets[2] = 0x7f;
    assertThat(framer.receive(ByteBuffer.wrap(octets))).isFalse();
  }

  @Test
  void endsWhereTheOtherProtocolEnds() {
    FlowFramer strict = new FlowFramer(message -> {}, octets -> false);
    assertThat(strict.receive(ByteBuffer.wrap(new byte[] {'x'}))).isFalse();
  }
}
