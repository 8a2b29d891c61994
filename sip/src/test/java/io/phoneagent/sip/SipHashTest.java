// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SipHashTest {
  private final SipHash hash = new SipHash(0x0706050403020100L, 0x0F0E0D0C0B0A0908L);

  private static byte[] upTo(int count) {
    byte[] bytes = new byte[count];
    IntStream.range(0, count).forEach(i -> bytes[i] = (byte) i);
    return bytes;
  }

  @Test
  void hashesAsItsAuthorsDo() {
    assertThat(hash.of(upTo(0), 0, 0)).isEqualTo(0x726fdb47dd0e0e31L);
    assertThat(hash.of(upTo(8), 0, 8)).isEqualTo(0x93f5f5799a932462L);
    assertThat(hash.of(upTo(15), 0, 15)).isEqualTo(0xa129ca6149be45e5L);
  }

  @Test
  void hashesWhatIsBetweenTheOffsetsAlone() {
    byte[] within = new byte[40];
    System.arraycopy(upTo(15), 0, within, 11, 15);
    within[10] = 99;
    within[26] = 99;
    assertThat(hash.of(within, 11, 26)).isEqualTo(0xa129ca6149be45e5L);
  }
}
