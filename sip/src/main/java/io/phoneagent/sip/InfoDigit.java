// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * A pressed key in the body of an INFO, as many gateways tell it: {@code application/dtmf-relay},
 * with a line {@code Signal=5}, or {@code application/dtmf}, with the key alone. No specification
 * has either.
 */
public final class InfoDigit {
  private static final String KEYS = "0123456789*#ABCD";
  private static final int MOST_OCTETS = 256;

  private InfoDigit() {}

  /** The key; empty if the request tells of none. */
  public static Optional<Character> read(SipRequest info) {
    return info.bodyLength() > MOST_OCTETS
        ? Optional.empty()
        : read(info.contentType(), info.body());
  }

  /** The key that a body of that type tells of; empty if it tells of none. */
  public static Optional<Character> read(String type, byte[] octets) {
    boolean relay = type.equals("application/dtmf-relay");
    if ((!relay && !type.equals("application/dtmf")) || octets.length > MOST_OCTETS) {
      return Optional.empty();
    }
    String body = new String(octets, StandardCharsets.UTF_8);
    if (!relay) {
      return key(body);
    }
    for (String line : body.split("[\r\n]+", -1)) {
      int equals = line.indexOf('=');
      if (equals > 0 && line.substring(0, equals).trim().equalsIgnoreCase("Signal")) {
        return key(line.substring(equals + 1));
      }
    }
    return Optional.empty();
  }

  /** A key by its face or, as some write it, by its number: 10 and 11 are * and #. */
  private static Optional<Character> key(String text) {
    String trimmed = text.trim().toUpperCase(Locale.ROOT);
    long number = trimmed.length() == 2 ? Octets.decimal(trimmed) : -1;
    if (number >= 10 && number < KEYS.length()) {
      return Optional.of(KEYS.charAt((int) number));
    }
    return trimmed.length() == 1 && KEYS.contains(trimmed)
        ? Optional.of(trimmed.charAt(0))
        : Optional.empty();
  }
}
