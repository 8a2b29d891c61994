// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

/**
 * SipHash-2-4 under a secret key: a short proof that some octets are those of before, for what a
 * server gives out and does not remember, such as tags and nonces. Immutable.
 */
public final class SipHash {
  private final long key0;
  private final long key1;

  /** Under a key of 128 bits, which nobody else knows. */
  public SipHash(long key0, long key1) {
    this.key0 = key0;
    this.key1 = key1;
  }

  /** The hash of the octets between two offsets. */
  public long of(byte[] bytes, int from, int to) {
    Rounds rounds = new Rounds(key0, key1);
    int length = to - from;
    int last = to - (length & 7);
    for (int i = from; i < last; i += 8) {
      rounds.take(word(bytes, i, 8));
    }
    rounds.take(word(bytes, last, to - last) | (long) length << 56);
    return rounds.end();
  }

  private static long word(byte[] bytes, int from, int count) {
    long word = 0;
    for (int i = 0; i < count; i++) {
      word |= (bytes[from + i] & 0xFFL) << (8 * i);
    }
    return word;
  }

  private static final class Rounds {
    private long v0;
    private long v1;
    private long v2;
    private long v3;

    Rounds(long key0, long key1) {
      v0 = key0 ^ 0x736f6d6570736575L;
      v1 = key1 ^ 0x646f72616e646f6dL;
      v2 = key0 ^ 0x6c7967656e657261L;
      v3 = key1 ^ 0x7465646279746573L;
    }

    void take(long word) {
      v3 ^= word;
      turn();
      turn();
      v0 ^= word;
    }

    long end() {
      v2 ^= 0xFF;
      turn();
      turn();
      turn();
      turn();
      return v0 ^ v1 ^ v2 ^ v3;
    }

    private void turn() {
      v0 += v1;
      v1 = Long.rotateLeft(v1, 13) ^ v0;
      v0 = Long.rotateLeft(v0, 32);
      v2 += v3;
      v3 = Long.rotateLeft(v3, 16) ^ v2;
      v0 += v3;
      v3 = Long.rotateLeft(v3, 21) ^ v0;
      v2 += v1;
      v1 = Long.rotateLeft(v1, 17) ^ v2;
      v2 = Long.rotateLeft(v2, 32);
    }
  }
}
