// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.AgentSettings;
import io.phoneagent.InvalidSettingException;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings as JSON, by way of the API. */
class SettingsDocumentTest {
  @Test
  void aDeviceKeepsItsSettingsAsJson() {
    AgentSettings settings =
        AgentSettings.fromJson(
            """
            {"dns-switches": ["https://a.example", "https://b.example"],
             "keep-alive-interval": 15, "check-interval": "500ms", "check-jitter": 0.1,
             "unregister-on-reboot": true, "static-public-address": null}
            """);
    assertThat(settings.dnsSwitches())
        .containsExactly(URI.create("https://a.example"), URI.create("https://b.example"));
    assertThat(settings.keepAliveInterval()).contains(Duration.ofSeconds(15));
    assertThat(settings.checkJitter()).isEqualTo(0.1);
    assertThat(settings.unregisterOnReboot()).isTrue();
    assertThat(AgentSettings.fromJson(settings.toJson())).isEqualTo(settings);
    assertThat(AgentSettings.fromJson(AgentSettings.defaults().toJson()))
        .isEqualTo(AgentSettings.defaults());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"check-interval\"",
        "{\"check-interval\": {}}",
        "{\"dns-switches\": [1]}",
        "{\"dns-switches\": [[]]}",
        "{\"check-interval\": \"1s\", \"check-interval\": \"2s\"}",
        "{\"check-interval\": 1e999999999}",
        "{\"check-interval\": 1e5}",
        "{\"check-interval\": -1}",
        "{} {}"
      })
  void otherDocumentsAreRefused(String json) {
    assertThatThrownBy(() -> AgentSettings.fromJson(json))
        .isInstanceOf(InvalidSettingException.class);
  }

  @Test
  void aHugeDocumentIsNotRead() {
    String json = "{\"a\": \"" + "x".repeat(20_000) + "\"}";
    assertThatThrownBy(() -> AgentSettings.fromJson(json)).hasMessageContaining("at most 16384");
  }
}
