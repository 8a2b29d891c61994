// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import io.phoneagent.InvalidSettingException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Times as operators write them: {@code 0.9s}, {@code 900ms}, {@code 5m}, {@code 1h}, {@code 7d}.
 */
final class DurationText {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,3})?)(ms|s|m|h|d)");

  private DurationText() {}

  static Duration parse(String name, String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new InvalidSettingException(
          name,
          text.matches("[0-9.]{1,12}")
              ? "'" + text + "' has no unit; write it like " + text + "s (ms, s, m, h or d)"
              : "'" + text + "' is not a time such as 0.9s, 900ms, 5m, 1h or 7d");
    }
    long millis =
        switch (matcher.group(2)) {
          case "ms" -> 1;
          case "s" -> 1_000;
          case "m" -> 60_000;
          case "h" -> 3_600_000;
          default -> 86_400_000;
        };
    Duration time =
        Duration.ofMillis(
            new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(millis)).longValue());
    if (time.isZero()) {
      throw new InvalidSettingException(name, "'" + text + "' is no time at all");
    }
    return time;
  }
}
