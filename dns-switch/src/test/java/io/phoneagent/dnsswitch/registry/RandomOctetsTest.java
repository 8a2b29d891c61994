// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What keys are made of is given out once. */
class RandomOctetsTest {

  /** Counts the seeds, so that each is known and none is that before. */
  private static final class Seeds extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private int asked;

    @Override
    public void nextBytes(byte[] octets) {
      octets[octets.length - 1] = (byte) asked++;
    }
  }

  private static String hex(byte[] octets) {
    return HexFormat.of().formatHex(octets);
  }

  /** The key stream of AES-256 for the key 0 and the counter 0 (FIPS 197: AES of 16 zeros). */
  @Test
  void aSeedIsStretchedByAes() {
    assertThat(hex(new RandomOctets(new Seeds()).next(16)))
        .isEqualTo("dc95c078a2408989ad48a21492842087");
  }

  @Test
  void noOctetsAreGivenTwice() {
    Seeds seeds = new Seeds();
    RandomOctets random = new RandomOctets(seeds);
    List<String> blocks = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      for (int size : new int[] {64, 4096, 16}) {
        String given = hex(random.next(size));
        assertThat(given).hasSize(2 * size);
        for (int at = 0; at < given.length(); at += 32) {
          blocks.add(given.substring(at, at + 32));
        }
      }
    }
    assertThat(blocks).doesNotHaveDuplicates();
    assertThat(seeds.asked).isLessThanOrEqualTo(201);
  }
}
