// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.sip.SdpCodec;
import java.util.Optional;

/** The two laws of ITU-T G.711 by which a sample of 16 bits becomes one octet. */
enum G711 {
  /** PCMU, North America and Japan. */
  MU_LAW {
    @Override
    byte compute(int sample) {
      int sign = sample < 0 ? 0x80 : 0;
      int magnitude = Math.min(Math.abs(sample), MU_CLIP) + MU_BIAS;
      int segment = 24 - Integer.numberOfLeadingZeros(magnitude);
      int step = (magnitude >> (segment + 3)) & 0x0F;
      return (byte) ~(sign | segment << 4 | step);
    }

    @Override
    short expand(int octet) {
      int code = ~octet;
      int magnitude = ((((code & 0x0F) << 3) + MU_BIAS) << ((code >> 4) & 7)) - MU_BIAS;
      return (short) ((code & 0x80) == 0 ? magnitude : -magnitude);
    }
  },
  /** PCMA, the rest of the world. */
  A_LAW {
    @Override
    byte compute(int sample) {
      int sign = sample < 0 ? 0 : 0x80;
      int magnitude = (sample < 0 ? ~sample : sample) >> 4; // 11 bits; the 12th is the sign
      int segment = Math.max(0, 28 - Integer.numberOfLeadingZeros(magnitude));
      int step = (segment < 2 ? magnitude : magnitude >> (segment - 1)) & 0x0F;
      return (byte) ((sign | segment << 4 | step) ^ A_INVERTED);
    }

    @Override
    short expand(int octet) {
      int code = octet ^ A_INVERTED;
      int segment = (code >> 4) & 7;
      int magnitude = ((code & 0x0F) << 4) + 8; // the middle of the step
      if (segment > 0) {
        magnitude = (magnitude + 0x100) << (segment - 1);
      }
      return (short) ((code & 0x80) != 0 ? magnitude : -magnitude);
    }
  };

  // Added before the logarithm is taken, so that the first segment begins at a power of two.
  private static final int MU_BIAS = 0x84;
  // The loudest that the last segment holds.
  private static final int MU_CLIP = 32_767 - MU_BIAS;
  // Every other bit is sent inverted, so that silence has changes on the wire.
  private static final int A_INVERTED = 0x55;

  private final byte[] octets = new byte[1 << 16];
  private final short[] samples = new short[1 << 8];

  G711() {
    for (int sample = Short.MIN_VALUE; sample <= Short.MAX_VALUE; sample++) {
      octets[sample & 0xFFFF] = compute(sample);
    }
    for (int octet = 0; octet < 256; octet++) {
      samples[octet] = expand(octet);
    }
  }

  abstract byte compute(int sample);

  abstract short expand(int octet);

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
}
