// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a question to DNS makes of datagrams that may be no answers to it. */
class SrvMessageTest {
  static Stream<SrvMessage> questions() {
    return Stream.of(
        new SrvMessage(7, "example.test"),
        SrvMessage.servers(7, "_sip._udp.example.test"),
        SrvMessage.services(7, "example.test"));
  }

  @ParameterizedTest
  @MethodSource("questions")
  void octetsOfAnyKindAreNoAnswer(SrvMessage question) {
    Random random = new Random(9);
    for (int i = 0; i < 20_000; i++) {
      byte[] octets = question.octets().array().clone();
      octets[2] |= (byte) 0x80;
      octets[7] = (byte) random.nextInt(4);
      for (int j = random.nextInt(4); j >= 0; j--) {
        octets[2 + random.nextInt(octets.length - 2)] = (byte) random.nextInt();
      }
      question.read(ByteBuffer.wrap(octets)).ifPresent(a -> assertThat(a).isNotNull());
    }
    assertThat(question.read(ByteBuffer.allocate(0))).isEmpty();
  }
}
