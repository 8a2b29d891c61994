// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What tshark, an independent reader, makes of datagrams of MGCP. */
final class Dissection {
  private static final int RAW_IPV4 = 228;

  private Dissection() {}

  /**
   * The protocols of each datagram, such as "ip:udp:mgcp:sdp", with "malformed" where it is that;
   * empty where tshark is not installed.
   */
  static Optional<List<String>> of(List<ScriptedCallAgent.Seen> datagrams, int port, Path directory)
      throws IOException, InterruptedException {
    Path capture = directory.resolve("mgcp.pcap");
    Files.write(capture, pcap(datagrams));
    Path output = directory.resolve("mgcp.txt");
    ProcessBuilder tshark =
        new ProcessBuilder(
            "tshark",
            "-n",
            "-r",
            capture.toString(),
            "-d",
            "udp.port==" + port + ",mgcp",
            "-T",
            "fields",
            "-e",
            "frame.protocols",
            "-e",
            "_ws.malformed");
    tshark.redirectOutput(output.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process;
    try {
      process = tshark.start();
    } catch (IOException e) {
      return Optional.empty();
    }
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("tshark does not end");
    }
    return Optional.of(Files.readAllLines(output, StandardCharsets.UTF_8));
  }

  private static byte[] pcap(List<ScriptedCallAgent.Seen> datagrams) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(
        ByteBuffer.allocate(24)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(0xA1B2C3D4)
            .putShort((short) 2)
            .putShort((short) 4)
            .putLong(0)
            .putInt(65_535)
            .putInt(RAW_IPV4)
            .array());
    int second = 0;
    for (ScriptedCallAgent.Seen one : datagrams) {
      int length = 28 + one.octets().length;
      out.write(
          ByteBuffer.allocate(16)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putInt(second++)
              .putInt(0)
              .putInt(length)
              .putInt(length)
              .array());
      out.write(
          ByteBuffer.allocate(28)
              .putShort((short) 0x4500)
              .putShort((short) length)
              .putInt(0)
              .putInt(0x40110000)
              .put(one.from().getAddress().getAddress())
              .put(one.to().getAddress().getAddress())
              .putShort((short) one.from().getPort())
              .putShort((short) one.to().getPort())
              .putShort((short) (length - 20))
              .putShort((short) 0)
              .array());
      out.write(one.octets());
    }
    return out.toByteArray();
  }
}
