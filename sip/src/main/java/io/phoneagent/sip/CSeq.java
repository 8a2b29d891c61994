// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import org.jspecify.annotations.Nullable;

/**
 * The place of a request in its dialog (RFC 3261 section 20.16).
 *
 * @param number less than 2^31 (section 8.1.1.5)
 * @param method the method of the request
 */
public record CSeq(long number, SipMethod method) {
  private static final long LIMIT = 1L << 31;

  public CSeq {
    if (number < 0 || number >= LIMIT) {
      throw new IllegalArgumentException("a CSeq number is less than 2^31, not " + number);
    }
  }

  /** The value that fills the range, or null. */
  static @Nullable CSeq read(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && bytes[i] >= '0' && bytes[i] <= '9') {
      i++;
    }
    long number = Octets.decimal(bytes, from, i);
    int method = Octets.skipSpace(bytes, i, to);
    if (number < 0 || number >= LIMIT || method == i || !Octets.isToken(bytes, method, to)) {
      return null;
    }
    return new CSeq(number, SipMethod.of(bytes, method, to));
  }

  @Override
  public String toString() {
    return number + " " + method;
  }
}
