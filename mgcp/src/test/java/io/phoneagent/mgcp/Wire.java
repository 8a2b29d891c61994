// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Messages as text, with LF for line ends, and as they are sent. */
final class Wire {
  private static final MgcpReader READER = new MgcpReader(MgcpLimits.defaults());

  private Wire() {}

  /** As it is sent: lines ended by CR LF. */
  static byte[] octets(String text) {
    return text.replace("\r\n", "\n").replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
  }

  /** As it is read by people: lines ended by LF. */
  static String text(ByteBuffer datagram) {
    return StandardCharsets.ISO_8859_1
        .decode(datagram.duplicate())
        .toString()
        .replace("\r\n", "\n");
  }

  static List<MgcpInput> read(String text) {
    return READER.read(ByteBuffer.wrap(octets(text)));
  }

  static MgcpMessage message(String text) {
    List<MgcpInput> inputs = read(text);
    assertThat(inputs).hasSize(1);
    assertThat(inputs.get(0)).isInstanceOf(MgcpMessage.class);
    return (MgcpMessage) inputs.get(0);
  }

  static MgcpCommand command(String text) {
    return (MgcpCommand) message(text);
  }

  static MgcpResponse response(String text) {
    return (MgcpResponse) message(text);
  }
}
