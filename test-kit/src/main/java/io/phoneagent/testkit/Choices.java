// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.testkit;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * What the octets of a fuzzer decide, one after the other, until there are none left. Not for
 * several threads.
 */
public final class Choices {
  private final ByteBuffer octets;

  /** Choices that these octets make, in their order. */
  public Choices(byte[] octets) {
    this.octets = ByteBuffer.wrap(octets.clone());
  }

  /** Whether enough is left for something to be chosen and said. */
  public boolean hasMore() {
    return octets.remaining() > 1;
  }

  /** A number from 0 to less than the bound, 256 at most; 0 where nothing is left. */
  public int next(int bound) {
    return octets.hasRemaining() ? (octets.get() & 0xFF) % bound : 0;
  }

  /** One of them. */
  public <T> T of(List<T> some) {
    return some.get(next(some.size()));
  }

  /** The next octets as they are, 255 at most. */
  public byte[] raw() {
    int wanted = next(256);
    byte[] taken = new byte[Math.min(octets.remaining(), wanted)];
    octets.get(taken);
    return taken;
  }
}
