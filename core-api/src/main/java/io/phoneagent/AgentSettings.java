// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import io.phoneagent.spi.SettingsJson;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What an agent can be told to do differently, for all its lines; also while it runs, by {@link
 * PhoneAgent#update}. Immutable. Made by a {@link #builder()}, of a map of names as a device's
 * configuration has them ({@link #of}), or of JSON ({@link #fromJson}).
 *
 * <p>As text, durations are a number and one of {@code ms}, {@code s}, {@code m}, {@code h}, {@code
 * d}; a number alone is in seconds. A list is separated by commas. Nothing in here is secret.
 */
public final class AgentSettings {
  private static final AgentSettings DEFAULTS = builder().build();

  private final List<URI> switches;
  private final List<URI> registrars;
  private final FailbackMode failbackMode;
  private final Duration failbackInterval;
  private final int failoverTries;
  private final Duration checkInterval;
  private final Optional<Duration> checkIntervalAtRest;
  private final double checkJitter;
  private final Optional<InetAddress> staticPublicAddress;
  private final Optional<Duration> keepAliveInterval;
  private final Optional<Duration> registrationExpiry;
  private final Duration retryInterval;
  private final Duration retryAfterRefusal;
  private final Duration startUpDelay;
  private final Duration maximumWaitingDelay;
  private final boolean unregisterOnReboot;
  private final boolean uniqueAddress;
  private final KeepAliveMode keepAliveMode;

  AgentSettings(AgentSettingsBuilder from) {
    switches = List.copyOf(from.switches);
    registrars = List.copyOf(from.registrars);
    failbackMode = from.failbackMode;
    failbackInterval = from.failbackInterval;
    failoverTries = from.failoverTries;
    checkInterval = from.checkInterval;
    checkIntervalAtRest = from.checkIntervalAtRest;
    checkJitter = from.checkJitter;
    staticPublicAddress = from.staticPublicAddress;
    keepAliveInterval = from.keepAliveInterval;
    registrationExpiry = from.registrationExpiry;
    retryInterval = from.retryInterval;
    retryAfterRefusal = from.retryAfterRefusal;
    startUpDelay = from.startUpDelay;
    maximumWaitingDelay = from.maximumWaitingDelay;
    unregisterOnReboot = from.unregisterOnReboot;
    uniqueAddress = from.uniqueAddress;
    keepAliveMode = from.keepAliveMode;
  }

  /** What holds where nothing is set. */
  public static AgentSettings defaults() {
    return DEFAULTS;
  }

  /** A builder that begins with the defaults. */
  public static AgentSettingsBuilder builder() {
    return new AgentSettingsBuilder();
  }

  /** A builder that begins with these. */
  public AgentSettingsBuilder toBuilder() {
    return new AgentSettingsBuilder(this);
  }

  /**
   * Settings by their names, such as {@code keep-alive-interval=15s}; the defaults for all others.
   *
   * @throws InvalidSettingException if there is no such name, or a value is out of its range
   */
  public static AgentSettings of(Map<String, String> values) {
    return builder().setAll(values).build();
  }

  /**
   * Settings as a JSON object of those names. Values are strings, numbers (of seconds, for
   * durations), booleans, or lists of strings.
   *
   * @throws InvalidSettingException if it is no such object; as {@link #of}
   */
  public static AgentSettings fromJson(String json) {
    return of(SettingsJson.load().read(Objects.requireNonNull(json, "json")));
  }

  /** All settings by their names, as {@link #of} reads them; durations to the millisecond. */
  public Map<String, String> toMap() {
    Map<String, String> values = new LinkedHashMap<>();
    for (SettingName name : SettingName.values()) {
      values.put(name.text(), name.of(this));
    }
    return values;
  }

  /** All settings as JSON, as {@link #fromJson} reads it. */
  public String toJson() {
    return SettingsJson.load().write(toMap());
  }

  /** The DNS switches, the preferred one first; see {@link AgentSettingsBuilder#dnsSwitches}. */
  public List<URI> dnsSwitches() {
    return switches;
  }

  /** The SIP registrars instead; see {@link AgentSettingsBuilder#registrars}. */
  public List<URI> registrars() {
    return registrars;
  }

  /** See {@link AgentSettingsBuilder#failbackMode}. */
  public FailbackMode failbackMode() {
    return failbackMode;
  }

  /** See {@link AgentSettingsBuilder#failbackInterval}. */
  public Duration failbackInterval() {
    return failbackInterval;
  }

  /** See {@link AgentSettingsBuilder#failoverTries}. */
  public int failoverTries() {
    return failoverTries;
  }

  /** See {@link AgentSettingsBuilder#checkInterval}. */
  public Duration checkInterval() {
    return checkInterval;
  }

  /** See {@link AgentSettingsBuilder#checkIntervalAtRest}; empty where it does not grow. */
  public Optional<Duration> checkIntervalAtRest() {
    return checkIntervalAtRest;
  }

  /** See {@link AgentSettingsBuilder#checkJitter}. */
  public double checkJitter() {
    return checkJitter;
  }

  /** See {@link AgentSettingsBuilder#staticPublicAddress}. */
  public Optional<InetAddress> staticPublicAddress() {
    return staticPublicAddress;
  }

  /** See {@link AgentSettingsBuilder#keepAliveMode}. */
  public KeepAliveMode keepAliveMode() {
    return keepAliveMode;
  }

  /** See {@link AgentSettingsBuilder#keepAliveInterval}; empty for what the switch says. */
  public Optional<Duration> keepAliveInterval() {
    return keepAliveInterval;
  }

  /** See {@link AgentSettingsBuilder#registrationExpiry}; empty for what the switch says. */
  public Optional<Duration> registrationExpiry() {
    return registrationExpiry;
  }

  /** See {@link AgentSettingsBuilder#retryInterval}. */
  public Duration retryInterval() {
    return retryInterval;
  }

  /** See {@link AgentSettingsBuilder#retryAfterRefusal}. */
  public Duration retryAfterRefusal() {
    return retryAfterRefusal;
  }

  /** See {@link AgentSettingsBuilder#maximumWaitingDelay}. */
  public Duration maximumWaitingDelay() {
    return maximumWaitingDelay;
  }

  /** See {@link AgentSettingsBuilder#startUpDelay}. */
  public Duration startUpDelay() {
    return startUpDelay;
  }

  /** See {@link AgentSettingsBuilder#unregisterOnReboot}. */
  public boolean unregisterOnReboot() {
    return unregisterOnReboot;
  }

  /** See {@link AgentSettingsBuilder#uniqueAddress}. */
  public boolean uniqueAddress() {
    return uniqueAddress;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AgentSettings settings && toMap().equals(settings.toMap());
  }

  @Override
  public int hashCode() {
    return toMap().hashCode();
  }

  @Override
  public String toString() {
    return "AgentSettings" + toMap();
  }
}
