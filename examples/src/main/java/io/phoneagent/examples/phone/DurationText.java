// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.InvalidSettingException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as people write them: {@code 1s}, {@code 500ms}, {@code 5m}. */
public final class DurationText {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,3})?)(ms|s|m|h)");

  private DurationText() {}

  /**
   * Reads one.
   *
   * @throws InvalidSettingException if it is none
   */
  public static Duration parse(String setting, String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new InvalidSettingException(
          setting,
          text.matches("[0-9.]{1,12}")
              ? "'" + text + "' has no unit; write it like " + text + "s (ms, s, m or h)"
              : "'" + text + "' is no time; write it like 1s, 500ms or 5m");
    }
    long millis =
        switch (matcher.group(2)) {
          case "ms" -> 1;
          case "s" -> 1_000;
          case "m" -> 60_000;
          default -> 3_600_000;
        };
    return Duration.ofMillis(
        new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(millis)).longValue());
  }
}
