// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.relay;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What goes out to one end as a single stream of RTP, whoever speaks: the SSRC stays, sequence
 * numbers and timestamps go on where they were (RFC 3550, section 5.1). There are phones that go by
 * the first stream they hear, and drop another one's lower numbers. What is heard first passes
 * through as it is. Owned by the relay's loop.
 */
final class OneStream {
  private static final int SEQUENCE = 2;
  private static final int TIMESTAMP = 4;
  private static final int SSRC = 8;
  // G.711 has eight samples a millisecond; of another codec it is a pause of another length.
  private static final long NANOS_PER_SAMPLE = 125_000;
  private static final long PACKET_SAMPLES = 160;
  // Not more than half of all timestamps ahead, or it would be behind.
  private static final long MOST_SAMPLES = 1L << 30;

  private boolean begun;
  private boolean another;
  private int ours;
  private int theirs;
  private int sequenceShift;
  private int timestampShift;
  private short lastSequence;
  private int lastTimestamp;
  private long lastAt;

  /** From now on somebody else speaks. */
  void turn() {
    another = begun;
  }

  /**
   * The packet as it goes out.
   *
   * @param packet of RTP, at least twelve octets; its position is its beginning
   */
  ByteBuffer rtp(ByteBuffer packet, long nowNanos) {
    int at = packet.position();
    int ssrc = packet.getInt(at + SSRC);
    short sequence = packet.getShort(at + SEQUENCE);
    int timestamp = packet.getInt(at + TIMESTAMP);
    if (!begun) {
      begun = true;
      ours = ssrc;
      theirs = ssrc;
      reached(sequence, timestamp, nowNanos);
      return packet;
    }
    if (another || ssrc != theirs) {
      another = false;
      theirs = ssrc;
      long pause = Math.max(PACKET_SAMPLES, (nowNanos - lastAt) / NANOS_PER_SAMPLE);
      sequenceShift = lastSequence + 1 - sequence;
      timestampShift = lastTimestamp + (int) Math.min(MOST_SAMPLES, pause) - timestamp;
    }
    short outSequence = (short) (sequence + sequenceShift);
    int outTimestamp = timestamp + timestampShift;
    if ((short) (outSequence - lastSequence) > 0) {
      boolean later = outTimestamp - lastTimestamp > 0; // not so within a telephone event
      reached(outSequence, later ? outTimestamp : lastTimestamp, later ? nowNanos : lastAt);
    }
    if (isAsItCame()) {
      return packet;
    }
    ByteBuffer made = ByteBuffer.allocate(packet.remaining());
    made.put(packet.duplicate()).flip();
    return made.putShort(SEQUENCE, outSequence).putInt(TIMESTAMP, outTimestamp).putInt(SSRC, ours);
  }

  private void reached(short sequence, int timestamp, long nowNanos) {
    lastSequence = sequence;
    lastTimestamp = timestamp;
    lastAt = nowNanos;
  }

  private boolean isAsItCame() {
    return ours == theirs && (short) sequenceShift == 0 && timestampShift == 0;
  }

  /**
   * A report as it goes out; empty where it is of another stream than what this end hears: it names
   * that one, and its goodbye would end this one.
   */
  Optional<ByteBuffer> rtcp(ByteBuffer packet) {
    return another || !isAsItCame() ? Optional.empty() : Optional.of(packet);
  }
}
