// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What keys are made of is given out once. */
class RandomOctetsTest {

  /** Counts, so that each octet tells where in the source it stood. */
  private static final class Counting extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private int next;

    @Override
    public void nextBytes(byte[] octets) {
      for (int i = 0; i < octets.length; i += 4) {
        octets[i] = (byte) (next >> 24);
        octets[i + 1] = (byte) (next >> 16);
        octets[i + 2] = (byte) (next >> 8);
        octets[i + 3] = (byte) next++;
      }
    }
  }

  @Test
  void noOctetIsGivenTwice() {
    RandomOctets random = new RandomOctets(new Counting());
    List<String> all = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      for (int size : new int[] {64, 4096, 4}) {
        byte[] given = random.next(size);
        assertThat(given).hasSize(size);
        for (int at = 0; at < size; at += 4) {
          all.add(Arrays.toString(Arrays.copyOfRange(given, at, at + 4)));
        }
      }
    }
    assertThat(all).doesNotHaveDuplicates();
  }
}
