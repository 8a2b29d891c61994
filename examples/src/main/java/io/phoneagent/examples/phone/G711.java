// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.sip.SdpCodec;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/** The two laws of ITU-T G.711 by which a sample of 16 bits becomes one octet. */
final class G711 {
  // Added before the logarithm is taken, so that the first segment begins at a power of two.
  private static final int MU_BIAS = 0x84;
  // The loudest that the last segment holds.
  private static final int MU_CLIP = 32_767 - MU_BIAS;
  // Every other bit is sent inverted, so that silence has changes on the wire.
  private static final int A_INVERTED = 0x55;

  /** PCMU, North America and Japan. */
  static final G711 MU_LAW = new G711(G711::muOctet, G711::muSample);

  /** PCMA, the rest of the world. */
  static final G711 A_LAW = new G711(G711::aOctet, G711::aSample);

  private final byte[] octets = new byte[1 << 16];
  private final short[] samples = new short[1 << 8];

  private G711(IntUnaryOperator octetOf, IntUnaryOperator sampleOf) {
    for (int sample = Short.MIN_VALUE; sample <= Short.MAX_VALUE; sample++) {
      octets[sample & 0xFFFF] = (byte) octetOf.applyAsInt(sample);
    }
    for (int octet = 0; octet < samples.length; octet++) {
      samples[octet] = (short) sampleOf.applyAsInt(octet);
    }
  }

  /** The law that a session description names; empty for any other codec. */
  static Optional<G711> of(SdpCodec codec) {
    if (codec.isSameEncoding(SdpCodec.PCMU)) {
      return Optional.of(MU_LAW);
    }
    return codec.isSameEncoding(SdpCodec.PCMA) ? Optional.of(A_LAW) : Optional.empty();
  }

  byte encode(short sample) {
    return octets[sample & 0xFFFF];
  }

  short decode(byte octet) {
    return samples[octet & 0xFF];
  }

  private static int muOctet(int sample) {
    int sign = sample < 0 ? 0x80 : 0;
    int magnitude = Math.min(Math.abs(sample), MU_CLIP) + MU_BIAS;
    int segment = 24 - Integer.numberOfLeadingZeros(magnitude);
    int step = (magnitude >> (segment + 3)) & 0x0F;
    return ~(sign | segment << 4 | step);
  }

  private static int muSample(int octet) {
    int code = ~octet;
    int magnitude = ((((code & 0x0F) << 3) + MU_BIAS) << ((code >> 4) & 7)) - MU_BIAS;
    return (code & 0x80) == 0 ? magnitude : -magnitude;
  }

  private static int aOctet(int sample) {
    int sign = sample < 0 ? 0 : 0x80;
    int magnitude = (sample < 0 ? ~sample : sample) >> 4; // 11 bits; the sign is the twelfth
    int segment = Math.max(0, 28 - Integer.numberOfLeadingZeros(magnitude));
    int step = (segment < 2 ? magnitude : magnitude >> (segment - 1)) & 0x0F;
    return (sign | segment << 4 | step) ^ A_INVERTED;
  }

  private static int aSample(int octet) {
    int code = octet ^ A_INVERTED;
    int segment = (code >> 4) & 7;
    int magnitude = ((code & 0x0F) << 4) + 8; // the middle of the step
    if (segment > 0) {
      magnitude = (magnitude + 0x100) << (segment - 1);
    }
    return (code & 0x80) != 0 ? magnitude : -magnitude;
  }
}
