// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One server of a service (RFC 2782).
 *
 * @param priority those with the lowest are tried first, 0 to 65,535
 * @param weight its share among those of the same priority, 0 to 65,535
 * @param port from 1 to 65,535
 * @param target a host's name in lower case, without the dot at its end
 */
record SrvRecord(int priority, int weight, int port, String target) {
  private static final Pattern HOST =
      Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");
  private static final Pattern TEXT =
      Pattern.compile("([0-9]{1,5}) ([0-9]{1,5}) ([0-9]{1,5}) (\\S{1,253})");

  /** Whether a phone can go there: neither is the name one that no host may have, nor the port. */
  boolean usable() {
    return port > 0 && port <= 0xFFFF && target.length() <= 253 && HOST.matcher(target).matches();
  }

  /** As it is kept. */
  String text() {
    return priority + " " + weight + " " + port + " " + target;
  }

  /** What {@link #text} has made; empty if it is something else. */
  static Optional<SrvRecord> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    SrvRecord found =
        new SrvRecord(
            Integer.parseInt(matcher.group(1)),
            Integer.parseInt(matcher.group(2)),
            Integer.parseInt(matcher.group(3)),
            matcher.group(4));
    return found.usable() ? Optional.of(found) : Optional.empty();
  }
}
