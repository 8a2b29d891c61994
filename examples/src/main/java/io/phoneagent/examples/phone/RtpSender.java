// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.sip.SdpCodec;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;

/** Makes the packets of one outgoing stream, one every 20 ms. Without sockets and clocks. */
final class RtpSender {
  private final int source;
  private final PressedKeys keys = new PressedKeys();
  private final short[] frame = new short[Frame.SAMPLES];
  private int sequence;
  private int timestamp;
  private boolean spurt = true;

  /**
   * A stream that begins anywhere (RFC 3550, section 5.1).
   *
   * @param random unpredictable for others
   */
  RtpSender(Random random) {
    source = random.nextInt();
    sequence = random.nextInt(1 << 16);
    timestamp = random.nextInt();
  }

  void press(String digits) {
    keys.press(digits);
  }

  /** The packet of this step: a key if one is pressed, else audio. */
  ByteBuffer next(RemoteAudio remote, AudioSource audio) {
    audio.next(frame); // a key covers what is said meanwhile
    Optional<PressedKeys.Step> key = remote.events().isPresent() ? keys.next() : Optional.empty();
    RtpPacket packet =
        key.isPresent() ? event(remote.events().get(), key.get()) : speech(remote.codec());
    sequence = (sequence + 1) & 0xFFFF;
    timestamp += Frame.SAMPLES;
    return packet.datagram();
  }

  /** Time passes without a packet. */
  void pause() {
    timestamp += Frame.SAMPLES;
    spurt = true;
  }

  private RtpPacket event(SdpCodec codec, PressedKeys.Step key) {
    // All packets of an event carry the time at which it began (RFC 4733, section 2.2.2).
    return new RtpPacket(
        codec.payload(),
        key.first(),
        sequence,
        timestamp - key.samplesSince(),
        source,
        key.event().payload());
  }

  private RtpPacket speech(SdpCodec codec) {
    G711 law = G711.of(codec).orElse(G711.MU_LAW);
    ByteBuffer payload = ByteBuffer.allocate(Frame.SAMPLES);
    for (short sample : frame) {
      payload.put(law.encode(sample));
    }
    boolean first = spurt;
    spurt = false;
    return new RtpPacket(codec.payload(), first, sequence, timestamp, source, payload.flip());
  }
}
