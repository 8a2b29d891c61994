// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.sip.SdpCodec;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/** Takes the packets of one incoming stream apart: speech and keys. Without sockets and clocks. */
final class RtpReceiver {
  // More than any telephone packs: 200 ms.
  private static final int MOST_SAMPLES = 1_600;

  private final JitterBuffer speech = new JitterBuffer();
  private final Consumer<Character> digits;
  private Optional<Integer> source = Optional.empty();
  private Optional<Integer> lastEvent = Optional.empty();

  /** Tells of each pressed key once. */
  RtpReceiver(Consumer<Character> digits) {
    this.digits = digits;
  }

  /**
   * One datagram; what is no packet of the stream is passed over.
   *
   * @param codecs what a payload number means to who receives it
   */
  void received(ByteBuffer datagram, IntFunction<Optional<SdpCodec>> codecs) {
    Optional<RtpPacket> read = RtpPacket.read(datagram);
    if (!read.isPresent()) {
      return;
    }
    RtpPacket packet = read.get();
    if (!source.equals(Optional.of(packet.source()))) {
      source = Optional.of(packet.source());
      lastEvent = Optional.empty();
      speech.restart();
    }
    Optional<SdpCodec> codec = codecs.apply(packet.payloadType());
    if (codec.isPresent() && codec.get().isTelephoneEvent()) {
      event(packet);
    } else {
      codec.flatMap(G711::of).ifPresent(law -> speech(packet, law));
    }
  }

  private void event(RtpPacket packet) {
    Optional<TelephoneEvent> event = TelephoneEvent.read(packet.payload());
    // An event is known by the time at which it began; any of its packets tells of it.
    if (event.isPresent() && !lastEvent.equals(Optional.of(packet.timestamp()))) {
      lastEvent = Optional.of(packet.timestamp());
      digits.accept(event.get().digit());
    }
  }

  private void speech(RtpPacket packet, G711 law) {
    ByteBuffer payload = packet.payload();
    if (payload.remaining() > MOST_SAMPLES) {
      return;
    }
    short[] samples = new short[payload.remaining()];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = law.decode(payload.get());
    }
    speech.put(packet.timestamp(), samples);
  }

  /** What is heard in the next 20 ms; silence where nothing came in time. */
  void play(short[] frame) {
    speech.take(frame);
  }
}
