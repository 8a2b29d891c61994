// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class G711Test {
  /** The decision values of tables 2a and 2b of G.711, scaled to 16 bits: the ends of segments. */
  @Test
  void decodesTheEndsOfTheSegments() {
    // Mu-law, octets as sent: full scale, and the first value of every segment, positive side.
    assertThat(G711.MU_LAW.decode((byte) 0x80)).isEqualTo((short) 32_124);
    assertThat(G711.MU_LAW.decode((byte) 0x00)).isEqualTo((short) -32_124);
    assertThat(G711.MU_LAW.decode((byte) 0xFF)).isZero();
    assertThat(G711.MU_LAW.decode((byte) 0x7F)).isZero();
    assertThat(G711.MU_LAW.decode((byte) 0xEF)).isEqualTo((short) 132);
    assertThat(G711.MU_LAW.decode((byte) 0xDF)).isEqualTo((short) 396);
    assertThat(G711.MU_LAW.decode((byte) 0x8F)).isEqualTo((short) 16_764);
    // A-law: the smallest and the largest of both signs; 4032 of 4096 at full scale.
    assertThat(G711.A_LAW.decode((byte) 0xD5)).isEqualTo((short) 8);
    assertThat(G711.A_LAW.decode((byte) 0x55)).isEqualTo((short) -8);
    assertThat(G711.A_LAW.decode((byte) 0xAA)).isEqualTo((short) 32_256);
    assertThat(G711.A_LAW.decode((byte) 0x2A)).isEqualTo((short) -32_256);
    assertThat(G711.A_LAW.decode((byte) 0xC5)).isEqualTo((short) 264);
    assertThat(G711.A_LAW.decode((byte) 0xF5)).isEqualTo((short) 528);
  }

  @Test
  void everyOctetComesBackFromItsOwnSample() {
    for (int octet = 0; octet < 256; octet++) {
      if (octet != 0x7F) { // mu-law's negative zero, which is encoded as the positive one
        assertThat(G711.MU_LAW.encode(G711.MU_LAW.decode((byte) octet))).isEqualTo((byte) octet);
      }
      assertThat(G711.A_LAW.encode(G711.A_LAW.decode((byte) octet))).isEqualTo((byte) octet);
    }
  }

  @Test
  void everySampleGetsTheNearestValue() {
    for (int sample = -32_000; sample <= 32_000; sample++) {
      int allowed = (Math.abs(sample) + 132) / 31 + 4; // half a step: 1/32 of the segment
      assertThat(Math.abs(G711.MU_LAW.decode(G711.MU_LAW.encode((short) sample)) - sample))
          .isLessThanOrEqualTo(allowed);
      assertThat(Math.abs(G711.A_LAW.decode(G711.A_LAW.encode((short) sample)) - sample))
          .isLessThanOrEqualTo(allowed);
    }
  }

  @Test
  void theLoudestIsClippedAndDoesNotWrapAround() {
    assertThat(G711.MU_LAW.decode(G711.MU_LAW.encode(Short.MIN_VALUE))).isEqualTo((short) -32_124);
    assertThat(G711.MU_LAW.decode(G711.MU_LAW.encode(Short.MAX_VALUE))).isEqualTo((short) 32_124);
    assertThat(G711.A_LAW.decode(G711.A_LAW.encode(Short.MIN_VALUE))).isEqualTo((short) -32_256);
    assertThat(G711.A_LAW.decode(G711.A_LAW.encode(Short.MAX_VALUE))).isEqualTo((short) 32_256);
  }
}
