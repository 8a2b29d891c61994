// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What tshark makes of the MGCP of a flow, once each message is taken out of its frame. */
public final class MgcpDissection {
  private static final int PORT = 2427;
  private static final int RAW_IPV4 = 228;
  private static final int FRAME = 0x80;
  private static final int HEADER = 3;
  private static final int STUN_HEADER = 20;

  private MgcpDissection() {}

  /**
   * One message.
   *
   * @param text as it was sent
   * @param protocols such as "raw:ip:udp:mgcp:sdp", with "malformed" where it is that
   */
  public record Seen(String text, String protocols) {}

  /** All framed datagrams of a capture, in their order. */
  public static List<Seen> ofDatagrams(Capture capture, Path folder) {
    return of(
        capture.fields("udp.payload[0:1] == 80", "udp.payload").stream()
            .map(fields -> octets(fields.get(0)))
            .map(framed -> Arrays.copyOfRange(framed, HEADER, framed.length))
            .toList(),
        folder);
  }

  /** All framed messages of the TCP connections of a capture, each direction by itself. */
  public static List<Seen> ofConnections(Capture capture, Path folder) {
    Map<String, NavigableMap<Long, byte[]>> directions = new LinkedHashMap<>();
    for (List<String> fields :
        capture.fields("tcp.len > 0", "tcp.stream", "tcp.srcport", "tcp.seq", "tcp.payload")) {
      directions
          .computeIfAbsent(fields.get(0) + "/" + fields.get(1), unknown -> new TreeMap<>())
          .merge(
              Long.parseLong(fields.get(2)),
              octets(fields.get(3)),
              (one, again) -> one.length < again.length ? again : one);
    }
    List<byte[]> messages = new ArrayList<>();
    directions.values().forEach(segments -> messages.addAll(cut(stream(segments))));
    return of(messages, folder);
  }

  private static byte[] octets(String hexadecimal) {
    return HexFormat.of().parseHex(hexadecimal.replace(":", ""));
  }

  /** What was sent, whatever came twice. */
  private static byte[] stream(NavigableMap<Long, byte[]> segments) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    long next = segments.firstKey();
    for (Map.Entry<Long, byte[]> segment : segments.entrySet()) {
      byte[] octets = segment.getValue();
      if (segment.getKey() > next) {
        throw new AssertionError("octets " + next + " to " + segment.getKey() + " are missing");
      }
      int known = (int) Math.min(octets.length, next - segment.getKey());
      whole.write(octets, known, octets.length - known);
      next += octets.length - known;
    }
    return whole.toByteArray();
  }

  /** The framed messages of a stream; between them is STUN, and the end may be half of one. */
  private static List<byte[]> cut(byte[] stream) {
    List<byte[]> messages = new ArrayList<>();
    int at = 0;
    while (at + STUN_HEADER <= stream.length) {
      int first = stream[at] & 0xff;
      if (first > 3 && first != FRAME) {
        throw new AssertionError("neither STUN nor framed: octet " + first + " at " + at);
      }
      int header = first == FRAME ? HEADER : STUN_HEADER;
      int length = ByteBuffer.wrap(stream).getShort(at + (first == FRAME ? 1 : 2)) & 0xffff;
      int end = at + header + length;
      if (first == FRAME && end <= stream.length) {
        messages.add(Arrays.copyOfRange(stream, at + header, end));
      }
      at = end;
    }
    return messages;
  }

  private static List<Seen> of(List<byte[]> messages, Path folder) {
    Path file = folder.resolve("unframed.pcap");
    try {
      Files.write(file, pcap(messages));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> lines =
        Outcome.of(
                folder,
                List.of(
                    "tshark",
                    "-n",
                    "-r",
                    file.toString(),
                    "-T",
                    "fields",
                    "-e",
                    "frame.protocols",
                    "-e",
                    "_ws.malformed"),
                Duration.ofSeconds(60))
            .orFail()
            .output()
            .lines()
            .toList();
    if (lines.size() != messages.size()) {
      throw new AssertionError(lines.size() + " of " + messages.size() + " were read");
    }
    List<Seen> seen = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      seen.add(new Seen(new String(messages.get(i), StandardCharsets.ISO_8859_1), lines.get(i)));
    }
    return seen;
  }

  private static byte[] pcap(List<byte[]> messages) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteBuffer header = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(0xA1B2C3D4).putShort((short) 2).putShort((short) 4).putLong(0);
    out.write(header.putInt(65_535).putInt(RAW_IPV4).array());
    int second = 0;
    for (byte[] message : messages) {
      int length = 28 + message.length;
      ByteBuffer packet = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
      out.write(packet.putInt(second++).putInt(0).putInt(length).putInt(length).array());
      ByteBuffer ip = ByteBuffer.allocate(28);
      ip.putShort((short) 0x4500).putShort((short) length).putInt(0).putInt(0x40110000);
      ip.putInt(0xC0000201).putInt(0xC0000202).putShort((short) PORT).putShort((short) PORT);
      out.write(ip.putShort((short) (length - 20)).putShort((short) 0).array());
      out.write(message);
    }
    return out.toByteArray();
  }
}
