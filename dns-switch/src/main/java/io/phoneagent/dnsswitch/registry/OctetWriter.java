// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registry;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Octets that grow; numbers are in network order. For one thread. */
final class OctetWriter {
  private byte[] octets = new byte[1024];
  private int length;

  /** The lowest eight bits. */
  OctetWriter octet(int value) {
    room(1);
    octets[length++] = (byte) value;
    return this;
  }

  /** The lowest sixteen bits. */
  OctetWriter number16(int value) {
    return octet(value >> 8).octet(value);
  }

  /** All of it. */
  OctetWriter number64(long value) {
    room(Long.BYTES);
    for (int shift = Long.SIZE - 8; shift >= 0; shift -= 8) {
      octets[length++] = (byte) (value >> shift);
    }
    return this;
  }

  /** 1 or 0. */
  OctetWriter truth(boolean value) {
    return octet(value ? 1 : 0);
  }

  /**
   * Its UTF-8, after a length of two octets.
   *
   * @throws IllegalArgumentException if it is longer than 65,535 octets
   */
  OctetWriter text(String text) {
    byte[] spelled = text.getBytes(StandardCharsets.UTF_8);
    if (spelled.length > 0xffff) {
      throw new IllegalArgumentException("a text of " + spelled.length + " octets is too long");
    }
    return number16(spelled.length).raw(spelled);
  }

  /**
   * As they are, after a length of one octet.
   *
   * @throws IllegalArgumentException if they are more than 255
   */
  OctetWriter octets(byte[] more) {
    if (more.length > 0xff) {
      throw new IllegalArgumentException(more.length + " octets are too many");
    }
    return octet(more.length).raw(more);
  }

  /** As they are, without their length. */
  OctetWriter raw(byte[] more) {
    room(more.length);
    System.arraycopy(more, 0, octets, length, more.length);
    length += more.length;
    return this;
  }

  private void room(int more) {
    if (octets.length - length < more) {
      octets = Arrays.copyOf(octets, Math.max(octets.length * 2, length + more));
    }
  }

  /** Begins anew, in the same memory. */
  OctetWriter clear() {
    length = 0;
    return this;
  }

  /** What has been written. */
  byte[] toArray() {
    return Arrays.copyOf(octets, length);
  }
}
