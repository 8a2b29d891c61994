// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings as a firmware's configuration has them. */
class AgentSettingsTest {
  private static final Map<String, String> ALL =
      Map.ofEntries(
          Map.entry("dns-switches", "https://a.example,https://b.example:8443"),
          Map.entry("registrars", "sip:example.com,sip:[2001:db8::1]:5070;transport=tcp"),
          Map.entry("failback-mode", "never"),
          Map.entry("keep-alive-mode", "adaptive"),
          Map.entry("failback-interval", "90s"),
          Map.entry("failover-tries", "3"),
          Map.entry("check-interval", "500ms"),
          Map.entry("check-interval-at-rest", "600s"),
          Map.entry("check-jitter", "0.2"),
          Map.entry("static-public-address", "203.0.113.11"),
          Map.entry("keep-alive-interval", "20s"),
          Map.entry("registration-expiry", "600s"),
          Map.entry("retry-interval", "30s"),
          Map.entry("retry-after-refusal", "1800s"),
          Map.entry("start-up-delay", "120s"),
          Map.entry("maximum-waiting-delay", "300s"),
          Map.entry("unregister-on-reboot", "true"),
          Map.entry("unique-address", "true"));

  @Test
  void everyNameIsReadAndWritten() {
    AgentSettings settings = AgentSettings.of(ALL);
    assertThat(settings.toMap()).containsExactlyInAnyOrderEntriesOf(ALL);
    assertThat(settings.dnsSwitches())
        .containsExactly(URI.create("https://a.example"), URI.create("https://b.example:8443"));
    assertThat(settings.failbackMode()).isEqualTo(FailbackMode.NEVER);
    assertThat(settings.keepAliveMode()).isEqualTo(KeepAliveMode.ADAPTIVE);
    assertThat(settings.checkInterval()).isEqualTo(Duration.ofMillis(500));
    assertThat(settings.checkIntervalAtRest()).contains(Duration.ofMinutes(10));
    assertThat(settings.keepAliveInterval()).contains(Duration.ofSeconds(20));
    assertThat(settings.unregisterOnReboot()).isTrue();
    assertThat(settings.uniqueAddress()).isTrue();
    assertThat(settings.toBuilder().build()).isEqualTo(settings).hasSameHashCodeAs(settings);
    assertThat(settings).isNotEqualTo(AgentSettings.defaults());
    assertThat(AgentSettings.of(AgentSettings.defaults().toMap()))
        .isEqualTo(AgentSettings.defaults());
  }

  @Test
  void theDocumentationNamesThemAll() throws IOException {
    List<String> documented =
        Files.readString(Path.of("../docs/settings.md"))
            .lines()
            .filter(l -> l.startsWith("| `"))
            .map(l -> l.substring(3, l.indexOf('`', 3)))
            .collect(Collectors.toList());
    assertThat(documented)
        .containsExactlyInAnyOrderElementsOf(AgentSettings.defaults().toMap().keySet());
  }

