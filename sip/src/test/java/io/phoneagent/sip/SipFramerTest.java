// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SipFramerTest {
  private static final String FIRST = "A\r\nX: y\r\nl : 3\r\n\r\nabc";
  private static final String SECOND = "B\r\nContent-Length:0\r\n\r\n";

  private final List<String> messages = new ArrayList<>();
  private final SipFramer framer = new SipFramer(new SipLimits(200, 10, 100, 50));

  private boolean receive(String text) {
    return framer.receive(
        ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)),
        message -> messages.add(StandardCharsets.UTF_8.decode(message).toString()));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7, 11, 1000})
  void cutsHoweverTheBytesArrive(int size) {
    String stream = "\r\n\r\n" + FIRST + SECOND + "\r\n\r\n" + FIRST + "\r\n" + SECOND;
    for (int i = 0; i < stream.length(); i += size) {
      assertThat(receive(stream.substring(i, Math.min(stream.length(), i + size)))).isTrue();
    }
    assertThat(messages).containsExactly(FIRST, SECOND, FIRST, SECOND);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7, 11, 1000})
  void tellsOfKeepAlivesThatWantAnAnswer(int size) {
    int[] pings = {0};
    SipFramer asked =
        new SipFramer(new SipLimits(200, 10, 100, 50), octet -> false, () -> pings[0]++);
    String stream = "\r\n\r\n" + FIRST + "\r\n" + SECOND + "\r\n" + SECOND + "\r\n\r\n\r\n\r\n";
    for (int i = 0; i < stream.length(); i += size) {
      String part = stream.substring(i, Math.min(stream.length(), i + size));
      asked.receive(ByteBuffer.wrap(part.getBytes(StandardCharsets.UTF_8)), m -> {});
    }
    assertThat(pings[0]).isEqualTo(3);
  }

  @Test
  void goesOnThroughALongStream() {
    for (int i = 0; i < 1000; i++) {
      assertThat(receive(SECOND + FIRST)).isTrue();
    }
    assertThat(messages).hasSize(2000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A\r\nX: y\r\n\r\n",
        "A\r\nl: x\r\n\r\n",
        "A\r\nl: -1\r\n\r\n",
        "A\r\nl: 51\r\n\r\n",
        "A\r\nl: 1\r\nContent-Length: 1\r\n\r\n",
        "A\r\nl: 99999999999999999999\r\n\r\n",
      })
  void givesUpOnAStreamWithoutBounds(String text) {
    assertThat(receive(FIRST + text)).isFalse();
    assertThat(receive(SECOND)).isFalse();
    assertThat(messages).containsExactly(FIRST);
  }

  @Test
  void givesUpOnAHeaderWithoutEnd() {
    assertThat(receive("a".repeat(150))).isTrue();
    assertThat(receive("a".repeat(150))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7, 11, 1000})
  void stopsBeforeWhatIsForeign(int size) {
    SipFramer shared = new SipFramer(new SipLimits(200, 10, 100, 50), octet -> octet <= 3);
    String within = "A\r\nl: 2\r\n\r\n\001\002";
    String stream = within + "\002" + SECOND + "\r\n\003\001" + within;
    StringBuilder foreign = new StringBuilder();
    for (int i = 0; i < stream.length(); i += size) {
      ByteBuffer chunk =
          ByteBuffer.wrap(
              stream
                  .substring(i, Math.min(stream.length(), i + size))
                  .getBytes(StandardCharsets.UTF_8));
      while (chunk.hasRemaining()) {
        assertThat(
                shared.receive(
                    chunk, m -> messages.add(StandardCharsets.UTF_8.decode(m).toString())))
            .isTrue();
        if (chunk.hasRemaining()) {
          foreign.append((char) chunk.get());
        }
      }
    }
    assertThat(messages).containsExactly(within, SECOND, within);
    assertThat(foreign).hasToString("\002\003\001");
  }
}
