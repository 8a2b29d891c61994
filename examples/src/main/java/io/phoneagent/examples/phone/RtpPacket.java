// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * An RTP packet (RFC 3550, section 5.1).
 *
 * @param payloadType what the payload is, 0 to 127
 * @param marker begins a talk spurt or an event
 * @param sequence 16 bits, rising by one with each packet
 * @param timestamp 32 bits, in samples
 * @param source the 32 bits by which a sender is told from others
 * @param payload read from its position to its limit
 */
record RtpPacket(
    int payloadType, boolean marker, int sequence, int timestamp, int source, ByteBuffer payload) {
  private static final int HEADER_LENGTH = 12;

  /** Reads a datagram; empty if it is no RTP packet of version 2. */
  static Optional<RtpPacket> read(ByteBuffer datagram) {
    ByteBuffer in = datagram.slice();
    if (in.remaining() < HEADER_LENGTH || (in.get(0) & 0xC0) != 0x80) {
      return Optional.empty();
    }
    int first = in.get(0);
    int begin = HEADER_LENGTH + 4 * (first & 0x0F);
    int end = in.limit();
    if ((first & 0x10) != 0) {
      if (begin + 4 > end) {
        return Optional.empty();
      }
      begin += 4 + 4 * (in.getShort(begin + 2) & 0xFFFF);
    }
    if ((first & 0x20) != 0) {
      int padding = in.get(end - 1) & 0xFF;
      if (padding == 0) {
        return Optional.empty();
      }
      end -= padding;
    }
    if (begin > end) {
      return Optional.empty();
    }
    in.position(begin).limit(end);
    return Optional.of(
        new RtpPacket(
            in.get(1) & 0x7F,
            (in.get(1) & 0x80) != 0,
            in.getShort(2) & 0xFFFF,
            in.getInt(4),
            in.getInt(8),
            in.slice()));
  }

  /** The packet as a datagram. */
  ByteBuffer datagram() {
    ByteBuffer out = ByteBuffer.allocate(HEADER_LENGTH + payload.remaining());
    out.put((byte) 0x80).put((byte) (payloadType | (marker ? 0x80 : 0)));
    out.putShort((short) sequence).putInt(timestamp).putInt(source);
    return out.put(payload.duplicate()).flip();
  }
}