  @Test
  void theDefaultsAreThoseOfTheDocumentation() {
    AgentSettings defaults = AgentSettings.defaults();
    assertThat(defaults.checkInterval()).isEqualTo(Duration.ofSeconds(30));
    assertThat(defaults.keepAliveInterval()).isEmpty();
    assertThat(defaults.registrationExpiry()).isEmpty();
    assertThat(defaults.retryInterval()).isEqualTo(Duration.ofMinutes(1));
    assertThat(defaults.retryAfterRefusal()).isEqualTo(Duration.ofMinutes(20));
    assertThat(defaults.startUpDelay()).isZero();
    assertThat(defaults.failbackMode()).isEqualTo(FailbackMode.WHEN_BACK);
    assertThat(defaults.keepAliveMode()).isEqualTo(KeepAliveMode.FIXED);
    assertThat(defaults.unregisterOnReboot()).isFalse();
    assertThat(defaults.uniqueAddress()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"30,30s", "30 s,30s", "2m,120s", "1h,3600s", "1d,86400s", "1500ms,1500ms"})
  void timesHaveUnitsAndSecondsWithoutOne(String text, String written) {
    assertThat(AgentSettings.of(Map.of("check-interval", text)).toMap())
        .containsEntry("check-interval", written);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "keepalive-interval | 15 | did you mean keep-alive-interval?",
        "retry_interval | 15 | did you mean retry-interval?",
        "nonsense | 15 | there is no such setting",
        "check-interval | often | write it like 500ms",
        "check-interval | 50ms | 50ms is not from 100ms to 1d",
        "check-interval | 999999999d | 999999999d is not from",
        "check-interval | 8553600s | 99d is not from 100ms to 1d",
        "check-interval | '' | is no time",
        "check-interval-at-rest | 2d | 2d is not from 100ms to 1d",
        "check-jitter | 0.6 | not from 0 to 0.5",
        "check-jitter | NaN | no number",
        "keep-alive-interval | 0s | not from 1s to 5m",
        "registration-expiry | 10s | 10s is not from 1m to 1d",
        "retry-interval | 2h | 2h is not from 1s to 1h",
        "retry-after-refusal | 1s | not from 30s",
        "failover-tries | 0 | not from 1 to 10",
        "failover-tries | many | no whole number",
        "failback-mode | always | give one of when-back, never",
        "keep-alive-mode | seldom | give one of fixed, adaptive",
        "failback-interval | 1s | not from 5s",
        "start-up-delay | 11m | 11m is not from 0s to 10m",
        "maximum-waiting-delay | 2h | 2h is not from 0s to 1h",
        "static-public-address | switch.example | no IP address",
        "unregister-on-reboot | yes | neither true nor false",
        "unique-address | 198.18.0.7 | neither true nor false",
        "dns-switches | ftp://switch | https://switch.example",
        "dns-switches | https://u:p@switch | neither a user",
        "dns-switches | https://a_b | 'https://a_b' has to name a host",
        "dns-switches | https://a:0 | 'https://a:0' has a port that is not from 1 to 65535",
        "dns-switches | https://a:65536 | not from 1 to 65535",
        "registrars | https://a.example | write it like sip:example.com",
        "registrars | sip:a.example;maddr=192.0.2.1 | is no registrar",
        "registrars | sip:anna@a.example | '...@a.example' is no registrar",
        "registrars | sip:-a | neither a host name nor an IP address",
        "registrars | sip:a.example:99999 | 99999 is no port",
        "dns-switches | 'https://a b' | write it like https://switch.example"
      })
  void whatIsWrongIsSaidWithTheWayOut(String name, String value, String hint) {
    assertThatThrownBy(() -> AgentSettings.of(Map.of(name, value)))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageStartingWith(name + ": ")
        .hasMessageContaining(hint);
  }

  @Test
  void noTextHoldsACredentialOfASwitch() {
    assertThatThrownBy(
            () ->
                AgentSettings.builder()
                    .dnsSwitches(List.of(URI.create("https://user:hush@switch.example"))))
        .hasMessageNotContaining("hush");
    for (String uri : List.of("https://user:hush@a_b", "ftp://user:hush@a", "ftp://a?key=hush")) {
      assertThatThrownBy(() -> AgentSettings.of(Map.of("dns-switches", uri)))
          .isInstanceOf(InvalidSettingException.class)
          .hasMessageNotContaining("hush");
    }
  }

  @Test
  void theSchemeOfASwitchMayBeInCapitals() {
    AgentSettings settings =
        AgentSettings.of(Map.of("dns-switches", "HTTPS://a.example,Https+SRV://b.example"));
    assertThat(settings.dnsSwitches())
        .extracting(URI::toString)
        .containsExactly("https://a.example", "https+srv://b.example");
    assertThat(
            AgentSettings.of(Map.of("dns-switches", "https://a:1,https://a:65535")).dnsSwitches())
        .hasSize(2);
  }

  @Test
  void aBuilderOfSettingsBeginsWithAllOfThem() {
    Duration odd = Duration.ofNanos(150_500_000);
    AgentSettings settings =
        AgentSettings.builder()
            .checkInterval(odd)
            .dnsSwitches(List.of(URI.create("https://a")))
            .build();
    assertThat(settings.toBuilder().build().checkInterval()).isEqualTo(odd);
    assertThat(AgentSettings.of(ALL).toBuilder().build()).isEqualTo(AgentSettings.of(ALL));
  }

  @Test
  void aTimeThatNoRangeHoldsIsWrittenToo() {
    assertThatThrownBy(
            () -> AgentSettings.builder().checkInterval(Duration.ofSeconds(Long.MAX_VALUE)))
        .isInstanceOf(InvalidSettingException.class);
    assertThatThrownBy(() -> AgentSettings.builder().checkInterval(Duration.ofNanos(99_999_999)))
        .hasMessageContaining("PT0.099999999S is not from 100ms to 1d");
  }

  @Test
  void switchesAreAtMostEight() {
    assertThatThrownBy(
            () ->
                AgentSettings.builder()
                    .dnsSwitches(Collections.nCopies(9, URI.create("https://a.example"))))
        .hasMessageContaining("9 are more than 8");
  }

  @Test
  void whatIsEmptyIsNotSet() {
    AgentSettings settings =
        AgentSettings.of(Map.of("keep-alive-interval", "", "static-public-address", ""));
    assertThat(settings.keepAliveInterval()).isEmpty();
    assertThat(settings.staticPublicAddress()).isEqualTo(Optional.empty());
  }
}
