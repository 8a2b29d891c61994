// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.mgcp.ConnectionStatistics;
import java.nio.ByteBuffer;

/** What a stream of audio has carried (RFC 3550, section 6.4.1 and appendix A). */
final class AudioCount {
  private static final int HEADER = 12;
  private static final long NANOS_PER_SAMPLE = 1_000_000_000 / 8_000;

  private long packetsSent;
  private long octetsSent;
  private long packetsReceived;
  private long octetsReceived;
  private int source;
  private long lostBefore;
  private long first;
  private long highest;
  private long ofThisSource;
  private long transit;
  private double jitter;

  /** A packet goes out; the buffer is not changed. */
  void sent(ByteBuffer packet) {
    packetsSent++;
    octetsSent += packet.remaining() - HEADER;
  }

  /**
   * A packet came; the buffer is not changed.
   *
   * @param nanos when, by any clock
   */
  void received(ByteBuffer packet, long nanos) {
    if (packet.remaining() < HEADER || (packet.get(packet.position()) & 0xC0) != 0x80) {
      return;
    }
    int at = packet.position();
    int sequence = packet.getShort(at + 2) & 0xFFFF;
    int timestamp = packet.getInt(at + 4);
    int from = packet.getInt(at + 8);
    long now = nanos / NANOS_PER_SAMPLE - (timestamp & 0xFFFFFFFFL);
    if (ofThisSource == 0 || from != source) {
      lostBefore += lostOfThisSource();
      source = from;
      first = sequence;
      highest = sequence;
      ofThisSource = 0;
      jitter = 0;
    } else {
      // Where the difference is half of the range the number has gone round.
      short ahead = (short) (sequence - (int) highest);
      highest += Math.max(0, ahead);
      // A time that has gone round, or jumped, is no jitter.
      long difference = Math.abs(now - transit);
      jitter += difference < 80_000 ? (difference - jitter) / 16 : 0;
    }
    transit = now;
    ofThisSource++;
    packetsReceived++;
    octetsReceived += packet.remaining() - HEADER;
  }

  private long lostOfThisSource() {
    return ofThisSource == 0 ? 0 : Math.max(0, highest - first + 1 - ofThisSource);
  }

  /** Up to now; the latency is not known. */
  ConnectionStatistics statistics() {
    return new ConnectionStatistics(
        packetsSent,
        octetsSent,
        packetsReceived,
        octetsReceived,
        lostBefore + lostOfThisSource(),
        Math.round(jitter / 8),
        0);
  }
}
