// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registrar;

import io.phoneagent.PhoneNumber;
import io.phoneagent.sip.SipHash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The nonces of plain phones' challenges. Each is bound to a number, the address that asked and a
 * time, so that giving them out costs no memory and who forges an address cannot use one. What is
 * remembered of a number is how often its last few were used. Owned by the loop.
 */
final class DigestNonces {
  private static final String FORM = "p.";
  private static final long LIFETIME_MICROS = Duration.ofMinutes(30).toNanos() / 1_000;
  // A number's devices, each with one.
  private static final int IN_USE = 8;
  private static final int OCTETS = 24;
  private static final int TEXT = FORM.length() + OCTETS * 4 / 3;
  // A number, an address and a time.
  private static final int MOST_BOUND = 16 + 1 + 16 + 8;
  private static final byte[] DIGITS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
          .getBytes(StandardCharsets.US_ASCII);
  private static final byte[] VALUES = new byte[128];

  static {
    Arrays.fill(VALUES, (byte) -1);
    for (int i = 0; i < DIGITS.length; i++) {
      VALUES[DIGITS[i]] = (byte) i;
    }
  }

  // Two of 64 bits each: what is guessed against one is not known to be good for the other.
  private final SipHash first;
  private final SipHash second;
  private final Map<PhoneNumber, Uses> uses = new HashMap<>();
  private final byte[] bound = new byte[MOST_BOUND];
  private final ByteBuffer octets = ByteBuffer.allocate(OCTETS);
  private long last = Long.MIN_VALUE;

  private static final class Uses {
    // Of each nonce when it was made, and the highest count.
    private long[] known = new long[0];
    // What is as old as one that had to be forgotten might be a replay.
    private long forgottenUpTo = Long.MIN_VALUE;
  }

  DigestNonces() {
    SecureRandom random = new SecureRandom();
    first = new SipHash(random.nextLong(), random.nextLong());
    second = new SipHash(random.nextLong(), random.nextLong());
  }

  /** Whether it looks as these do, whoever made it. */
  static boolean hasForm(String nonce) {
    return nonce.startsWith(FORM);
  }

  /** A nonce that was not given out before. */
  String make(PhoneNumber number, byte[] address, long nowNanos) {
    last = Math.max(last + 1, nowNanos / 1_000);
    int size = bind(number, address, last);
    octets.putLong(0, last).putLong(8, first.of(bound, 0, size));
    octets.putLong(16, second.of(bound, 0, size));
    byte[] text = Arrays.copyOf(FORM.getBytes(StandardCharsets.US_ASCII), TEXT);
    for (int from = 0, to = FORM.length(); from < OCTETS; from += 3, to += 4) {
      int three =
          (octets.get(from) & 255) << 16
              | (octets.get(from + 1) & 255) << 8
              | (octets.get(from + 2) & 255);
      text[to] = DIGITS[three >> 18];
      text[to + 1] = DIGITS[three >> 12 & 63];
      text[to + 2] = DIGITS[three >> 6 & 63];
      text[to + 3] = DIGITS[three & 63];
    }
    return new String(text, StandardCharsets.US_ASCII);
  }

  /** Writes down what a nonce is good for; how much that is. */
  private int bind(PhoneNumber number, byte[] address, long stamp) {
    String text = number.e164();
    int size = 0;
    for (int i = 0; i < text.length(); i++) {
      bound[size++] = (byte) text.charAt(i);
    }
    bound[size++] = 0;
    for (byte one : address) {
      bound[size++] = one;
    }
    for (int shift = 56; shift >= 0; shift -= 8) {
      bound[size++] = (byte) (stamp >> shift);
    }
    return size;
  }

  /** When it was made, in microseconds; empty if it is not good, for this number or any more. */
  OptionalLong stamp(String nonce, PhoneNumber number, byte[] address, long nowNanos) {
    if (!hasForm(nonce) || nonce.length() != TEXT || !decode(nonce)) {
      return OptionalLong.empty();
    }
    long stamp = octets.getLong(0);
    int size = bind(number, address, stamp);
    long difference =
        (first.of(bound, 0, size) ^ octets.getLong(8))
            | (second.of(bound, 0, size) ^ octets.getLong(16));
    Uses known = uses.get(number);
    boolean good =
        difference == 0
            && nowNanos / 1_000 - stamp < LIFETIME_MICROS
            && (known == null || stamp > known.forgottenUpTo);
    return good ? OptionalLong.of(stamp) : OptionalLong.empty();
  }

  private boolean decode(String nonce) {
    for (int from = FORM.length(), to = 0; to < OCTETS; from += 4, to += 3) {
      int three =
          value(nonce, from) << 18
              | value(nonce, from + 1) << 12
              | value(nonce, from + 2) << 6
              | value(nonce, from + 3);
      if (three < 0) {
        return false;
      }
      octets.put(to, (byte) (three >> 16));
      octets.put(to + 1, (byte) (three >> 8));
      octets.put(to + 2, (byte) three);
    }
    return true;
  }

  /** Of one digit; negative if it is none. */
  private static int value(String nonce, int at) {
    char digit = nonce.charAt(at);
    return digit < VALUES.length ? VALUES[digit] : -1;
  }

  /**
   * Notes a proven use.
   *
   * @param number is kept for as long as the nonce
   * @param count how often the client says it has used it, itself included
   * @return false if this count, or a higher one, was used with the nonce before
   */
  boolean use(PhoneNumber number, long stamp, long count) {
    Uses own = uses.computeIfAbsent(number, n -> new Uses());
    long[] known = own.known;
    int oldest = 0;
    for (int i = 0; i < known.length; i += 2) {
      if (known[i] == stamp) {
        boolean rises = count > known[i + 1];
        known[i + 1] = Math.max(count, known[i + 1]);
        return rises;
      }
      oldest = known[i] < known[oldest] ? i : oldest;
    }
    int place = oldest;
    if (known.length < 2 * IN_USE) {
      place = known.length;
      known = Arrays.copyOf(known, place + 2);
      own.known = known;
    } else {
      own.forgottenUpTo = Math.max(own.forgottenUpTo, known[oldest]);
    }
    known[place] = stamp;
    known[place + 1] = count;
    return true;
  }
}
