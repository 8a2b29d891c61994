// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import io.phoneagent.spi.IpLiteral;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values of settings as text. */
final class SettingText {
  // Nine digits of days are more than any range allows, and no overflow.
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})\\s*(ms|s|m|h|d)?");

  private SettingText() {}

  static Duration duration(String name, String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new InvalidSettingException(
          name, "'" + text + "' is no time; write it like 500ms, 30s, 20m or 1h");
    }
    long number = Long.parseLong(matcher.group(1));
    String unit = matcher.group(2);
    return switch (unit == null ? "s" : unit) {
      case "ms" -> Duration.ofMillis(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      case "d" -> Duration.ofDays(number);
      default -> Duration.ofSeconds(number);
    };
  }

  static String of(Duration value) {
    long millis = value.toMillis();
    return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
  }

  /** In the largest unit that says it whole, for people. */
  static String readable(Duration value) {
    long seconds = value.getSeconds();
    if (!value.equals(Duration.ofSeconds(seconds))) {
      boolean small = Math.abs(seconds) < 1_000_000; // toMillis overflows
      return small && value.equals(Duration.ofMillis(value.toMillis()))
          ? value.toMillis() + "ms"
          : value.toString();
    }
    if (seconds != 0 && seconds % 86_400 == 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds != 0 && seconds % 3_600 == 0) {
      return seconds / 3_600 + "h";
    }
    return seconds != 0 && seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }

  static boolean truth(String name, String text) {
    if (text.equals("true") || text.equals("false")) {
      return text.equals("true");
    }
    throw new InvalidSettingException(name, "'" + text + "' is neither true nor false");
  }

  static int whole(String name, String text) {
    if (!text.matches("[0-9]{1,9}")) {
      throw new InvalidSettingException(name, "'" + text + "' is no whole number");
    }
    return Integer.parseInt(text);
  }

  static double share(String name, String text) {
    if (!text.matches("[0-9]{1,3}(\\.[0-9]{1,9})?")) {
      throw new InvalidSettingException(name, "'" + text + "' is no number; write it like 0.05");
    }
    return Double.parseDouble(text);
  }

  static InetAddress address(String name, String text) {
    Optional<InetAddress> address = IpLiteral.parse(text);
    if (!address.isPresent()) {
      throw new InvalidSettingException(
          name, "'" + text + "' is no IP address; write it like 203.0.113.11");
    }
    return address.get();
  }

  static List<URI> uris(String name, String text) {
    List<URI> uris = new ArrayList<>();
    for (String one : text.split(",", -1)) {
      if (!one.trim().isEmpty()) {
        uris.add(uri(name, one.trim()));
      }
    }
    return uris;
  }

  private static URI uri(String name, String text) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException(
          name, "'" + text + "' is no address; write it like https://switch.example");
    }
  }

  static FailbackMode failback(String name, String text) {
    return switch (text) {
      case "when-back" -> FailbackMode.WHEN_BACK;
      case "never" -> FailbackMode.NEVER;
      default ->
          throw new InvalidSettingException(
              name, "'" + text + "' is unknown; give one of when-back, never");
    };
  }

  static KeepAliveMode keepAlive(String name, String text) {
    return switch (text) {
      case "fixed" -> KeepAliveMode.FIXED;
      case "adaptive" -> KeepAliveMode.ADAPTIVE;
      default ->
          throw new InvalidSettingException(
              name, "'" + text + "' is unknown; give one of fixed, adaptive");
    };
  }
}
