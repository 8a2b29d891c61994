// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The names of the settings, and how each is read and written. */
@SuppressWarnings("ImmutableEnumChecker") // The functions have no state.
enum SettingName {
  DNS_SWITCHES(
      (b, n, t) -> b.dnsSwitches(SettingText.uris(n, t)),
      s -> s.dnsSwitches().stream().map(Object::toString).collect(Collectors.joining(","))),
  REGISTRARS(
      (b, n, t) -> b.registrars(SettingText.uris(n, t)),
      s -> s.registrars().stream().map(Object::toString).collect(Collectors.joining(","))),
  FAILBACK_MODE(
      (b, n, t) -> b.failbackMode(SettingText.failback(n, t)),
      s -> s.failbackMode() == FailbackMode.NEVER ? "never" : "when-back"),
  FAILBACK_INTERVAL(
      (b, n, t) -> b.failbackInterval(SettingText.duration(n, t)),
      s -> SettingText.of(s.failbackInterval())),
  FAILOVER_TRIES(
      (b, n, t) -> b.failoverTries(SettingText.whole(n, t)),
      s -> String.valueOf(s.failoverTries())),
  CHECK_INTERVAL(
      (b, n, t) -> b.checkInterval(SettingText.duration(n, t)),
      s -> SettingText.of(s.checkInterval())),
  CHECK_INTERVAL_AT_REST(
      (b, n, t) -> b.checkIntervalAtRest(optional(n, t)), s -> text(s.checkIntervalAtRest())),
  CHECK_JITTER(
      (b, n, t) -> b.checkJitter(SettingText.share(n, t)), s -> String.valueOf(s.checkJitter())),
  STATIC_PUBLIC_ADDRESS(
      (b, n, t) ->
          b.staticPublicAddress(
              t.isEmpty() ? Optional.empty() : Optional.of(SettingText.address(n, t))),
      s -> s.staticPublicAddress().map(InetAddress::getHostAddress).orElse("")),
  KEEP_ALIVE_INTERVAL(
      (b, n, t) -> b.keepAliveInterval(optional(n, t)), s -> text(s.keepAliveInterval())),
  KEEP_ALIVE_MODE(
      (b, n, t) -> b.keepAliveMode(SettingText.keepAlive(n, t)),
      s -> s.keepAliveMode() == KeepAliveMode.FIXED ? "fixed" : "adaptive"),
  REGISTRATION_EXPIRY(
      (b, n, t) -> b.registrationExpiry(optional(n, t)), s -> text(s.registrationExpiry())),
  RETRY_INTERVAL(
      (b, n, t) -> b.retryInterval(SettingText.duration(n, t)),
      s -> SettingText.of(s.retryInterval())),
  RETRY_AFTER_REFUSAL(
      (b, n, t) -> b.retryAfterRefusal(SettingText.duration(n, t)),
      s -> SettingText.of(s.retryAfterRefusal())),
  START_UP_DELAY(
      (b, n, t) -> b.startUpDelay(SettingText.duration(n, t)),
      s -> SettingText.of(s.startUpDelay())),
  MAXIMUM_WAITING_DELAY(
      (b, n, t) -> b.maximumWaitingDelay(SettingText.duration(n, t)),
      s -> SettingText.of(s.maximumWaitingDelay())),
  UNREGISTER_ON_REBOOT(
      (b, n, t) -> b.unregisterOnReboot(SettingText.truth(n, t)),
      s -> String.valueOf(s.unregisterOnReboot())),
  UNIQUE_ADDRESS(
      (b, n, t) -> b.uniqueAddress(SettingText.truth(n, t)),
      s -> String.valueOf(s.uniqueAddress()));

  private interface Reader {
    AgentSettingsBuilder read(AgentSettingsBuilder builder, String name, String text);
  }

  private final Reader reader;
  private final Function<AgentSettings, String> writer;

  SettingName(Reader reader, Function<AgentSettings, String> writer) {
    this.reader = reader;
    this.writer = writer;
  }

  private static Optional<Duration> optional(String name, String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(SettingText.duration(name, text));
  }

  private static String text(Optional<Duration> value) {
    return value.map(SettingText::of).orElse("");
  }

  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String of(AgentSettings settings) {
    return writer.apply(settings);
  }

  void set(AgentSettingsBuilder builder, String value) {
    reader.read(builder, text(), value);
  }

  /** The setting of this name; where there is none, the error names the nearest one. */
  static SettingName named(String name) {
    SettingName nearest = DNS_SWITCHES;
    int least = Integer.MAX_VALUE;
    for (SettingName each : values()) {
      int distance = distance(name, each.text());
      if (distance == 0) {
        return each;
      }
      if (distance < least) {
        least = distance;
        nearest = each;
      }
    }
    throw new InvalidSettingException(
        name.length() <= 40 ? name : name.substring(0, 40) + "...",
        "there is no such setting; did you mean " + nearest.text() + "?");
  }

  /** How many characters are to be put in, left out or exchanged. */
  private static int distance(String one, String other) {
    if (one.length() > 80) {
      return one.length();
    }
    int[] row = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int exchanged = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(exchanged, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[other.length()];
  }
}
