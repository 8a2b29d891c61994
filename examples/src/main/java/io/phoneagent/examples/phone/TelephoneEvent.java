// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A key held down, as it travels in RTP (RFC 4733, section 2.3).
 *
 * @param digit one of {@value #DIGITS}
 * @param end whether it is released
 * @param duration in samples since it was pressed
 */
record TelephoneEvent(char digit, boolean end, int duration) {
  static final String DIGITS = "0123456789*#ABCD";
  // -10 dBm0: what telephones send.
  private static final int VOLUME = 10;

  /** Reads a payload; empty if it is another event than a digit. */
  static Optional<TelephoneEvent> read(ByteBuffer payload) {
    int at = payload.position();
    if (payload.remaining() < 4 || (payload.get(at) & 0xFF) >= DIGITS.length()) {
      return Optional.empty();
    }
    return Optional.of(
        new TelephoneEvent(
            DIGITS.charAt(payload.get(at)),
            (payload.get(at + 1) & 0x80) != 0,
            payload.getShort(at + 2) & 0xFFFF));
  }

  ByteBuffer payload() {
    return ByteBuffer.allocate(4)
        .put((byte) DIGITS.indexOf(digit))
        .put((byte) ((end ? 0x80 : 0) | VOLUME))
        .putShort((short) duration)
        .flip();
  }
}
