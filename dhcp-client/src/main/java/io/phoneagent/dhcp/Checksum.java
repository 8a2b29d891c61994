// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

/** The checksum of IP and UDP (RFC 1071). */
final class Checksum {
  private long sum;

  /** Adds octets; only what is added last may have an odd number of them. */
  Checksum add(byte[] octets, int from, int to) {
    for (int i = from; i < to; i++) {
      sum += (long) (octets[i] & 0xFF) << ((i - from) % 2 == 0 ? 8 : 0);
    }
    return this;
  }

  Checksum add(int number) {
    sum += number;
    return this;
  }

  /** 16 bits; 0 over what holds its own right checksum. */
  int value() {
    long folded = sum;
    while (folded >>> 16 != 0) {
      folded = (folded & 0xFFFF) + (folded >>> 16);
    }
    return (int) ~folded & 0xFFFF;
  }
}
